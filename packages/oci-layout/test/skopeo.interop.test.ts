import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { openLayout, openLayoutArchive, writeLayoutArchive } from '@nv2/oci-layout';
import { findPeer, pushArtifact, temporaryDirectory, testImage } from '@nv2/testing';
import { describe, expect, it } from 'vitest';

const skopeo = findPeer('skopeo');

describe.skipIf(skopeo === undefined)(`layouts and ${skopeo?.version ?? 'skopeo'}`, () => {
  const run = (...parameters: readonly string[]): void => {
    execFileSync(skopeo?.path ?? '', ['--insecure-policy', ...parameters], { stdio: 'pipe' });
  };

  it('read each other’s directories', async () => {
    await using directory = await temporaryDirectory();
    const [ours, theirs] = [join(directory.path, 'ours'), join(directory.path, 'theirs')];
    const image = testImage();
    await pushArtifact(await openLayout(ours, { create: true }), image, 'v1');
    run('copy', '--preserve-digests', `oci:${ours}:v1`, `oci:${theirs}:v1`);
    const layout = await openLayout(theirs);
    expect(await layout.findManifest('v1')).toEqual(image.manifest);
  });

  it('read each other’s archives', async () => {
    await using directory = await temporaryDirectory();
    const [ours, theirs] = [join(directory.path, 'ours.tar'), join(directory.path, 'theirs.tar')];
    const image = testImage();
    const source = await openLayout(join(directory.path, 'layout'), { create: true });
    await pushArtifact(source, image, 'v1');
    await writeLayoutArchive(source, ours);
    run('copy', '--preserve-digests', `oci-archive:${ours}:v1`, `oci-archive:${theirs}:v1`);
    await using layout = await openLayoutArchive(theirs);
    expect(await layout.findManifest('v1')).toEqual(image.manifest);
  });
});
