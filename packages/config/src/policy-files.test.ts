import { mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeUtf8 } from '@nv2/base';
import { createTrustPolicy, encodeTrustPolicy } from '@nv2/trust';
import { temporaryDirectory } from '@nv2/testing';
import { describe, expect, it } from 'vitest';
import type { ConfigEvent } from './events.ts';
import { findTrustPolicy, importTrustPolicy, readTrustPolicy } from './policy-files.ts';

const statement = { name: 'a', level: 'strict', trustStores: ['ca:a'], trustedIdentities: ['*'] } as const;
const good = encodeTrustPolicy(createTrustPolicy('oci', [{ ...statement, registryScopes: ['*'] }]));
const goodBlob = encodeTrustPolicy(createTrustPolicy('blob', [{ ...statement, isGlobal: true }]));

describe('the trust policy file', () => {
  it('has its current name or, failing that, the old one [+TP-01]', async () => {
    await using directory = await temporaryDirectory();
    await writeFile(join(directory.path, 'trustpolicy.json'), 'old');
    expect(await readTrustPolicy(directory.path, 'oci')).toMatchObject({
      bytes: encodeUtf8('old'),
      isDeprecatedName: true,
    });
    await writeFile(join(directory.path, 'trustpolicy.oci.json'), 'new');
    expect(await readTrustPolicy(directory.path, 'oci')).toMatchObject({
      bytes: encodeUtf8('new'),
      path: join(directory.path, 'trustpolicy.oci.json'),
      isDeprecatedName: false,
    });
  });

  it('is not looked for under the old name while one with the current name cannot be used [-TP-01 -TP-03]', async () => {
    await using directory = await temporaryDirectory();
    await writeFile(join(directory.path, 'trustpolicy.json'), good);
    await mkdir(join(directory.path, 'trustpolicy.oci.json'));
    await expect(readTrustPolicy(directory.path, 'oci')).rejects.toMatchObject({ code: 'CONFIG_FILE_NOT_REGULAR' });
  });

  it('of blobs has one name [+TP-02]', async () => {
    await using directory = await temporaryDirectory();
    await writeFile(join(directory.path, 'trustpolicy.blob.json'), 'b');
    expect(await readTrustPolicy(directory.path, 'blob')).toMatchObject({
      bytes: encodeUtf8('b'),
      isDeprecatedName: false,
    });
  });

  it('of blobs is never taken from the OCI names [-TP-02]', async () => {
    await using directory = await temporaryDirectory();
    await writeFile(join(directory.path, 'trustpolicy.json'), good);
    await writeFile(join(directory.path, 'trustpolicy.oci.json'), good);
    expect(await findTrustPolicy(directory.path, 'blob')).toBeUndefined();
  });

  it('that is missing is told apart from one that is unreadable [+TP-03 -TP-03]', async () => {
    await using directory = await temporaryDirectory();
    await expect(readTrustPolicy(directory.path, 'oci')).rejects.toMatchObject({ code: 'CONFIG_POLICY_NOT_FOUND' });
    await writeFile(join(directory.path, 'real.json'), good);
    await symlink('real.json', join(directory.path, 'trustpolicy.oci.json'));
    await expect(readTrustPolicy(directory.path, 'oci')).rejects.toMatchObject({ code: 'CONFIG_FILE_NOT_REGULAR' });
  });
});

describe('importing a trust policy', () => {
  it('puts the exact bytes in place for the owner alone and removes the old name [+TP-01]', async () => {
    await using directory = await temporaryDirectory();
    await writeFile(join(directory.path, 'trustpolicy.json'), 'old');
    const imported = await importTrustPolicy(directory.path, good, { kind: 'oci' });
    const path = join(directory.path, 'trustpolicy.oci.json');
    expect(imported).toEqual({ path, removedPath: join(directory.path, 'trustpolicy.json') });
    expect(new Uint8Array(await readFile(path))).toEqual(good);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(directory.path)).toEqual(['trustpolicy.oci.json']);
    expect(await importTrustPolicy(directory.path, good, { kind: 'oci' })).toEqual({ path });
  });

  it('changes nothing when the policy is not valid [-TP-06]', async () => {
    await using directory = await temporaryDirectory();
    await importTrustPolicy(directory.path, good, { kind: 'oci' });
    await expect(importTrustPolicy(directory.path, encodeUtf8('{}'), { kind: 'oci' })).rejects.toMatchObject({
      code: 'TRUST_POLICY_INVALID',
    });
    expect(new Uint8Array(await readFile(join(directory.path, 'trustpolicy.oci.json')))).toEqual(good);
  });

  it('reports an old file that cannot be removed, and goes on', async () => {
    await using directory = await temporaryDirectory();
    await mkdir(join(directory.path, 'trustpolicy.json', 'in-the-way'), { recursive: true });
    const events: ConfigEvent[] = [];
    await importTrustPolicy(directory.path, good, { kind: 'oci', onEvent: (event) => events.push(event) });
    expect(events).toMatchObject([{ type: 'deprecated-policy-file-kept' }]);
  });

  it('of a blob policy leaves the OCI files alone [+TP-02]', async () => {
    await using directory = await temporaryDirectory();
    await writeFile(join(directory.path, 'trustpolicy.json'), 'old');
    await importTrustPolicy(directory.path, goodBlob, { kind: 'blob' });
    expect((await readdir(directory.path)).toSorted()).toEqual(['trustpolicy.blob.json', 'trustpolicy.json']);
  });

  it('does not replace a link [-TP-03]', async () => {
    await using directory = await temporaryDirectory();
    await symlink('elsewhere', join(directory.path, 'trustpolicy.oci.json'));
    await expect(importTrustPolicy(directory.path, good, { kind: 'oci' })).rejects.toMatchObject({
      code: 'CONFIG_FILE_NOT_REGULAR',
    });
  });
});
