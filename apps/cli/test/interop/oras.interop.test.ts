// oras finds, shows and moves what we wrote beside an image, and we move what it attached; with the referrers API and without.

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeWith, type Lab, openLab } from './lab.ts';
import { openPlace, type Place, type PlaceKind, placeKinds } from './places.ts';
import { readSignatures } from './signatures.ts';
import { trustOneKey } from './trust.ts';

const signatureType = 'application/vnd.cncf.notary.signature';
const plain = '--plain-http';
const plainBoth = ['--from-plain-http', '--to-plain-http'];

interface Discovered {
  readonly digest: string;
  readonly artifactType?: string;
  readonly referrers?: readonly Discovered[];
}

describeWith(['oras', 'docker-registry'], 'oras', () => {
  let lab: Lab;
  const places = new Map<PlaceKind, Place>();
  const place = (kind: PlaceKind): Place => {
    const found = places.get(kind);
    if (found === undefined) throw new Error(`${kind} did not start`);
    return found;
  };
  const oras = (...args: readonly string[]): Promise<string> => lab.ok('oras', ...args);
  const specOf = (kind: PlaceKind): string =>
    place(kind).hasReferrersApi ? 'v1.1-referrers-api' : 'v1.1-referrers-tag';

  beforeAll(async () => {
    lab = await openLab();
    await trustOneKey(lab);
    await mkdir(join(lab.directory, 'files'));
    await lab.write('sbom.json', '{"sbom":true}\n');
    await lab.write('files/a.txt', 'a\n');
    await lab.write(
      'b.bin',
      new Uint8Array(300_000).map((_, index) => index % 251),
    );
    for (const kind of placeKinds) places.set(kind, await openPlace(kind));
  });

  afterAll(async () => {
    for (const one of places.values()) await one[Symbol.asyncDispose]();
    await lab[Symbol.asyncDispose]();
  });

  describe.each(placeKinds)('at %s', (kind) => {
    it('discovers our signatures, as a tree and as JSON', async () => {
      const shelf = await place(kind).shelve('discovered');
      await lab.ok('nv2', 'sign', shelf.pinned);
      await lab.ok('nv2', 'sign', '--signature-format', 'cose', shelf.pinned);
      await lab.ok('face', 'sign', shelf.pinned);
      const wanted = (await readSignatures(shelf)).map(({ descriptor }) => descriptor.digest).toSorted();
      expect(wanted).toHaveLength(3);
      // Said and unsaid: what oras finds out by itself must be the same.
      for (const spec of [[], ['--distribution-spec', specOf(kind)]]) {
        const tree = await oras('discover', plain, ...spec, shelf.tagged);
        expect(tree.split('\n')[0]).toBe(shelf.pinned);
        expect(tree).toContain(`└── ${signatureType}`);
        for (const digest of wanted) expect(tree).toContain(digest);
        const json = JSON.parse(await oras('discover', plain, ...spec, '--format', 'json', shelf.tagged)) as Discovered;
        expect(json.digest).toBe(shelf.subject.digest);
        expect(json.referrers?.map(({ digest }) => digest).toSorted()).toEqual(wanted);
        expect(json.referrers?.map(({ artifactType }) => artifactType)).toEqual(wanted.map(() => signatureType));
      }
      const none = await oras('discover', plain, '--format', 'json', '--artifact-type', 'a/b', shelf.tagged);
      expect((JSON.parse(none) as Discovered).referrers ?? []).toEqual([]);
    });

    it('pushes files that we sign, and pulls them after we verified', async () => {
      const name = `${place(kind).host}/files`;
      await oras(
        'push',
        plain,
        '--artifact-type',
        'application/vnd.example',
        `${name}:v1`,
        'sbom.json',
        'files/a.txt',
        'b.bin',
      );
      await lab.ok('nv2', 'sign', `${name}:v1`);
      const verified = (await lab.ok('nv2', 'verify', `${name}:v1`)).trim();
      const output = `pulled-${placeKinds.indexOf(kind)}`;
      await oras('pull', plain, '-o', output, verified);
      const { readFile } = await import('node:fs/promises');
      for (const file of ['sbom.json', 'files/a.txt', 'b.bin']) {
        const [before, after] = await Promise.all(
          [lab.directory, join(lab.directory, output)].map((path) => readFile(join(path, file))),
        );
        expect(after).toEqual(before);
      }
    });

    it('attaches beside our signatures without losing one, and we sign what it attached', async () => {
      const shelf = await place(kind).shelve('attached');
      await lab.ok('nv2', 'sign', shelf.pinned);
      await oras(
        'attach',
        plain,
        '--distribution-spec',
        specOf(kind),
        '--artifact-type',
        'example/sbom',
        shelf.pinned,
        'sbom.json',
      );
      await lab.ok('nv2', 'sign', '--signature-format', 'cose', shelf.pinned);
      await oras('attach', plain, '--artifact-type', 'example/scan', '--annotation', 'a=b', shelf.pinned);
      const json = JSON.parse(await oras('discover', plain, '--format', 'json', shelf.pinned)) as Discovered;
      const types = json.referrers?.map(({ artifactType }) => artifactType).toSorted();
      expect(types).toEqual([signatureType, signatureType, 'example/sbom', 'example/scan']);
      const sbom = json.referrers?.find(({ artifactType }) => artifactType === 'example/sbom')?.digest ?? '';
      await lab.ok('nv2', 'sign', `${shelf.name}@${sbom}`);
      expect(await lab.ok('nv2', 'verify', `${shelf.name}@${sbom}`)).toBe(`${shelf.name}@${sbom}\n`);
      const tree = await lab.ok('nv2', 'tree', shelf.pinned);
      expect(tree).toContain('example/sbom');
      expect(tree).toContain(sbom);
    });

    it('reads and writes manifests, blobs and tags', async () => {
      const { name, tagged, subject } = await place(kind).shelve('parts');
      expect(await oras('resolve', plain, tagged)).toBe(`${subject.digest}\n`);
      expect(await oras('manifest', 'fetch', plain, tagged)).toHaveLength(subject.size);
      await oras('manifest', 'fetch-config', plain, tagged);
      await oras('manifest', 'fetch', plain, '--output', 'manifest.json', tagged);
      await oras('manifest', 'push', plain, `${name}:again`, 'manifest.json');
      await oras('tag', plain, tagged, 'one', 'two');
      const tags = (await oras('repo', 'tags', plain, name)).trim().split('\n');
      // docker-registry lists them in no order.
      expect(kind === 'docker-registry' ? tags.toSorted() : tags).toEqual(['again', 'one', 'two', 'v1']);
      expect((await oras('repo', 'ls', plain, place(kind).host)).split('\n')).toContain('parts');
      const { digest, size } = JSON.parse(await oras('blob', 'push', plain, '--descriptor', name, 'b.bin')) as {
        readonly digest: string;
        readonly size: number;
      };
      expect(size).toBe(300_000);
      await oras('blob', 'fetch', plain, '--output', 'fetched.bin', `${name}@${digest}`);
      await oras('blob', 'delete', plain, '--force', `${name}@${digest}`);
      expect((await lab.run('oras', 'blob', 'fetch', plain, '--descriptor', `${name}@${digest}`)).status).not.toBe(0);
      await oras('manifest', 'delete', plain, '--force', `${name}@${subject.digest}`);
      expect((await lab.run('oras', 'resolve', plain, tagged)).status).not.toBe(0);
    });

    it('deletes a signature, which then no longer counts', async () => {
      const shelf = await place(kind).shelve('deleted');
      const signature = (await lab.ok('nv2', 'sign', shelf.pinned)).trim();
      await oras('manifest', 'delete', plain, '--force', signature);
      expect(await lab.run('nv2', 'verify', shelf.pinned)).toMatchObject({ status: 10, stdout: '' });
    });
  });

  const routes = placeKinds.flatMap((from) => placeKinds.map((to) => [from, to] as const));
  describe.each(routes)('from %s to %s', (from, to) => {
    const repository = `from-${placeKinds.indexOf(from)}-to-${placeKinds.indexOf(to)}`;

    it('cp -r moves our signatures, and they verify there', async () => {
      const { pinned, tagged, subject } = await place(from).shelve(repository);
      await lab.ok('nv2', 'sign', pinned);
      await lab.ok('face', 'sign', '--signature-format', 'cose', pinned);
      const target = `${place(to).host}/${repository}-by-oras`;
      await oras('cp', '-r', ...plainBoth, tagged, `${target}:v1`);
      expect(await lab.ok('nv2', 'verify', `${target}:v1`)).toBe(`${target}@${subject.digest}\n`);
      expect((await lab.ok('nv2', 'list', `${target}:v1`)).match(/ trusted/g)).toHaveLength(2);
    });

    it('nv2 copy moves what oras attached, and what is attached to that', async () => {
      const { pinned, tagged } = await place(from).shelve(`${repository}-attached`);
      await oras('attach', plain, '--artifact-type', 'example/sbom', pinned, 'sbom.json');
      const { referrers } = JSON.parse(await oras('discover', plain, '--format', 'json', pinned)) as Discovered;
      const sbom = pinned.replace(/@.*/, `@${referrers?.[0]?.digest}`);
      await lab.ok('nv2', 'sign', sbom);
      const target = `${place(to).host}/${repository}-by-nv2`;
      await lab.ok('nv2', 'copy', tagged, `${target}:v1`);
      const moved = JSON.parse(await oras('discover', plain, '--format', 'json', `${target}:v1`)) as Discovered;
      expect(moved.referrers?.map(({ artifactType }) => artifactType)).toEqual(['example/sbom']);
      expect(moved.referrers?.[0]?.referrers?.map(({ artifactType }) => artifactType)).toEqual([signatureType]);
      await lab.ok('nv2', 'verify', sbom.replace(/^.*@/, `${target}@`));
    });
  });

  it('reads and writes the same layouts', async () => {
    const { tagged, subject } = await place('docker-registry').shelve('layouts');
    await lab.ok('nv2', 'sign', tagged);
    await lab.ok('nv2', 'copy', tagged, 'oci-layout:by-nv2:v1');
    const found = JSON.parse(await oras('discover', '--oci-layout', '--format', 'json', 'by-nv2:v1')) as Discovered;
    expect(found.referrers?.map(({ artifactType }) => artifactType)).toEqual([signatureType]);
    await oras('cp', '-r', '--from-plain-http', '--to-oci-layout', tagged, 'by-oras:v1');
    const verify = ['verify', '--scope', 'local/x'];
    expect(await lab.ok('nv2', ...verify, 'oci-layout:by-oras:v1')).toContain(subject.digest);
    // Into a layout of the other, and on to a registry.
    await oras('attach', '--oci-layout', '--artifact-type', 'example/sbom', 'by-nv2:v1', 'sbom.json');
    await lab.ok('nv2', 'sign', '--signature-format', 'cose', 'oci-layout:by-oras:v1');
    const host = place('our registry').host;
    await oras('cp', '-r', '--from-oci-layout', '--to-plain-http', 'by-oras:v1', `${host}/from-oras:v1`);
    await lab.ok('nv2', 'copy', 'oci-layout:by-nv2:v1', `${host}/from-nv2:v1`);
    expect((await lab.ok('nv2', 'list', `${host}/from-oras:v1`)).match(/ trusted/g)).toHaveLength(2);
    await lab.ok('nv2', 'verify', `${host}/from-nv2:v1`);
    expect(await oras('discover', plain, `${host}/from-nv2:v1`)).toContain('example/sbom');
  });
});
