// Writing the referrers tag: nothing of others is lost, everything of ours stands.

import { bytesResponse, encodeUtf8, parseUtf8 } from '@nv2/base';
import { type Descriptor, digestOf, emptyJsonBytes, emptyJsonDescriptor, mediaTypes } from '@nv2/oci';
import {
  type FakeRegistry,
  type FakeRegistryOptions,
  fakeError,
  fakeRegistry,
  pushArtifact,
  type TestArtifact,
  testImage,
  testReferrer,
  withHeaders,
} from '@nv2/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import type { RegistrySessionOptions } from '../src/index.ts';
import { all, type TestSession, testRepository, testSession } from './connect.ts';

const image = testImage();
const subject = image.manifest.descriptor;
const tag = subject.digest.replace(':', '-');

function referrer(number: number): TestArtifact {
  return testReferrer(subject, { content: encodeUtf8(`{"n":${number}}`), annotations: { number: String(number) } });
}

async function start(
  options: FakeRegistryOptions & Partial<RegistrySessionOptions> = {},
): Promise<TestSession & { readonly fake: FakeRegistry }> {
  const fake = fakeRegistry({ referrersApi: false, ...options });
  const session = { fake, ...testSession(fake.transport, options) };
  await pushArtifact(session.repository, image, 'v1');
  fake.requests.length = 0;
  return session;
}

function listing({ fake }: { readonly fake: FakeRegistry }): readonly Record<string, unknown>[] {
  const content = fake.repository(testRepository);
  const bytes = content.manifests.get(content.tags.get(tag) ?? '')?.bytes;
  return bytes === undefined
    ? []
    : (JSON.parse(parseUtf8(bytes)) as { manifests: Record<string, unknown>[] }).manifests;
}

/** What another writer puts under the tag, behind the client's back. */
function replaceListing({ fake }: { readonly fake: FakeRegistry }, manifests: readonly unknown[]): void {
  const bytes = encodeUtf8(JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests }));
  const content = fake.repository(testRepository);
  const digest = digestOf(bytes);
  content.manifests.set(digest, { mediaType: mediaTypes.ociIndex, bytes });
  content.tags.set(tag, digest);
}

function toEntry({ manifest }: TestArtifact): Descriptor {
  return manifest.descriptor;
}

describe('the referrers tag', () => {
  it('lists a pushed referrer with type and annotations', async () => {
    const session = await start();
    const artifact = referrer(1);
    await pushArtifact(session.repository, artifact);
    expect(listing(session)).toEqual([
      { ...toEntry(artifact), artifactType: 'application/vnd.example.sbom.v1+json', annotations: { number: '1' } },
    ]);
  });

  it('is written only after the manifest it lists', async () => {
    const session = await start();
    await pushArtifact(session.repository, referrer(1));
    const puts = session.fake.log().filter((line) => line.startsWith('PUT') && line.includes('/manifests/'));
    expect(puts).toEqual([
      `PUT /v2/${testRepository}/manifests/${referrer(1).manifest.descriptor.digest}`,
      `PUT /v2/${testRepository}/manifests/${tag}`,
    ]);
  });

  it('is left alone where the registry keeps referrers', async () => {
    const session = await start({ referrersApi: true });
    await pushArtifact(session.repository, referrer(1));
    expect(session.fake.log().filter((line) => line.includes(tag))).toEqual([]);
  });

  it('is written all the same when forced', async () => {
    const session = await start({ referrersApi: true, forceReferrersTag: true });
    await pushArtifact(session.repository, referrer(1));
    expect(listing(session)).toHaveLength(1);
    expect(await all(session.repository.referrers(subject))).toHaveLength(1);
  });

  it('is written where the registry confirms another subject', async () => {
    const session = await start({ referrersApi: true });
    session.fake.intercept = async (_, next) =>
      withHeaders(await next(), { 'OCI-Subject': `sha256:${'0'.repeat(64)}` });
    await pushArtifact(session.repository, referrer(1));
    expect(listing(session)).toHaveLength(1);
  });

  it('gains nothing when the entry is there', async () => {
    const session = await start();
    await pushArtifact(session.repository, referrer(1));
    session.fake.requests.length = 0;
    await session.repository.pushManifest(referrer(1).manifest);
    expect(session.fake.log()).toEqual([
      `PUT /v2/${testRepository}/manifests/${referrer(1).manifest.descriptor.digest}`,
      `GET /v2/${testRepository}/manifests/${tag}`,
    ]);
  });

  it('keeps what others wrote as they wrote it, and drops what is no entry or a duplicate', async () => {
    const session = await start();
    const theirs = { ...toEntry(referrer(1)), data: 'e30=', 'com.example.unknown': { x: [1] } };
    replaceListing(session, [theirs, {}, null, theirs]);
    await pushArtifact(session.repository, referrer(2));
    expect(listing(session)[0]).toEqual(theirs);
    expect(listing(session)).toHaveLength(2);
  });

  it('loses nothing of a hundred writers in one process', async () => {
    const { transport, ...fake } = fakeRegistry({ referrersApi: false });
    const content = fake.repository(testRepository);
    content.blobs.set(emptyJsonDescriptor.digest, emptyJsonBytes);
    const artifacts = Array.from({ length: 100 }, (_, number) => referrer(number));
    // Every writer has a session of its own, so it is the process that keeps them apart.
    await Promise.all(artifacts.map(async (artifact) => pushArtifact(testSession(transport).repository, artifact)));
    const listed = (await all(testSession(transport).repository.referrers(subject))).map(({ digest }) => digest);
    expect(listed.toSorted()).toEqual(artifacts.map(({ manifest }) => manifest.descriptor.digest).toSorted());
  });

  it('goes on for the next writer when one fails', async () => {
    const session = await start();
    let failures = 1;
    session.fake.intercept = async ({ method, url }, next) =>
      method === 'PUT' && url.pathname.endsWith(tag) && failures-- > 0 ? fakeError(403, 'DENIED') : next();
    const [first, second] = await Promise.allSettled([
      pushArtifact(session.repository, referrer(1)),
      pushArtifact(session.repository, referrer(2)),
    ]);
    expect([first.status, second.status].toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(listing(session)).toHaveLength(1);
  });

  it('does not make an impatient writer wait for another', async () => {
    const session = await start();
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    session.fake.intercept = async ({ method, url }, next) => {
      if (method === 'GET' && url.pathname.endsWith(tag)) await gate;
      return next();
    };
    const slow = session.repository.pushManifest(referrer(1).manifest).catch(() => undefined);
    await new Promise((resolve) => setImmediate(resolve));
    const controller = new AbortController();
    const impatient = pushArtifact(session.repository, referrer(2)).then(() =>
      session.repository.pushManifest(referrer(2).manifest, { signal: controller.signal }),
    );
    setImmediate(() => controller.abort());
    release();
    await slow;
    await impatient.catch((error: unknown) => expect(error).toMatchObject({ name: 'AbortError' }));
  });

  it('is read again before and after it is written', async () => {
    const session = await start();
    await pushArtifact(session.repository, referrer(1));
    expect(session.fake.log().slice(-4)).toEqual([
      `GET /v2/${testRepository}/manifests/${tag}`,
      `HEAD /v2/${testRepository}/manifests/${tag}`,
      `PUT /v2/${testRepository}/manifests/${tag}`,
      `GET /v2/${testRepository}/manifests/${tag}`,
    ]);
    expect(session.waits.at(-1)).toBeGreaterThanOrEqual(25);
  });

  it('that moved between reading and writing is not overwritten', async () => {
    const session = await start();
    let moves = 1;
    session.fake.intercept = async ({ method, url }, next) => {
      if (method === 'HEAD' && url.pathname.endsWith(tag) && moves-- > 0)
        replaceListing(session, [toEntry(referrer(7))]);
      return next();
    };
    await pushArtifact(session.repository, referrer(1));
    expect(listing(session).map(({ digest }) => digest)).toEqual(
      [referrer(7), referrer(1)].map((artifact) => toEntry(artifact).digest),
    );
    expect(session.events.filter(({ kind }) => kind === 'referrers-tag-contended')).toHaveLength(1);
  });

  it('that another writer replaced is written again until our entry stands', async () => {
    const session = await start();
    let overwrites = 3;
    session.fake.intercept = async ({ method, url }, next) => {
      const response = await next();
      if (method === 'PUT' && url.pathname.endsWith(tag) && overwrites-- > 0)
        replaceListing(session, [toEntry(referrer(7))]);
      return response;
    };
    await pushArtifact(session.repository, referrer(1));
    expect(listing(session)).toHaveLength(2);
  });

  it('that others replace for ever is given up, with the reason', async () => {
    const session = await start();
    session.fake.intercept = async ({ method, url }, next) => {
      const response = await next();
      if (method === 'PUT' && url.pathname.endsWith(tag)) replaceListing(session, [toEntry(referrer(7))]);
      return response;
    };
    await expect(pushArtifact(session.repository, referrer(1))).rejects.toMatchObject({
      code: 'REGISTRY_REFERRERS_CONFLICT',
    });
  });

  it.each([
    ['an image', (content: ReturnType<FakeRegistry['repository']>) => content.tags.set(tag, subject.digest)],
    [
      'nonsense',
      (content: ReturnType<FakeRegistry['repository']>) =>
        content.manifests.set('sha256:0', { mediaType: mediaTypes.ociIndex, bytes: encodeUtf8('[]') }) &&
        content.tags.set(tag, 'sha256:0'),
    ],
  ])('that holds %s is not replaced', async (_, occupy) => {
    const session = await start();
    const content = session.fake.repository(testRepository);
    occupy(content);
    session.fake.intercept = async (_request, next) =>
      withHeaders(await next(), { 'Docker-Content-Digest': undefined });
    const held = content.tags.get(tag);
    await expect(pushArtifact(session.repository, referrer(1))).rejects.toMatchObject({
      code: 'REGISTRY_REFERRERS_CONFLICT',
    });
    expect(content.tags.get(tag)).toBe(held);
  });

  it('of a long digest is cut to what a tag may be', async () => {
    const session = await start();
    const long = { ...subject, digest: `sha512:${'a'.repeat(128)}` } as Descriptor;
    await all(session.repository.referrers(long));
    expect(session.fake.log()).toContain(`GET /v2/${testRepository}/manifests/sha512-${'a'.repeat(64)}`);
  });
});

describe('conditional writes', () => {
  it('name what they replace', async () => {
    const session = await start({ conditionalWrites: true });
    await pushArtifact(session.repository, referrer(1));
    await pushArtifact(session.repository, referrer(2));
    const puts = session.fake.requests.filter(({ method, url }) => method === 'PUT' && url.pathname.endsWith(tag));
    const conditions = puts.map(({ headers }) => headers.filter(([name]) => name.startsWith('If-')));
    expect(conditions[0]).toEqual([['If-None-Match', '*']]);
    expect(conditions[1]?.[0]?.[1]).toMatch(/^"sha256:/);
  });

  it('that are refused begin again with what is there now', async () => {
    const session = await start({ conditionalWrites: true });
    let moves = 1;
    session.fake.intercept = async ({ method, url }, next) => {
      if (method === 'PUT' && url.pathname.endsWith(tag) && moves-- > 0)
        replaceListing(session, [toEntry(referrer(7))]);
      return next();
    };
    await pushArtifact(session.repository, referrer(1));
    expect(listing(session)).toHaveLength(2);
  });

  it('are dropped at a registry that always refuses them', async () => {
    const session = await start();
    session.fake.intercept = async ({ headers }, next) =>
      headers.some(([name]) => name.startsWith('If-')) ? bytesResponse(412, []) : next();
    await pushArtifact(session.repository, referrer(1));
    expect(listing(session)).toHaveLength(1);
  });

  it('are not built on weak tags', async () => {
    const session = await start();
    session.fake.intercept = async (_, next) => withHeaders(await next(), { ETag: 'W/"weak"' });
    await pushArtifact(session.repository, referrer(1));
    await pushArtifact(session.repository, referrer(2));
    expect(session.fake.requests.flatMap(({ headers }) => headers.filter(([name]) => name === 'If-Match'))).toEqual([]);
  });
});

describe('listings that were replaced', () => {
  const manifests = ({ fake }: { readonly fake: FakeRegistry }): number =>
    [...fake.repository(testRepository).manifests.values()].filter(({ mediaType }) => mediaType === mediaTypes.ociIndex)
      .length;

  it('are kept by default', async () => {
    const session = await start();
    for (const number of [1, 2, 3]) await pushArtifact(session.repository, referrer(number));
    expect(manifests(session)).toBe(3);
  });

  it('are removed when asked for [+SIGN-10]', async () => {
    const session = await start({ removeOutdatedReferrers: true });
    for (const number of [1, 2, 3]) await pushArtifact(session.repository, referrer(number));
    expect(manifests(session)).toBe(1);
    expect(listing(session)).toHaveLength(3);
  });

  it('that cannot be removed make a note, not a failure [-SIGN-10]', async () => {
    const session = await start({ removeOutdatedReferrers: true });
    session.fake.intercept = async ({ method }, next) => (method === 'DELETE' ? fakeError(405, 'UNSUPPORTED') : next());
    for (const number of [1, 2]) await pushArtifact(session.repository, referrer(number));
    expect(listing(session)).toHaveLength(2);
    expect(session.events.filter(({ kind }) => kind === 'outdated-referrers-kept')).toMatchObject([
      { reason: expect.stringContaining('405') as string },
    ]);
  });

  it('are not removed when somebody has put them back', async () => {
    const session = await start({ removeOutdatedReferrers: true });
    await pushArtifact(session.repository, referrer(1));
    const content = session.fake.repository(testRepository);
    const old = content.tags.get(tag)!;
    let seen = 0;
    session.fake.intercept = async ({ method, url }, next) => {
      if (method === 'HEAD' && url.pathname.endsWith(tag) && (seen += 1) === 2) content.tags.set(tag, old);
      return next();
    };
    await pushArtifact(session.repository, referrer(2));
    expect(content.manifests.has(old)).toBe(true);
  });
});

describe('deleting a referrer', () => {
  let session: Awaited<ReturnType<typeof start>>;
  beforeEach(async () => {
    session = await start();
    for (const number of [1, 2]) await pushArtifact(session.repository, referrer(number));
  });

  it('takes it off the list, and then leaves an empty list', async () => {
    await session.repository.deleteManifest(referrer(1).manifest.descriptor.digest);
    expect(listing(session)).toHaveLength(1);
    await session.repository.deleteManifest(referrer(2).manifest.descriptor.digest);
    expect(listing(session)).toEqual([]);
    expect(await all(session.repository.referrers(subject))).toEqual([]);
  });

  it('that the registry does not allow leaves it on the list', async () => {
    session.fake.intercept = async ({ method }, next) => (method === 'DELETE' ? fakeError(405, 'UNSUPPORTED') : next());
    await expect(session.repository.deleteManifest(referrer(1).manifest.descriptor.digest)).rejects.toMatchObject({
      code: 'REGISTRY_REFUSED',
    });
    expect(listing(session)).toHaveLength(2);
  });

  it('that is not there says so', async () => {
    await expect(session.repository.deleteManifest(referrer(9).manifest.descriptor.digest)).rejects.toMatchObject({
      code: 'CONTENT_NOT_FOUND',
    });
    await expect(session.repository.deleteBlob(referrer(9).manifest.descriptor.digest)).rejects.toMatchObject({
      code: 'CONTENT_NOT_FOUND',
    });
  });
});
