// Reading referrers from the API and the tag at once, from registries of every kind of honesty.

import { bytesResponse, encodeUtf8, type HeaderFields, type TransportResponse } from '@nv2/base';
import { type Descriptor, digestOf, mediaTypes } from '@nv2/oci';
import {
  type FakeRegistry,
  type FakeRegistryOptions,
  fakeError,
  fakeRegistry,
  pushArtifact,
  testImage,
  testReferrer,
  withHeaders,
} from '@nv2/testing';
import { describe, expect, it } from 'vitest';
import { all, type TestSession, testRegistry, testRepository, testSession } from './connect.ts';

const image = testImage();
const subject = image.manifest.descriptor;
const referrers = Array.from({ length: 5 }, (_, index) =>
  testReferrer(subject, { content: encodeUtf8(`{"n":${index}}`) }),
);
const signature = testReferrer(subject, { artifactType: mediaTypes.notarySignature });
const notaryOnly = { artifactType: mediaTypes.notarySignature };

async function published(options: FakeRegistryOptions = {}): Promise<TestSession & { readonly fake: FakeRegistry }> {
  const fake = fakeRegistry(options);
  const writer = testSession(fake.transport).repository;
  await pushArtifact(writer, image, 'v1');
  for (const referrer of [...referrers, signature]) await pushArtifact(writer, referrer);
  fake.requests.length = 0;
  return { fake, ...testSession(fake.transport) };
}

function index(entries: readonly unknown[], fields: HeaderFields = []): TransportResponse {
  const body = encodeUtf8(JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests: entries }));
  return bytesResponse(200, [['Content-Type', mediaTypes.ociIndex], ...fields], body);
}

function entry(number: number, more: object = {}): object {
  return {
    mediaType: mediaTypes.ociManifest,
    digest: digestOf(encodeUtf8(String(number))),
    size: 10,
    artifactType: mediaTypes.notarySignature,
    ...more,
  };
}

async function digests(items: AsyncIterable<Descriptor>): Promise<readonly string[]> {
  return (await all(items)).map(({ digest }) => digest);
}

const isListing = /\/referrers\//;
const isTag = /\/manifests\/sha256-/;

describe('referrers', () => {
  it.each([
    ['by a filtering API', {}],
    ['by an API that does not filter', { filtersReferrers: false }],
    ['over pages', { pageSize: 1 }],
    ['over unfiltered pages', { pageSize: 2, filtersReferrers: false }],
    ['under a tag', { referrersApi: false }],
  ] as readonly (readonly [string, FakeRegistryOptions])[])(
    'listed %s are those of the wanted type [+STORE-10]',
    async (_, options) => {
      const { repository } = await published(options);
      expect(await digests(repository.referrers(subject, notaryOnly))).toEqual([signature.manifest.descriptor.digest]);
      expect((await digests(repository.referrers(subject))).length).toBe(6);
    },
  );

  it('of another type are left out even where the registry says it filtered [-STORE-10]', async () => {
    const { repository, fake } = await published();
    fake.intercept = async ({ url }, next) =>
      isListing.test(url.pathname)
        ? index([entry(1, { artifactType: 'text/plain' }), entry(2)], [['OCI-Filters-Applied', 'artifactType']])
        : next();
    expect(await digests(repository.referrers(subject, notaryOnly))).toEqual([digestOf(encodeUtf8('2'))]);
  });

  it('under the tag are found beside those of the API, each once', async () => {
    const { repository, fake } = await published();
    fake.intercept = async ({ url }, next) => {
      if (isListing.test(url.pathname)) return index([entry(1), entry(2), entry(1)]);
      return isTag.test(url.pathname) ? index([entry(2), entry(3)]) : next();
    };
    expect(await digests(repository.referrers(subject))).toEqual(
      [1, 2, 3].map((number) => digestOf(encodeUtf8(String(number)))),
    );
  });

  it('keep their inline data', async () => {
    const { repository, fake } = await published();
    fake.intercept = async ({ url }, next) =>
      isListing.test(url.pathname) ? index([entry(1, { data: 'e30=' })]) : next();
    expect([...((await all(repository.referrers(subject)))[0]?.data ?? [])]).toEqual([...encodeUtf8('{}')]);
  });

  it('that are no descriptors are passed over, with a note', async () => {
    const { repository, fake, events } = await published();
    fake.intercept = async ({ url }, next) =>
      isListing.test(url.pathname)
        ? index([
            null,
            1,
            {},
            entry(1, { size: -1 }),
            entry(2, { digest: 'sha256:no' }),
            entry(3, { mediaType: 'text/html' }),
            entry(4),
          ])
        : next();
    expect(await digests(repository.referrers(subject))).toEqual([digestOf(encodeUtf8('4'))]);
    expect(events.filter(({ kind }) => kind === 'referrers-entry-ignored')).toHaveLength(6);
  });

  it.each([
    ['an image', async () => bytesResponse(200, [['Content-Type', mediaTypes.ociManifest]], image.manifest.bytes)],
    ['a web page', async () => bytesResponse(200, [['Content-Type', 'text/html']], encodeUtf8('<html>'))],
    ['a broken listing', async () => bytesResponse(200, [['Content-Type', mediaTypes.ociIndex]], encodeUtf8('{'))],
    ['a flood', async () => withHeaders(index([]), { 'Content-Length': '99999999' })],
  ])('of the API are listed although the tag holds %s', async (_, answer) => {
    const { repository, fake, events } = await published();
    fake.intercept = async ({ url }, next) => (isTag.test(url.pathname) ? answer() : next());
    expect((await digests(repository.referrers(subject))).length).toBe(6);
    expect(events.filter(({ kind }) => kind === 'referrers-tag-ignored')).toHaveLength(1);
  });

  it('are not silently fewer when one way of asking fails', async () => {
    for (const path of [isListing, isTag]) {
      const { repository, fake } = await published();
      fake.intercept = async ({ url }, next) => (path.test(url.pathname) ? bytesResponse(503, []) : next());
      await expect(digests(repository.referrers(subject))).rejects.toMatchObject({ code: 'REGISTRY_UNAVAILABLE' });
    }
  });

  it("of a lie about the tag's digest are not listed", async () => {
    const { repository, fake } = await published({ referrersApi: false });
    fake.intercept = async ({ url }, next) =>
      isTag.test(url.pathname) ? withHeaders(await next(), { 'Docker-Content-Digest': subject.digest }) : next();
    await expect(digests(repository.referrers(subject))).rejects.toMatchObject({ code: 'CONTENT_MISMATCH' });
  });
});

describe('whether a registry has the referrers API', () => {
  it.each([
    ['404', () => bytesResponse(404, [['Content-Type', 'text/plain']], encodeUtf8('404 page not found'))],
    ['404 for the manifest', () => fakeError(404, 'MANIFEST_UNKNOWN')],
    ['405', () => bytesResponse(405, [])],
    ['400', () => fakeError(400, 'UNSUPPORTED')],
    ['501', () => bytesResponse(501, [])],
    ['a web page', () => bytesResponse(200, [['Content-Type', 'text/html']], encodeUtf8('<html>'))],
  ])('is answered with no by %s, once', async (_, answer) => {
    const { repository, fake, events } = await published({ referrersApi: false });
    fake.intercept = async ({ url }, next) => (isListing.test(url.pathname) ? answer() : next());
    for (let i = 0; i < 2; i++) expect((await digests(repository.referrers(subject))).length).toBe(6);
    expect(fake.requests.filter(({ url }) => isListing.test(url.pathname))).toHaveLength(1);
    expect(events.filter(({ kind }) => kind === 'referrers-mode')).toMatchObject([{ mode: 'tag' }]);
  });

  it('stays open when the repository is unknown', async () => {
    const { repository, fake, events } = await published({ referrersApi: false });
    fake.intercept = async ({ url }, next) => (isListing.test(url.pathname) ? fakeError(404, 'NAME_UNKNOWN') : next());
    for (let i = 0; i < 2; i++) await digests(repository.referrers(subject));
    expect(fake.requests.filter(({ url }) => isListing.test(url.pathname))).toHaveLength(2);
    expect(events.filter(({ kind }) => kind === 'referrers-mode')).toEqual([]);
  });

  it('is known for each repository by itself', async () => {
    const { session, repository, fake } = await published({ referrersApi: false });
    await digests(repository.referrers(subject));
    fake.requests.length = 0;
    await digests(session.repository(testRegistry, 'team/other').referrers(subject));
    expect(fake.requests).toHaveLength(2);
  });
});

describe('a listing', () => {
  const next = (page: number): HeaderFields => [
    ['Link', `</v2/${testRepository}/referrers/x?page=${page}>; rel="next"`],
  ];
  const from = async (
    answer: (page: number) => TransportResponse,
  ): Promise<TestSession & { readonly fake: FakeRegistry }> => {
    const session = await published();
    session.fake.intercept = async ({ url }, honest) =>
      isListing.test(url.pathname) ? answer(Number(url.searchParams.get('page') ?? 0)) : honest();
    return session;
  };

  it('without end stops being read [-OC-51]', async () => {
    const { repository, fake } = await from((page) => index([entry(page)], next(page + 1)));
    await expect(digests(repository.referrers(subject))).rejects.toMatchObject({ code: 'REGISTRY_LIMIT' });
    expect(fake.requests.filter(({ url }) => isListing.test(url.pathname))).toHaveLength(64);
  });

  it('without end costs only the pages that are wanted [+OC-51]', async () => {
    const { repository, fake } = await from((page) => index([entry(page)], next(page + 1)));
    let count = 0;
    for await (const _ of repository.referrers(subject)) {
      count += 1;
      if (count === 3) break;
    }
    expect(fake.requests.filter(({ url }) => isListing.test(url.pathname))).toHaveLength(3);
  });

  it.each([
    [
      'in a circle',
      (page: number) => index([entry(page)], next(page === 2 ? 1 : page + 1)),
      'REGISTRY_RESPONSE_INVALID',
    ],
    [
      'of pages that are too large together',
      (page: number) => index([entry(page, { annotations: { a: 'x'.repeat(3_000_000) } })], next(page + 1)),
      'REGISTRY_LIMIT',
    ],
    [
      'with a page that is too large',
      (page: number) => index([entry(page, { annotations: { a: 'x'.repeat(5_000_000) } })]),
      'REGISTRY_LIMIT',
    ],
    [
      'that goes on at another host',
      () => index([], [['Link', '<https://evil.test/x>; rel="next"']]),
      'REGISTRY_REDIRECT_REFUSED',
    ],
    [
      'that is no JSON',
      () => bytesResponse(200, [['Content-Type', mediaTypes.ociIndex]], encodeUtf8('<html>')),
      'REGISTRY_RESPONSE_INVALID',
    ],
    [
      'with a member twice',
      () => bytesResponse(200, [['Content-Type', mediaTypes.ociIndex]], encodeUtf8('{"manifests":[],"manifests":[]}')),
      'REGISTRY_RESPONSE_INVALID',
    ],
    [
      'without entries',
      () => bytesResponse(200, [['Content-Type', mediaTypes.ociIndex]], encodeUtf8('{}')),
      'REGISTRY_RESPONSE_INVALID',
    ],
    [
      'whose second page is no index',
      (page: number) => (page === 0 ? index([], next(1)) : bytesResponse(200, [['Content-Type', 'text/html']])),
      'REGISTRY_RESPONSE_INVALID',
    ],
    [
      'whose second page is gone',
      (page: number) => (page === 0 ? index([], next(1)) : bytesResponse(404, [])),
      'REGISTRY_NOT_FOUND',
    ],
  ])('%s is refused [-OC-56]', async (_, answer, code) => {
    const { repository } = await from(answer);
    await expect(digests(repository.referrers(subject))).rejects.toMatchObject({ code });
  });

  it('of nothing may be null', async () => {
    const { repository } = await from(() =>
      bytesResponse(200, [['Content-Type', mediaTypes.ociIndex]], encodeUtf8('{"manifests":null}')),
    );
    expect(await digests(repository.referrers(subject))).toEqual([]);
  });
});
