import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { keyProviderContract, mintCertificate, mintChain, temporaryDirectory, testKeyPair, toPem } from '@nv2/testing';
import { describe, expect, it } from 'vitest';
import { type KeyForm, keyPem } from '../../test/keys.ts';
import type { ConfigEvent } from '../events.ts';
import { limits } from '../limits.ts';
import type { SigningKeyEntry } from '../signing-keys.ts';
import { pemKeyProvider } from './pem.ts';
import type { OpenKeyOptions } from './provider.ts';

keyProviderContract('pem', async () => {
  const directory = await temporaryDirectory();
  const entry = async (
    name: string,
    keyType: 'rsa2048' | 'p256' | 'p384' | 'p521',
    form: KeyForm,
  ): Promise<SigningKeyEntry> => {
    const { key, pem } = await mintChain({ keyType });
    const [keyPath, certPath] = [join(directory.path, `${name}.key`), join(directory.path, `${name}.crt`)];
    await writeFile(keyPath, keyPem(key, form), { mode: 0o600 });
    await writeFile(certPath, pem);
    return { kind: 'local', name, keyPath, certPath };
  };
  const entries = [
    await entry('pkcs8', 'p256', 'pkcs8'),
    await entry('sec1', 'p384', 'sec1'),
    await entry('p521', 'p521', 'sec1'),
    await entry('pkcs1', 'rsa2048', 'pkcs1'),
  ] as const;
  const [first, second] = entries as readonly Extract<SigningKeyEntry, { kind: 'local' }>[];
  return {
    provider: pemKeyProvider,
    entries,
    mismatched: { kind: 'local', name: 'mixed', keyPath: first!.keyPath, certPath: second!.certPath },
    foreign: { kind: 'plugin', name: 'x', id: 'y', pluginName: 'z' },
    [Symbol.asyncDispose]: () => directory[Symbol.asyncDispose](),
  };
});

/** Opens a key whose file has this content, with the certificate chain of the same pair. */
async function open(
  content: string,
  options: OpenKeyOptions & { readonly chain?: string; readonly mode?: number } = {},
) {
  await using directory = await temporaryDirectory();
  const [keyPath, certPath] = [join(directory.path, 'k'), join(directory.path, 'c')];
  await writeFile(keyPath, content, { mode: options.mode ?? 0o600 });
  await writeFile(certPath, options.chain ?? (await mintChain()).pem);
  // Awaited here, because the directory goes when this function ends.
  return await pemKeyProvider.openKey({ kind: 'local', name: 'test', keyPath, certPath }, options);
}

const pair = testKeyPair('p256');
const passphrase = (text: string | undefined) => async (): Promise<string | undefined> => text;

describe('a private key file', () => {
  it.each(['pkcs8', 'sec1'] as const)('may be an elliptic curve key in %s form [+CERT-24]', async (form) => {
    expect((await open(keyPem(pair, form))).algorithm.name).toBe('ES256');
  });

  it('may be an RSA key in PKCS#1 form [+CERT-24]', async () => {
    const { key, pem } = await mintChain({ keyType: 'rsa2048' });
    expect((await open(keyPem(key, 'pkcs1'), { chain: pem })).algorithm.name).toBe('PS256');
  });

  it('may begin with curve parameters and go on with certificates', async () => {
    const { pem } = await mintChain();
    const parameters = toPem('EC PARAMETERS', new Uint8Array([6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7]));
    expect((await open(parameters + keyPem(pair, 'sec1') + pem)).name).toBe('test');
  });

  it('may be encrypted PKCS#8, opened by the passphrase that is asked for by name [+CERT-24]', async () => {
    const asked: string[] = [];
    const key = await open(keyPem(pair, 'encrypted-pkcs8'), {
      passphrase: async (name) => {
        asked.push(name);
        return 'secret';
      },
    });
    expect(key.algorithm.name).toBe('ES256');
    expect(asked).toEqual(['test']);
  });

  it('is not asked a passphrase for when it needs none', async () => {
    const never = async (): Promise<string> => {
      throw new Error('asked');
    };
    expect((await open(keyPem(pair), { passphrase: never })).name).toBe('test');
  });

  it.each([
    ['no way to ask', undefined, 'CONFIG_KEY_ENCRYPTED'],
    ['no passphrase', passphrase(undefined), 'CONFIG_KEY_ENCRYPTED'],
    ['a wrong passphrase', passphrase('wrong'), 'CONFIG_KEY_PASSPHRASE'],
    ['an empty passphrase', passphrase(''), 'CONFIG_KEY_PASSPHRASE'],
  ])('that is encrypted stays closed with %s [-CERT-24]', async (_, source, code) => {
    const options = source === undefined ? {} : { passphrase: source };
    await expect(open(keyPem(pair, 'encrypted-pkcs8'), options)).rejects.toMatchObject({ code });
  });

  it.each([
    ['legacy encryption in its headers', keyPem(pair, 'legacy-encrypted'), 'openssl pkcs8 -topk8'],
    ['the form of OpenSSH', toPem('OPENSSH PRIVATE KEY', new Uint8Array([1])), 'ssh-keygen -p -m PKCS8'],
    ['a label of another algorithm', toPem('DSA PRIVATE KEY', new Uint8Array([1])), 'openssl pkcs8 -topk8'],
    ['DER instead of PEM', 'binary', 'openssl pkey -inform DER'],
  ])('with %s is refused with the command that converts it [-CERT-24]', async (_, content, command) => {
    await expect(open(content, { passphrase: passphrase('secret') })).rejects.toMatchObject({
      code: 'CONFIG_KEY_FORMAT',
      hint: expect.stringContaining(command),
    });
  });

  it.each([
    ['two private keys', keyPem(pair) + keyPem(pair, 'sec1')],
    ['a body that is no key', toPem('PRIVATE KEY', new Uint8Array([0x30, 0]))],
    ['a block without end', '-----BEGIN PRIVATE KEY-----\nAAAA\n'],
  ])('with %s is refused [-CERT-24]', async (_, content) => {
    await expect(open(content)).rejects.toMatchObject({ code: 'CONFIG_KEY_FORMAT' });
  });

  it('above the size limit is refused', async () => {
    await expect(open('x'.repeat(limits.maxKeyFileBytes + 1))).rejects.toMatchObject({ code: 'CONFIG_FILE_TOO_LARGE' });
  });

  it('that others can read is reported, and used all the same', async () => {
    const events: ConfigEvent[] = [];
    await open(keyPem(pair), { mode: 0o644, onEvent: (event) => events.push(event) });
    expect(events).toMatchObject([{ type: 'secret-file-exposed', mode: 0o644 }]);
    events.length = 0;
    await open(keyPem(pair), { mode: 0o600, onEvent: (event) => events.push(event) });
    expect(events).toEqual([]);
  });
});

describe('a key and its chain', () => {
  it('belong together when the leaf comes first [+ALG-05 +DIR-09]', async () => {
    const { pem, certificates } = await mintChain({ length: 3 });
    expect((await open(keyPem(pair), { chain: pem })).chain).toEqual(certificates);
  });

  it('do not belong together when the chain is reversed [-ALG-05 -DIR-09]', async () => {
    const { certificates } = await mintChain({ length: 3 });
    const chain = certificates
      .toReversed()
      .map(({ der }) => toPem('CERTIFICATE', der))
      .join('');
    await expect(open(keyPem(pair), { chain })).rejects.toMatchObject({ code: 'CONFIG_KEY_MISMATCH' });
  });

  it('do not belong together when the certificate has another key of the same name [-ALG-05]', async () => {
    const { pem } = await mintChain({ keyIndex: 1 });
    await expect(open(keyPem(pair), { chain: pem })).rejects.toMatchObject({ code: 'CONFIG_KEY_MISMATCH' });
  });

  it('cannot sign with a key that has no algorithm [-ALG-03]', async () => {
    const key = testKeyPair('ed25519');
    const chain = toPem('CERTIFICATE', (await mintCertificate({ key })).der);
    await expect(open(keyPem(key), { chain })).rejects.toMatchObject({
      code: 'CONFIG_KEY_ALGORITHM',
      message: expect.stringContaining('1.3.101.112'),
    });
  });

  it('need a chain file that holds certificates [-CERT-23]', async () => {
    await expect(open(keyPem(pair), { chain: 'hello' })).rejects.toMatchObject({ code: 'PKI_CERTIFICATE_INVALID' });
  });
});
