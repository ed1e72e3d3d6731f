import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mintChain, type TemporaryHome, temporaryHome, type TestChain, toPem } from '@nv2/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { keyPem } from '../../test/keys.ts';
import { openConfig } from '../config.ts';
import type { ConfigEvent } from '../events.ts';
import type { KeyProvider } from './provider.ts';

let chain: TestChain;
let other: TestChain;

beforeAll(async () => {
  chain = await mintChain();
  other = await mintChain({ keyIndex: 1 });
});

async function place() {
  const home: TemporaryHome = await temporaryHome();
  const events: ConfigEvent[] = [];
  return {
    config: openConfig(home.directories, { onEvent: (event) => events.push(event) }),
    events,
    path: (name: string): string => join(home.path, name),
    write: async (name: string, content: string | Uint8Array): Promise<string> => {
      await writeFile(join(home.path, name), content, { mode: 0o600 });
      return join(home.path, name);
    },
    [Symbol.asyncDispose]: () => home[Symbol.asyncDispose](),
  };
}

type Place = Awaited<ReturnType<typeof place>>;

/** Lists `listed` as default key, made from `chain`. */
async function list(where: Place, name = 'listed', from = chain): Promise<void> {
  const keyPath = await where.write(`${name}-k`, keyPem(from.key));
  const certPath = await where.write(`${name}-c`, from.pem);
  await where.config.writeSigningKeys({ default: name, keys: [{ kind: 'local', name, keyPath, certPath }] });
}

describe('the key after -k', () => {
  it('is a configured key before it is a file of the same name', async () => {
    await using where = await place();
    await list(where, 'release');
    const key = await where.config.loadSigningKey('release');
    expect(key).toMatchObject({ name: 'release', chain: chain.certificates });
    // A directory in the way of the path would fail; the configured key never looks at it.
    await mkdir(where.path('release'));
    expect((await where.config.loadSigningKey('release')).name).toBe('release');
  });

  it('is the default key when none is named, and an error without default', async () => {
    await using where = await place();
    await expect(where.config.loadSigningKey(undefined)).rejects.toMatchObject({ code: 'CONFIG_KEY_NOT_FOUND' });
    await list(where);
    expect((await where.config.loadSigningKey(undefined)).name).toBe('listed');
  });

  it('may take its chain from another file', async () => {
    await using where = await place();
    await list(where);
    const chainPath = await where.write('longer.pem', chain.pem);
    expect((await where.config.loadSigningKey('listed', { chainPath })).chain).toEqual(chain.certificates);
    const wrong = await where.write('wrong.pem', other.pem);
    await expect(where.config.loadSigningKey('listed', { chainPath: wrong })).rejects.toMatchObject({
      code: 'CONFIG_KEY_MISMATCH',
    });
  });

  it('is neither a key nor a file: both are said', async () => {
    await using where = await place();
    await expect(where.config.loadSigningKey('nowhere')).rejects.toMatchObject({
      code: 'CONFIG_KEY_NOT_FOUND',
      message: expect.stringMatching(/no key of the key list .* no such file/),
    });
  });

  it('lives in a plugin, which is not supported yet', async () => {
    await using where = await place();
    await where.config.writeSigningKeys({ keys: [{ kind: 'plugin', name: 'p', id: '1', pluginName: 'hsm' }] });
    await expect(where.config.loadSigningKey('p')).rejects.toMatchObject({
      code: 'CONFIG_KEY_UNSUPPORTED',
      message: expect.stringContaining('hsm'),
    });
  });

  it('lives in a plugin for which the caller brings a provider', async () => {
    await using where = await place();
    await where.config.writeSigningKeys({ keys: [{ kind: 'plugin', name: 'p', id: '1', pluginName: 'hsm' }] });
    const provider: KeyProvider = {
      name: 'hsm',
      accepts: (entry) => entry.kind === 'plugin' && entry.pluginName === 'hsm',
      openKey: async (entry) => ({ ...chain.signingKey, name: entry.name }),
    };
    expect((await where.config.loadSigningKey('p', { providers: [provider] })).name).toBe('p');
  });

  it('is an entry of the list without anything to open [-DIR-06]', async () => {
    await using where = await place();
    await where.config.writeSigningKeys({ keys: [{ kind: 'incomplete', name: 'x' }] });
    await expect(where.config.loadSigningKey('x')).rejects.toMatchObject({ code: 'CONFIG_KEY_INCOMPLETE' });
  });
});

describe('the chain of a key given by path', () => {
  it.each(['release.crt', 'release.pem', 'release.cer'])('is found beside it as %s, and reported', async (name) => {
    await using where = await place();
    const keyPath = await where.write('release.key', keyPem(chain.key));
    const chainPath = await where.write(name, chain.pem);
    expect(await where.config.loadSigningKey(keyPath)).toMatchObject({ name: keyPath, chain: chain.certificates });
    expect(where.events).toEqual([{ type: 'chain-found', keyPath, chainPath }]);
  });

  it('is found by public key, past a file of the right name with another key', async () => {
    await using where = await place();
    const keyPath = await where.write('release.key', keyPem(chain.key));
    await where.write('release.crt', other.pem);
    const chainPath = await where.write('release.pem', chain.pem);
    await where.config.loadSigningKey(keyPath);
    expect(where.events).toMatchObject([{ chainPath }]);
  });

  it('is found in the key list by public key', async () => {
    await using where = await place();
    await list(where);
    const keyPath = await where.write('elsewhere.key', keyPem(chain.key));
    expect((await where.config.loadSigningKey(keyPath)).chain).toEqual(chain.certificates);
  });

  it('that is found nowhere is an error that shows the fix and what was looked at', async () => {
    await using where = await place();
    await list(where, 'listed', other);
    const keyPath = await where.write('release.key', keyPem(chain.key));
    await where.write('release.crt', other.pem);
    await where.write('release.pem', 'hello');
    await expect(where.config.loadSigningKey(keyPath)).rejects.toMatchObject({
      code: 'CONFIG_KEY_CHAIN_NOT_FOUND',
      hint: expect.stringContaining('-c FILE'),
      details: {
        tried: [
          expect.stringContaining('release.crt: it certifies another key'),
          expect.stringContaining('release.pem: it cannot be read'),
          expect.stringContaining('release.cer: it does not exist'),
        ],
      },
    });
  });

  it('that is named must be the right one, whatever lies beside the key [-ALG-05]', async () => {
    await using where = await place();
    const keyPath = await where.write('release.key', keyPem(chain.key));
    await where.write('release.crt', chain.pem);
    const chainPath = await where.write('named.crt', other.pem);
    await expect(where.config.loadSigningKey(keyPath, { chainPath })).rejects.toMatchObject({
      code: 'CONFIG_KEY_MISMATCH',
    });
  });
});

describe('the key to verify with', () => {
  it.each<readonly [string, () => string | Uint8Array]>([
    ['a certificate in PEM', () => chain.pem],
    ['a certificate in DER', () => chain.certificates[0].der],
    ['a public key', () => toPem('PUBLIC KEY', chain.key.spki)],
    ['a private key with its certificate in one file', () => keyPem(chain.key) + chain.pem],
  ])('is read from %s', async (what, content) => {
    await using where = await place();
    const path = await where.write('k', content());
    expect(await where.config.readVerificationKey(path)).toEqual({
      name: path,
      spki: chain.key.spki,
      ...(what === 'a public key' ? {} : { fingerprint: chain.certificates[0].fingerprint }),
      isPrivate: false,
    });
    expect(where.events).toEqual([]);
  });

  it('is derived from a private key, which is reported', async () => {
    await using where = await place();
    const path = await where.write('k', keyPem(chain.key, 'sec1'));
    const { spki, isPrivate } = await where.config.readVerificationKey(path);
    expect({ spki, isPrivate }).toEqual({ spki: chain.key.spki, isPrivate: true });
    expect(where.events).toEqual([{ type: 'private-key-for-verification', path }]);
  });

  it('of a configured name is that of its certificate, before any file of that name', async () => {
    await using where = await place();
    await list(where);
    expect(await where.config.readVerificationKey('listed')).toMatchObject({ spki: chain.key.spki, isPrivate: false });
  });

  it.each([
    ['another block', () => toPem('RSA PUBLIC KEY', new Uint8Array([0x30, 0])), 'CONFIG_KEY_FORMAT'],
    ['a damaged public key', () => toPem('PUBLIC KEY', new Uint8Array([0x30, 0])), 'CONFIG_KEY_FORMAT'],
    ['damaged PEM', () => '-----BEGIN PUBLIC KEY-----', 'CONFIG_KEY_FORMAT'],
    ['an encrypted key without passphrase', () => keyPem(chain.key, 'encrypted-pkcs8'), 'CONFIG_KEY_ENCRYPTED'],
    ['nothing known', () => 'hello', 'PKI_CERTIFICATE_INVALID'],
  ])('cannot be read from %s', async (_, content, code) => {
    await using where = await place();
    const path = await where.write('k', content());
    await expect(where.config.readVerificationKey(path)).rejects.toMatchObject({ code });
  });

  it('is missing, or lives in a plugin', async () => {
    await using where = await place();
    await where.config.writeSigningKeys({ keys: [{ kind: 'plugin', name: 'p', id: '1', pluginName: 'hsm' }] });
    await expect(where.config.readVerificationKey('gone')).rejects.toMatchObject({ code: 'CONFIG_KEY_NOT_FOUND' });
    await expect(where.config.readVerificationKey('p')).rejects.toMatchObject({ code: 'CONFIG_KEY_UNSUPPORTED' });
  });
});
