// E04: whatever request an interruption follows, no tag leads to an image whose signature is not there.

import { copy, memoryStore } from '@nv2/content';
import { type FakeRegistryOptions, fakeRegistry, pushArtifact, testImage, testReferrer } from '@nv2/testing';
import { mediaTypes } from '@nv2/oci';
import { describe, expect, it } from 'vitest';
import { all, testRepository, testSession } from './connect.ts';

const image = testImage();
const signature = testReferrer(image.manifest.descriptor, { artifactType: mediaTypes.notarySignature });

async function signedSource() {
  const source = memoryStore();
  await pushArtifact(source, image, 'v1');
  await pushArtifact(source, signature);
  return source;
}

/** Copies to a registry that answers `requests` times and then never again. */
async function copyUntil(
  requests: number,
  options: FakeRegistryOptions,
): Promise<{ readonly isComplete: boolean; readonly isHarmless: boolean; readonly log: readonly string[] }> {
  const fake = fakeRegistry(options);
  let left = requests;
  fake.intercept = async (_, next) => (left-- > 0 ? next() : Promise.reject(new Error('cut')));
  const { repository } = testSession(fake.transport);
  const isComplete = await copy(await signedSource(), repository, image.manifest.descriptor, { tag: 'v1' }).then(
    () => true,
    () => false,
  );
  const log = fake.log();
  fake.intercept = (_, next) => next();
  const later = testSession(fake.transport).repository;
  const tagged = await later.findManifest('v1');
  const isHarmless = tagged === undefined || (await all(later.referrers(tagged.descriptor))).length === 1;
  return { isComplete, isHarmless, log };
}

describe('an interrupted copy', () => {
  it.each([true, false])('never leaves a tag on an unsigned image (API: %s) [+SIGN-09]', async (referrersApi) => {
    let requests = 0;
    for (; requests < 100; requests++) {
      const { isComplete, isHarmless } = await copyUntil(requests, { referrersApi });
      expect(isHarmless, `after ${requests} requests`).toBe(true);
      if (isComplete) break;
    }
    expect(requests).toBeGreaterThan(10);
    expect(requests).toBeLessThan(100);
  });

  it('sends blobs before manifests and the tag last', async () => {
    const { log } = await copyUntil(1000, {});
    const writes = log
      .filter((line) => line.startsWith('PUT'))
      .map((line) => line.replace(/\?.*/, '').replace(`/v2/${testRepository}/`, ''));
    expect(writes.at(-1)).toBe('PUT manifests/v1');
    const [subject, signed] = [image, signature].map(({ manifest }) =>
      writes.indexOf(`PUT manifests/${manifest.descriptor.digest}`),
    );
    expect(subject).toBeGreaterThan(0);
    expect(signed).toBeGreaterThan(subject!);
    expect(writes.slice(0, subject).every((line) => line.startsWith('PUT blobs/'))).toBe(true);
  });
});
