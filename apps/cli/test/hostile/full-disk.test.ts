// A disk that is full in the middle of a write: a clear refusal, nothing half-written, and what was there before still there.

import { once } from 'node:events';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { packManifest } from '@nv2/content';
import { digestHex, digestOf, emptyJsonBytes, emptyJsonDescriptor } from '@nv2/oci';
import { openLayout } from '@nv2/oci-layout';
import { createRegistrySession } from '@nv2/registry-client';
import { pushArtifact, type TestArtifact, testBlob, testImage } from '@nv2/testing';
import { createTransport } from '@nv2/transport';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStage, type Stage } from '../support/stage.ts';
import { canLimitFiles, filesBelow, runLimited, startLimited } from './limited.ts';

const refusal = /disk is full|no space|too large|not allowed|cannot write|LAYOUT_FULL|full/i;

/** An artifact whose one layer is larger than the limits below. */
const layer = testBlob('application/octet-stream', new Uint8Array(3 * 1024 * 1024));
const config = { descriptor: emptyJsonDescriptor, bytes: emptyJsonBytes };
const largeArtifact: TestArtifact = {
  manifest: packManifest({
    artifactType: 'application/vnd.example.large',
    config: config.descriptor,
    layers: [layer.descriptor],
  }),
  blobs: [config, layer],
};

describe.runIf(canLimitFiles)('a full disk (file-size limit)', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
    await stage.key('wabbit');
    await stage.write('manifest.json', testImage().manifest.bytes);
    const layout = await openLayout(join(stage.work, 'source'), { create: true });
    await pushArtifact(layout, largeArtifact, 'v1');
  });
  afterAll(async () => stage[Symbol.asyncDispose]());

  /** Runs a command that cannot write, and expects that nothing changed in home and working directory. */
  async function expectRefused(args: readonly string[], fileBytes = 0): Promise<void> {
    const before = await snapshot();
    const ran = await runLimited(stage, args, { fileBytes });
    expect(ran.status, ran.stderr).toBeGreaterThan(0);
    expect(ran.stdout).toBe('');
    expect(ran.stderr).toMatch(refusal);
    expect(ran.stderr).not.toMatch(/ {4}at |unexpected error/);
    expect(await snapshot()).toEqual(before);
  }

  async function snapshot(): Promise<Readonly<Record<string, string>>> {
    const files = await filesBelow(stage.home.path);
    const contents = await Promise.all(files.map((file) => readFile(join(stage.home.path, file), 'base64')));
    return Object.fromEntries(files.map((file, index) => [file, contents[index] ?? '']));
  }

  it('leaves no signature file of `sign -o`', async () => {
    await expectRefused(['sign', '-k', 'wabbit.key', '-o', 'out.sig', 'file:manifest.json']);
  });

  it('leaves no key list of `key add`, and the one that was there', async () => {
    await expectRefused(['key', 'add', 'release', 'wabbit.key']);
    const path = join(stage.home.directories.notationConfig, 'signingkeys.json');
    await writeFile(path, '{"keys":[]}');
    await expectRefused(['key', 'add', 'release', 'wabbit.key']);
    await rm(path);
  });

  it('leaves no policy of `policy import`, and no certificate of `cert add`', async () => {
    const policy = {
      version: '1.0',
      trustPolicies: [
        {
          name: 'all',
          registryScopes: ['*'],
          signatureVerification: { level: 'strict' },
          trustStores: ['ca:wabbit'],
          trustedIdentities: ['*'],
        },
      ],
    };
    await stage.write('policy.json', JSON.stringify(policy));
    await expectRefused(['policy', 'import', 'policy.json']);
    await expectRefused(['cert', 'add', '-t', 'ca', '-s', 'wabbit', 'wabbit-root.crt']);
  });

  it('leaves no test key of `cert generate-test`', async () => {
    await expectRefused(['cert', 'generate-test', 'tester']);
  });

  it('leaves a layout as it was when a blob does not fit', async () => {
    await mkdir(join(stage.work, 'target'));
    const target = await openLayout(join(stage.work, 'target'), { create: true });
    await pushArtifact(target, testImage({ name: 'earlier' }), 'v0');
    const index = await readFile(join(stage.work, 'target/index.json'), 'utf8');
    const ran = await runLimited(stage, ['copy', 'oci-layout:source:v1', 'oci-layout:target:v1'], {
      fileBytes: 1024 * 1024,
    });
    expect(ran).toMatchObject({ status: 2, stdout: '' });
    expect(ran.stderr).toMatch(refusal);
    expect(await readFile(join(stage.work, 'target/index.json'), 'utf8')).toBe(index);
    // Small blobs that came before the large one may stay: whole, under their own digest, and without a name.
    for (const file of await filesBelow(join(stage.work, 'target'))) {
      expect(file).toMatch(/^(?:index\.json|oci-layout|blobs\/sha256\/[0-9a-f]{64})$/);
      const bytes = await readFile(join(stage.work, 'target', file));
      if (file.startsWith('blobs/')) expect(file).toBe(`blobs/sha256/${digestHex(digestOf(bytes))}`);
    }
    expect(await target.findManifest('v1')).toBeUndefined();
    expect(await target.findManifest('v0')).toBeDefined();
  });

  it('leaves no archive that is cut short', async () => {
    await expectRefused(['copy', 'oci-layout:source:v1', 'oci-archive:out.tar:v1'], 1024 * 1024);
  });

  it('makes a registry refuse the blob, keep nothing of it, and go on serving', async () => {
    const directory = join(stage.work, 'served');
    const server = startLimited(stage, ['serve', 'registry', '--dir', directory, '--port', '0'], {
      fileBytes: 1024 * 1024,
    });
    const transport = createTransport({});
    try {
      if (server.stdout === null) throw new Error('no output');
      const [address] = (await once(createInterface(server.stdout), 'line')) as [string];
      const host = address.replace(/^https?:\/\//, '').replace(/\/$/, '');
      const session = createRegistrySession({
        transport,
        userAgent: 'test',
        now: () => new Date(),
        sleep: async () => undefined,
        random: () => 0,
      });
      const repository = session.repository(host, 'net-monitor');
      await expect(pushArtifact(repository, largeArtifact, 'v1')).rejects.toMatchObject({
        kind: 'unavailable',
        details: { status: 507 },
      });
      expect(await repository.findManifest('v1')).toBeUndefined();
      await pushArtifact(repository, testImage({ name: 'small' }), 'v2');
      expect(await repository.findManifest('v2')).toBeDefined();
    } finally {
      transport.close();
      server.kill();
      await once(server, 'close');
    }
    // What was sent so far stays as an upload that can be gone on with, and expires; nothing of it has a digest for a name.
    for (const file of await filesBelow(join(directory, 'blobs'))) {
      const bytes = await readFile(join(directory, 'blobs', file));
      expect(file.slice(file.lastIndexOf('/') + 1)).toBe(digestHex(digestOf(bytes)));
    }
  });
});
