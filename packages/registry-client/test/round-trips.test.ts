// How many requests things take, and which of them wait for each other.

import { type FakeRegistryOptions, fakeRegistry, pushArtifact, testImage, testReferrer } from '@nv2/testing';
import { describe, expect, it } from 'vitest';
import { all, testRegistry, testRepository, testSession } from './connect.ts';

const image = testImage();
const signature = testReferrer(image.manifest.descriptor);
const subject = image.manifest.descriptor;

async function published(options: FakeRegistryOptions = {}) {
  const fake = fakeRegistry(options);
  const credentials = () => Promise.resolve({ kind: 'basic', username: 'alice', password: 'x' } as const);
  const writer = testSession(fake.transport, { credentials }).repository;
  await pushArtifact(writer, image, 'v1');
  await pushArtifact(writer, signature);
  fake.requests.length = 0;
  return { fake, ...testSession(fake.transport, { credentials }) };
}

describe('round trips', () => {
  it.each(['v1', subject.digest])(
    'find the manifest %s in one request, for all four families of media types',
    async (reference) => {
      const { repository, fake } = await published();
      expect((await repository.findManifest(reference))?.bytes).toEqual(image.manifest.bytes);
      expect(fake.log()).toEqual([`GET /v2/${testRepository}/manifests/${reference}`]);
      const accept = fake.requests[0]?.headers.find(([name]) => name === 'Accept')?.[1] ?? '';
      for (const type of [
        'oci.image.manifest.v1',
        'oci.image.index.v1',
        'docker.distribution.manifest.v2',
        'docker.distribution.manifest.list.v2',
      ]) {
        expect(accept).toContain(`application/vnd.${type}+json`);
      }
    },
  );

  it('resolve a tag in one HEAD', async () => {
    const { repository, fake } = await published();
    expect(await repository.findManifestDescriptor('v1')).toEqual(subject);
    expect(fake.log()).toEqual([`HEAD /v2/${testRepository}/manifests/v1`]);
  });

  it('never begin with the base endpoint', async () => {
    const { repository, fake } = await published();
    await repository.findManifest('v1');
    await all(repository.referrers(subject));
    expect(fake.log().filter((line) => line.endsWith('/v2/'))).toEqual([]);
  });

  it.each([true, false])(
    'list referrers in one step, both ways at once (API: %s) [+STORE-10]',
    async (referrersApi) => {
      const { repository, fake } = await published({ referrersApi });
      let underWay = 0;
      let most = 0;
      fake.intercept = async (_, next) => {
        underWay += 1;
        most = Math.max(most, underWay);
        await new Promise((resolve) => setImmediate(resolve));
        underWay -= 1;
        return next();
      };
      expect((await all(repository.referrers(subject))).map(({ digest }) => digest)).toEqual([
        signature.manifest.descriptor.digest,
      ]);
      expect(fake.log().toSorted()).toEqual([
        `GET /v2/${testRepository}/manifests/${subject.digest.replace(':', '-')}`,
        `GET /v2/${testRepository}/referrers/${subject.digest}`,
      ]);
      expect(most).toBe(2);
    },
  );

  it('ask a registry known to lack the API only for the tag', async () => {
    const { repository, fake, events } = await published({ referrersApi: false });
    await all(repository.referrers(subject));
    fake.requests.length = 0;
    await all(repository.referrers(subject));
    expect(fake.log()).toEqual([`GET /v2/${testRepository}/manifests/${subject.digest.replace(':', '-')}`]);
    expect(events.filter(({ kind }) => kind === 'referrers-mode')).toEqual([
      { kind: 'referrers-mode', repository: `${testRegistry}/${testRepository}`, mode: 'tag' },
    ]);
  });

  it('remember that for every store of the session', async () => {
    const { session, repository, fake } = await published({ referrersApi: false });
    await all(repository.referrers(subject));
    fake.requests.length = 0;
    await all(session.repository(testRegistry, testRepository).referrers(subject));
    expect(fake.requests).toHaveLength(1);
  });

  it.each([
    ['bearer', 2],
    ['basic', 1],
  ] as const)('grow by %s sign-in once, by %i', async (kind, more) => {
    const { repository, fake } = await published({ auth: { kind, username: 'alice', password: 'x' } });
    await repository.findManifest('v1');
    expect(fake.requests).toHaveLength(1 + more);
    await repository.findManifest('v1');
    await all(repository.referrers(subject));
    expect(fake.requests).toHaveLength(1 + more + 1 + 2);
  });

  it('do not send a blob that is there', async () => {
    const { repository, fake } = await published();
    const [config] = image.blobs;
    await repository.pushBlob(config!.descriptor, { length: config!.bytes.length, open: () => expect.unreachable() });
    expect(fake.log()).toEqual([`HEAD /v2/${testRepository}/blobs/${config!.descriptor.digest}`]);
  });

  it('push a manifest with its tag in one request', async () => {
    const { repository, fake } = await published();
    await repository.pushManifest(image.manifest, { tag: 'v2' });
    expect(fake.log()).toEqual([`PUT /v2/${testRepository}/manifests/v2`]);
  });

  it('push a signature where the registry lists referrers without touching a tag', async () => {
    const { repository, fake } = await published();
    await repository.pushManifest(signature.manifest);
    expect(fake.log()).toEqual([`PUT /v2/${testRepository}/manifests/${signature.manifest.descriptor.digest}`]);
  });
});
