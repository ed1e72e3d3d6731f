// skopeo knows images and nothing of signatures beside them: it moves the image, we move the signatures after it.

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openLayout, openLayoutArchive } from '@nv2/oci-layout';
import { pushArtifact, pushIndex, testImage, testIndex } from '@nv2/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeWith, type Lab, openLab } from './lab.ts';
import { openPlace, type Place, type PlaceKind, placeKinds } from './places.ts';
import { trustOneKey } from './trust.ts';

const noTls = ['--src-tls-verify=false', '--dest-tls-verify=false'];

describeWith(['skopeo', 'docker-registry'], 'skopeo', () => {
  let lab: Lab;
  const places = new Map<PlaceKind, Place>();
  const place = (kind: PlaceKind): Place => {
    const found = places.get(kind);
    if (found === undefined) throw new Error(`${kind} did not start`);
    return found;
  };
  const copy = (from: string, to: string, ...flags: readonly string[]): Promise<string> =>
    lab.ok('skopeo', '--insecure-policy', 'copy', '--preserve-digests', ...flags, ...noTls, from, to);

  beforeAll(async () => {
    lab = await openLab();
    await trustOneKey(lab);
    for (const kind of placeKinds) places.set(kind, await openPlace(kind));
  });

  afterAll(async () => {
    for (const one of places.values()) await one[Symbol.asyncDispose]();
    await lab[Symbol.asyncDispose]();
  });

  const routes = placeKinds.flatMap((from) => placeKinds.map((to) => [from, to] as const));
  it.each(routes)('moves a signed image from %s to %s, and nv2 copy brings only the signatures', async (from, to) => {
    const repository = `from-${placeKinds.indexOf(from)}-to-${placeKinds.indexOf(to)}`;
    const { tagged, pinned, subject } = await place(from).shelve(repository);
    await lab.ok('nv2', 'sign', pinned);
    await lab.ok('nv2', 'sign', '--signature-format', 'cose', pinned);
    const target = `${place(to).host}/${repository}-moved`;
    await copy(`docker://${tagged}`, `docker://${target}:v1`);
    expect((await lab.run('nv2', 'verify', `${target}:v1`)).status).toBe(10);
    const copied = await lab.run('nv2', 'copy', tagged, `${target}:v1`);
    expect(copied).toMatchObject({ status: 0, stdout: `${target}@${subject.digest}\n` });
    // Two signature manifests, and where the registry could not take the blobs from the source: two envelopes and the empty configuration.
    expect(copied.stderr).toContain(from === to ? '2 contents sent' : '5 contents sent');
    expect(await lab.ok('nv2', 'verify', `${target}:v1`)).toBe(`${target}@${subject.digest}\n`);
    expect((await lab.ok('nv2', 'list', `${target}:v1`)).match(/trusted/g)).toHaveLength(2);
  });

  describe.each(placeKinds)('and %s', (kind) => {
    it('copy an image into a layout, where nv2 puts the signatures and verifies', async () => {
      const { tagged, subject } = await place(kind).shelve('to-layout');
      await lab.ok('nv2', 'sign', tagged);
      const directory = `layout-of-${placeKinds.indexOf(kind)}`;
      await copy(`docker://${tagged}`, `oci:${directory}:v1`);
      await lab.ok('nv2', 'copy', tagged, `oci-layout:${directory}:v1`);
      const verified = await lab.ok('nv2', 'verify', '--scope', 'local/x', `oci-layout:${directory}:v1`);
      expect(verified).toContain(subject.digest);
      // Signatures in the layout do not disturb skopeo.
      const raw = await lab.ok('skopeo', 'inspect', '--raw', `oci:${directory}:v1`);
      expect(new TextEncoder().encode(raw).length).toBe(subject.size);
      const back = `${place(kind).host}/back`;
      await copy(`oci:${directory}:v1`, `docker://${back}:v1`);
      expect(await lab.ok('nv2', 'copy', `oci-layout:${directory}:v1`, `${back}:v1`)).toBe(
        `${back}@${subject.digest}\n`,
      );
      expect(await lab.ok('nv2', 'verify', `${back}:v1`)).toBe(`${back}@${subject.digest}\n`);
    });

    it('take a layout of nv2 with its signatures', async () => {
      const { tagged, subject } = await place(kind).shelve('out-of-layout');
      await lab.ok('nv2', 'sign', tagged);
      const directory = `ours-of-${placeKinds.indexOf(kind)}`;
      await lab.ok('nv2', 'copy', tagged, `oci-layout:${directory}:v1`);
      const inspected = await lab.ok('skopeo', 'inspect', `oci:${directory}:v1`);
      expect(JSON.parse(inspected)).toMatchObject({ Digest: subject.digest, Architecture: 'amd64', Os: 'linux' });
      const target = `${place(kind).host}/from-our-layout`;
      await copy(`oci:${directory}:v1`, `docker://${target}:v2`);
      await lab.ok('nv2', 'copy', `oci-layout:${directory}:v1`, `${target}:v2`);
      expect(await lab.ok('nv2', 'verify', `${target}:v2`)).toBe(`${target}@${subject.digest}\n`);
    });

    it('move an index with all its images, and its signature follows', async () => {
      const store = place(kind).store('indexed');
      const { digest } = await pushIndex(store, testIndex({ name: `index-${placeKinds.indexOf(kind)}` }), 'v1');
      const name = `${place(kind).host}/indexed`;
      await lab.ok('nv2', 'sign', `${name}@${digest}`);
      const directory = `index-of-${placeKinds.indexOf(kind)}`;
      await copy(`docker://${name}:v1`, `oci:${directory}:v1`, '--all');
      await copy(`oci:${directory}:v1`, `docker://${name}-moved:v1`, '--all');
      await lab.ok('nv2', 'copy', `${name}:v1`, `${name}-moved:v1`);
      expect(await lab.ok('nv2', 'verify', `${name}-moved:v1`)).toBe(`${name}-moved@${digest}\n`);
    });

    it('take a Docker image and sign it as it is', async () => {
      const image = testImage({ format: 'docker', name: 'docker' });
      const { digest } = await pushArtifact(place(kind).store('docker'), image, 'v1');
      const name = `${place(kind).host}/docker`;
      await copy(`docker://${name}:v1`, `docker://${name}-moved:v1`);
      await lab.ok('nv2', 'sign', `${name}-moved:v1`);
      expect(await lab.ok('nv2', 'verify', `${name}-moved@${digest}`)).toBe(`${name}-moved@${digest}\n`);
      const converted = await lab.run(
        'skopeo',
        '--insecure-policy',
        'copy',
        '-f',
        'oci',
        ...noTls,
        `docker://${name}:v1`,
        `docker://${name}-oci:v1`,
      );
      expect(converted.status).toBe(0);
      // Another rendering of the image is another digest, and unsigned.
      expect((await lab.run('nv2', 'verify', `${name}-oci:v1`)).status).toBe(10);
    });

    it('list tags, read the configuration, and delete', async () => {
      const { name, tagged, subject } = await place(kind).shelve('listed');
      await copy(`docker://${tagged}`, `docker://${name}:v2`);
      const listed = JSON.parse(
        await lab.ok('skopeo', 'list-tags', '--tls-verify=false', `docker://${name}`),
      ) as unknown;
      expect(listed).toEqual({ Repository: name, Tags: ['v1', 'v2'] });
      const inspected = await lab.ok('skopeo', 'inspect', '--tls-verify=false', `docker://${tagged}`);
      expect(JSON.parse(inspected)).toMatchObject({ Digest: subject.digest, RepoTags: ['v1', 'v2'] });
      await lab.ok('skopeo', 'inspect', '--config', '--tls-verify=false', `docker://${tagged}`);
      await lab.ok('skopeo', 'delete', '--tls-verify=false', `docker://${tagged}`);
      // skopeo deletes the manifest that the tag leads to, and so every tag of it.
      expect((await lab.run('skopeo', 'inspect', '--tls-verify=false', `docker://${name}:v2`)).status).not.toBe(0);
      expect((await lab.run('nv2', 'verify', `${name}:v2`)).status).toBe(20);
    });
  });

  it('makes layouts and archives that we open, and opens ours', async () => {
    const image = testImage({ name: 'layouts' });
    await mkdir(join(lab.directory, 'forms'));
    await pushArtifact(await openLayout(join(lab.directory, 'forms/ours'), { create: true }), image, 'v1');
    await copy('oci:forms/ours:v1', 'oci:forms/theirs:v1');
    await copy('oci:forms/ours:v1', 'oci-archive:forms/theirs.tar:v1');
    const layout = await openLayout(join(lab.directory, 'forms/theirs'));
    expect(await layout.findManifest('v1')).toEqual(image.manifest);
    await using archive = await openLayoutArchive(join(lab.directory, 'forms/theirs.tar'));
    expect(await archive.findManifest('v1')).toEqual(image.manifest);
    await lab.ok('nv2', 'sign', 'oci-layout:forms/theirs:v1');
    await lab.ok('nv2', 'verify', '--scope', 'local/x', 'oci-layout:forms/theirs:v1');
    await lab.ok('nv2', 'copy', 'oci-archive:forms/theirs.tar:v1', `${place('docker-registry').host}/archive:v1`);
    await lab.ok('skopeo', 'inspect', '--tls-verify=false', `docker://${place('docker-registry').host}/archive:v1`);
  });
});
