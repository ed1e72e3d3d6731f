import { mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Certificate, createCertificateCache } from '@nv2/pki';
import type { StoreType } from '@nv2/trust';
import { mintChain, type TemporaryHome, temporaryHome, type TestChain, toPem } from '@nv2/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Config, openConfig } from '../config.ts';
import type { ConfigEvent } from '../events.ts';
import { limits } from '../limits.ts';

let chain: TestChain;
let root: Certificate;
let leaf: Certificate;

beforeAll(async () => {
  chain = await mintChain();
  [leaf] = chain.certificates;
  root = chain.root;
});

interface Place extends AsyncDisposable {
  readonly home: TemporaryHome;
  readonly config: Config;
  readonly events: ConfigEvent[];
  /** Writes a file of the store `ca:a`, or of another, and gives its path. */
  write(name: string, content: string | Uint8Array, store?: string): Promise<string>;
}

async function place(): Promise<Place> {
  const home = await temporaryHome();
  const events: ConfigEvent[] = [];
  const config = openConfig(home.directories, {
    onEvent: (event) => events.push(event),
    cache: createCertificateCache(),
  });
  const write = async (name: string, content: string | Uint8Array, store = 'ca/a'): Promise<string> => {
    const directory = join(home.directories.notationConfig, 'truststore', 'x509', store);
    await mkdir(directory, { recursive: true });
    await writeFile(join(directory, name), content);
    return join(directory, name);
  };
  return { home, config, events, write, [Symbol.asyncDispose]: () => home[Symbol.asyncDispose]() };
}

const pem = (certificate: Certificate): string => toPem('CERTIFICATE', certificate.der);
const load = (where: Place, type: StoreType = 'ca', name = 'a') => where.config.trustStore.certificates(type, name);

describe('a trust store on disk', () => {
  it('is the union of its files, PEM or DER, whatever they are called [+TS-01 +TS-06 +CERT-23 +OC-35]', async () => {
    await using where = await place();
    await where.write('b.der', root.der);
    await where.write('no-extension', pem(root));
    expect(await load(where)).toEqual([root, root]);
  });

  it('belongs to its type and is found under no other [-TS-01]', async () => {
    await using where = await place();
    await where.write('a', pem(root), 'tsa/a');
    expect(await load(where, 'tsa')).toEqual([root]);
    await expect(load(where)).rejects.toMatchObject({ code: 'TRUST_STORE_NOT_FOUND' });
  });

  it('below a directory called trust-store does not exist [-OC-35]', async () => {
    await using where = await place();
    const directory = join(where.home.directories.notationConfig, 'trust-store', 'x509', 'ca', 'a');
    await mkdir(directory, { recursive: true });
    await writeFile(join(directory, 'a.crt'), pem(root));
    await expect(load(where)).rejects.toMatchObject({ code: 'TRUST_STORE_NOT_FOUND' });
  });

  it('is read when asked for, not before, and sees what was added since [+TS-03]', async () => {
    await using where = await place();
    await where.write('broken', 'x', 'ca/never-named');
    await expect(load(where)).rejects.toMatchObject({ code: 'TRUST_STORE_NOT_FOUND' });
    await where.write('a', pem(root));
    expect(await load(where)).toEqual([root]);
  });

  it('cannot be a link [-TS-05]', async () => {
    await using where = await place();
    await where.write('a', pem(root), 'ca/real');
    const directory = join(where.home.directories.notationConfig, 'truststore', 'x509', 'ca');
    await symlink('real', join(directory, 'a'));
    await expect(load(where)).rejects.toMatchObject({ code: 'TRUST_STORE_INVALID' });
  });

  it('cannot be a file [-TS-05]', async () => {
    await using where = await place();
    await where.write('a', pem(root), 'ca');
    await expect(load(where)).rejects.toMatchObject({ code: 'TRUST_STORE_INVALID' });
  });

  it('may be reached through a link further up [+TS-05]', async () => {
    await using where = await place();
    await where.write('a', pem(root), 'real/a');
    const directory = join(where.home.directories.notationConfig, 'truststore', 'x509');
    await symlink('real', join(directory, 'ca'));
    expect(await load(where)).toEqual([root]);
  });

  it('fails as a whole with a link among good files [-TS-05 -TS-06]', async () => {
    await using where = await place();
    const good = await where.write('a', pem(root));
    await symlink(good, `${good}.link`);
    await expect(load(where)).rejects.toMatchObject({ code: 'TRUST_STORE_INVALID' });
  });

  it('skips a directory inside, and says so [+TS-06]', async () => {
    await using where = await place();
    await where.write('a', pem(root));
    await where.write('b', 'not read', 'ca/a/inside');
    expect(await load(where)).toEqual([root]);
    expect(where.events).toEqual([{ type: 'store-directory-skipped', path: expect.stringContaining('ca/a/inside') }]);
  });

  it.each([
    ['a file that is no certificate', 'hello'],
    ['an empty file', ''],
    ['a private key', toPem('PRIVATE KEY', new Uint8Array([0x30, 0]))],
  ])('fails as a whole with %s among good ones [-TS-06 -TS-09 -CERT-23]', async (_, content) => {
    await using where = await place();
    await where.write('a', pem(root));
    await where.write('b', content);
    await expect(load(where)).rejects.toMatchObject({ code: 'TRUST_STORE_INVALID' });
  });

  it('fails without any file [-TS-09]', async () => {
    await using where = await place();
    await where.write('x', '', 'ca/a/inside');
    await expect(load(where)).rejects.toMatchObject({ code: 'TRUST_STORE_INVALID', details: { rule: 'TS-09' } });
  });

  it('fails with a leaf behind a root in one file, and names the file [-TS-07]', async () => {
    await using where = await place();
    await where.write('both.pem', pem(root) + pem(leaf));
    await expect(load(where)).rejects.toMatchObject({
      code: 'TRUST_STORE_INVALID',
      details: { rule: 'TS-07' },
      message: expect.stringContaining('both.pem'),
    });
  });

  it('of type tsa fails with anything but roots [-TS-08]', async () => {
    await using where = await place();
    await where.write('a', pem((await mintChain({ length: 3 })).certificates[1] ?? leaf), 'tsa/a');
    await expect(load(where, 'tsa')).rejects.toMatchObject({ code: 'TRUST_STORE_INVALID', details: { rule: 'TS-08' } });
  });

  it('cannot have a name that leads elsewhere [-TS-04 -OC-15]', async () => {
    await using where = await place();
    await where.write('a', pem(root));
    for (const name of ['..', '.', '../ca/a', 'a/']) {
      await expect(load(where, 'ca', name)).rejects.toMatchObject({ code: 'TRUST_STORE_INVALID' });
    }
  });

  it('has a bounded number of files and of certificates', async () => {
    await using where = await place();
    await where.write('f', '');
    await Promise.all(Array.from({ length: limits.maxStoreFiles }, (_, n) => where.write(`f${n}`, '')));
    await expect(load(where)).rejects.toThrow(`more than ${limits.maxStoreFiles} files`);
    const many = new Uint8Array(Buffer.concat(Array.from({ length: 900 }, () => root.der)));
    for (let n = 0; n * 900 <= limits.maxStoreCertificates; n++) await where.write(`g${n}`, many, 'ca/b');
    await expect(load(where, 'ca', 'b')).rejects.toMatchObject({ code: 'TRUST_STORE_INVALID' });
  });

  it('is not read after the caller gave up', async () => {
    await using where = await place();
    await where.write('a', pem(root));
    const signal = AbortSignal.abort();
    await expect(where.config.trustStore.certificates('ca', 'a', { signal })).rejects.toThrow();
  });
});

describe('adding a certificate to a trust store', () => {
  const store = { type: 'ca', name: 'a' } as const;

  async function given(where: Place, name: string, content: string): Promise<string> {
    await writeFile(join(where.home.path, name), content);
    return join(where.home.path, name);
  }

  it('copies the file for the owner alone; the store then has it [+TS-14 +CERT-23]', async () => {
    await using where = await place();
    const added = await where.config.addCertificates(store, await given(where, 'root.crt', pem(root)));
    expect(added.certificates).toEqual([root]);
    expect((await stat(added.path)).mode & 0o777).toBe(0o600);
    expect((await stat(join(added.path, '..'))).mode & 0o777).toBe(0o700);
    expect(await readFile(added.path, 'utf8')).toBe(pem(root));
    expect(await load(where)).toEqual([root]);
    expect(await readdir(join(where.home.directories.notationConfig, 'truststore'))).toEqual(['x509']);
  });

  it('does not overwrite a file of the same name [-TS-14]', async () => {
    await using where = await place();
    const path = await given(where, 'root.crt', pem(root));
    await where.config.addCertificates(store, path);
    await writeFile(path, pem(leaf) + pem(root));
    await expect(
      where.config.addCertificates({ ...store }, await given(where, 'root.crt', pem(root))),
    ).rejects.toMatchObject({
      code: 'CONFIG_STORE_CERTIFICATE_EXISTS',
    });
  });

  it('refuses what no verification could use [-TS-14 -TS-07 -TS-08]', async () => {
    await using where = await place();
    const path = await given(where, 'leaf.crt', pem(leaf));
    for (const type of ['ca', 'signingAuthority', 'tsa'] as const) {
      await expect(where.config.addCertificates({ type, name: 'a' }, path)).rejects.toMatchObject({
        code: 'TRUST_STORE_INVALID',
      });
    }
    expect(await where.config.listStoreEntries()).toEqual([]);
  });

  it('stores it all the same on request, and says what is wrong [+TS-14]', async () => {
    await using where = await place();
    const path = await given(where, 'leaf.crt', pem(leaf));
    await where.config.addCertificates(store, path, { allowUnusable: true });
    expect(where.events).toMatchObject([{ type: 'unusable-certificate-added', rule: 'TS-07' }]);
    await expect(load(where)).rejects.toMatchObject({ code: 'TRUST_STORE_INVALID' });
  });

  it('refuses a file without certificates, a missing file and a name that leads elsewhere [-TS-14 -TS-04]', async () => {
    await using where = await place();
    await expect(where.config.addCertificates(store, await given(where, 'x', 'hello'))).rejects.toMatchObject({
      code: 'PKI_CERTIFICATE_INVALID',
    });
    await expect(where.config.addCertificates(store, join(where.home.path, 'gone'))).rejects.toMatchObject({
      code: 'CONFIG_FILE_NOT_FOUND',
    });
    const path = await given(where, 'root.crt', pem(root));
    await expect(where.config.addCertificates({ type: 'ca', name: '..' }, path)).rejects.toMatchObject({
      code: 'TRUST_STORE_INVALID',
    });
    await expect(where.config.addCertificates(store, '/')).rejects.toMatchObject({ code: 'CONFIG_STORE_FILE_NAME' });
  });

  it('refuses a store that is a link [-TS-05]', async () => {
    await using where = await place();
    await where.write('a', pem(root), 'ca/real');
    await symlink('real', join(where.home.directories.notationConfig, 'truststore', 'x509', 'ca', 'a'));
    const path = await given(where, 'root.crt', pem(root));
    await expect(where.config.addCertificates(store, path)).rejects.toMatchObject({ code: 'TRUST_STORE_INVALID' });
  });
});

describe('looking after a trust store', () => {
  it('lists types, names and files in order, narrowed as wished', async () => {
    await using where = await place();
    await where.write('r2.crt', pem(root), 'ca/b');
    await where.write('r1.crt', pem(root), 'ca/b');
    await where.write('t.crt', pem(root), 'tsa/clock');
    await where.write('x.crt', pem(root), 'ca/not a name');
    const list = async (filter?: { readonly type?: string; readonly name?: string }) =>
      (await where.config.listStoreEntries(filter)).map(({ type, name, file }) => `${type} ${name} ${file}`);
    expect(await list()).toEqual(['ca b r1.crt', 'ca b r2.crt', 'tsa clock t.crt']);
    expect(await list({ type: 'tsa' })).toEqual(['tsa clock t.crt']);
    expect(await list({ name: 'b' })).toHaveLength(2);
    expect(await list({ type: 'unknown' })).toEqual([]);
  });

  it('shows the certificates of a file, and refuses names that lead elsewhere', async () => {
    await using where = await place();
    await where.write('a.pem', chain.pem);
    const store = { type: 'ca', name: 'a' } as const;
    expect(await where.config.readStoreCertificates(store, 'a.pem')).toEqual([leaf, root]);
    for (const name of ['../a.pem', '..', '', 'a/b', 'a\\b', 'a\0']) {
      await expect(where.config.readStoreCertificates(store, name)).rejects.toMatchObject({
        code: 'CONFIG_STORE_FILE_NAME',
      });
    }
    await expect(where.config.readStoreCertificates(store, 'gone')).rejects.toMatchObject({
      code: 'CONFIG_STORE_FILE_NOT_FOUND',
    });
  });

  it('removes a file, and the store with its last file', async () => {
    await using where = await place();
    const store = { type: 'ca', name: 'a' } as const;
    await where.write('one', pem(root));
    await where.write('two', pem(root));
    expect(await where.config.removeCertificateFile(store, 'one')).toMatchObject({ isStoreRemoved: false });
    expect(await where.config.removeCertificateFile(store, 'two')).toMatchObject({ isStoreRemoved: true });
    await expect(where.config.removeCertificateFile(store, 'two')).rejects.toMatchObject({
      code: 'CONFIG_STORE_FILE_NOT_FOUND',
    });
    await expect(load(where)).rejects.toMatchObject({ code: 'TRUST_STORE_NOT_FOUND' });
  });

  it('removes a whole store', async () => {
    await using where = await place();
    const store = { type: 'ca', name: 'a' } as const;
    await where.write('one', pem(root));
    await where.config.removeStore(store);
    expect(await where.config.listStoreEntries()).toEqual([]);
    await expect(where.config.removeStore(store)).rejects.toMatchObject({ code: 'CONFIG_STORE_FILE_NOT_FOUND' });
    await expect(where.config.removeStore({ type: 'ca', name: '..' })).rejects.toMatchObject({
      code: 'TRUST_STORE_INVALID',
    });
  });
});
