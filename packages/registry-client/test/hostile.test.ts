// A registry that lies, stalls, floods and breaks. Each row differs from an honest answer in one thing.

import { bytesResponse, concatBytes, encodeUtf8, Nv2Error, type TransportResponse } from '@nv2/base';
import { digestOf, mediaTypes } from '@nv2/oci';
import {
  brokenAfter,
  type FakeIntercept,
  type FakeRegistry,
  fakeError,
  fakeRegistry,
  pushArtifact,
  testBlob,
  testImage,
  withHeaders,
} from '@nv2/testing';
import { describe, expect, it } from 'vitest';
import { TransportError } from '@nv2/transport';
import { all, type TestSession, testRepository, testSession } from './connect.ts';

const image = testImage();
const other = testImage({ name: 'other' });
const { descriptor: subject, bytes: manifestBytes } = image.manifest;
const blob = testBlob(
  'application/octet-stream',
  new Uint8Array(1000).map((_, index) => index % 251),
);
const manifestPath = /\/manifests\//;
const blobPath = /\/blobs\/sha/;

function reset(): TransportError {
  return new TransportError('TRANSPORT_INTERRUPTED', 'GET https://registry.test: broken', {
    details: { transient: true },
  });
}

async function published(): Promise<TestSession & { readonly fake: FakeRegistry }> {
  const fake = fakeRegistry();
  await pushArtifact(testSession(fake.transport).repository, image, 'v1');
  fake.repository(testRepository).blobs.set(blob.descriptor.digest, blob.bytes);
  fake.requests.length = 0;
  return { fake, ...testSession(fake.transport) };
}

function changing(path: RegExp, change: (response: TransportResponse) => TransportResponse): FakeIntercept {
  return async ({ url }, next) => (path.test(url.pathname) ? change(await next()) : next());
}

function body(bytes: Uint8Array): (response: TransportResponse) => TransportResponse {
  return (response) => ({
    ...withHeaders(response, { 'Content-Length': String(bytes.length) }),
    body: bytesResponse(200, [], bytes).body,
  });
}

async function* endless(): AsyncGenerator<Uint8Array> {
  for (;;) yield new Uint8Array(1024 * 1024);
}

type Change = (response: TransportResponse) => TransportResponse;
const flipped = manifestBytes.map((byte, index) => (index === 30 ? byte ^ 1 : byte));

const manifestLies: readonly (readonly [name: string, reference: string, change: Change, code: string])[] = [
  ['other bytes under a digest', subject.digest, body(flipped), 'CONTENT_MISMATCH'],
  ['other bytes under a tag', 'v1', body(flipped), 'CONTENT_MISMATCH'],
  [
    'another manifest under a digest, with its own digest in the header',
    subject.digest,
    (response) =>
      withHeaders(body(other.manifest.bytes)(response), { 'Docker-Content-Digest': other.manifest.descriptor.digest }),
    'CONTENT_MISMATCH',
  ],
  [
    'a digest header that is not of the bytes',
    'v1',
    (response) => withHeaders(response, { 'Docker-Content-Digest': other.manifest.descriptor.digest }),
    'CONTENT_MISMATCH',
  ],
  [
    'a digest header that is none',
    'v1',
    (response) => withHeaders(response, { 'Docker-Content-Digest': 'sha256:xyz' }),
    'REGISTRY_RESPONSE_INVALID',
  ],
  [
    'two digest headers',
    'v1',
    (response) => ({
      ...response,
      headers: [...response.headers, ['docker-content-digest', other.manifest.descriptor.digest]],
    }),
    'REGISTRY_RESPONSE_INVALID',
  ],
  [
    'another media type',
    'v1',
    (response) => withHeaders(response, { 'Content-Type': mediaTypes.ociIndex }),
    'OCI_MANIFEST_INVALID',
  ],
  [
    'a web page',
    'v1',
    (response) => withHeaders(response, { 'Content-Type': 'text/html; charset=utf-8' }),
    'OCI_MEDIA_TYPE_UNSUPPORTED',
  ],
  [
    'schema 1',
    'v1',
    (response) => withHeaders(response, { 'Content-Type': mediaTypes.dockerSchema1Signed }),
    'OCI_MEDIA_TYPE_UNSUPPORTED',
  ],
  [
    'schema 1 without a type',
    'v1',
    (response) =>
      withHeaders(body(encodeUtf8('{"schemaVersion":1}'))(response), {
        'Content-Type': undefined,
        'Docker-Content-Digest': undefined,
      }),
    'OCI_MEDIA_TYPE_UNSUPPORTED',
  ],
  [
    'a length beyond 4 MiB',
    'v1',
    (response) => withHeaders(response, { 'Content-Length': '4194305' }),
    'OCI_MANIFEST_TOO_LARGE',
  ],
  [
    'endless bytes',
    'v1',
    (response) => ({ ...withHeaders(response, { 'Content-Length': undefined }), body: endless() }),
    'OCI_MANIFEST_TOO_LARGE',
  ],
  [
    'no manifest at all',
    'v1',
    (response) => withHeaders(body(encodeUtf8('{}'))(response), { 'Docker-Content-Digest': undefined }),
    'OCI_MANIFEST_INVALID',
  ],
];

describe('a manifest', () => {
  it.each(manifestLies)('is not accepted as %s [-STORE-13 -OC-52]', async (_, reference, change, code) => {
    const { repository, fake } = await published();
    fake.intercept = changing(manifestPath, change);
    await expect(repository.findManifest(reference)).rejects.toMatchObject({ code });
  });

  it('is accepted with its own digest and type [+STORE-13 +OC-52]', async () => {
    const { repository } = await published();
    expect((await repository.findManifest(subject.digest))?.descriptor).toEqual(subject);
  });

  it.each([
    ['without a digest header', (response) => withHeaders(response, { 'Docker-Content-Digest': undefined })],
    ['without a content type', (response) => withHeaders(response, { 'Content-Type': undefined })],
    [
      'with parameters in the type',
      (response) => withHeaders(response, { 'Content-Type': `${mediaTypes.ociManifest}; charset=utf-8` }),
    ],
    [
      'with a digest of another algorithm in the header',
      (response) => withHeaders(response, { 'Docker-Content-Digest': digestOf(manifestBytes, 'sha512') }),
    ],
  ] as readonly (readonly [string, Change])[])('is accepted by digest %s, which is computed', async (_, change) => {
    const { repository, fake } = await published();
    fake.intercept = changing(manifestPath, change);
    expect((await repository.findManifest(subject.digest))?.descriptor).toEqual(subject);
  });

  it('is looked for only under a tag or a digest', async () => {
    const { repository, fake } = await published();
    await expect(repository.findManifest('../../other/manifests/v1')).rejects.toMatchObject({
      code: 'OCI_REFERENCE_INVALID',
    });
    expect(fake.requests).toEqual([]);
  });
});

describe('a resolved descriptor', () => {
  it.each([
    [
      'another digest than the one asked for',
      { 'Docker-Content-Digest': other.manifest.descriptor.digest },
      'CONTENT_MISMATCH',
    ],
    ['a web page', { 'Content-Type': 'text/html' }, 'OCI_MEDIA_TYPE_UNSUPPORTED'],
    ['schema 1', { 'Content-Type': mediaTypes.dockerSchema1 }, 'OCI_MEDIA_TYPE_UNSUPPORTED'],
    ['more than 4 MiB', { 'Content-Length': '5000000' }, 'OCI_MANIFEST_TOO_LARGE'],
    ['no digest', { 'Docker-Content-Digest': 'no' }, 'REGISTRY_RESPONSE_INVALID'],
  ])('is not accepted with %s [-OC-52]', async (_, changes, code) => {
    const { repository, fake } = await published();
    fake.intercept = changing(manifestPath, (response) => withHeaders(response, changes));
    await expect(repository.findManifestDescriptor(subject.digest)).rejects.toMatchObject({ code });
  });

  it.each(['Docker-Content-Digest', 'Content-Type', 'Content-Length'])(
    'is completed by GET where %s is missing',
    async (name) => {
      const { repository, fake } = await published();
      fake.intercept = async ({ method }, next) =>
        method === 'HEAD' ? withHeaders(await next(), { [name]: undefined }) : next();
      expect(await repository.findManifestDescriptor('v1')).toEqual(subject);
      expect(fake.requests.map(({ method }) => method)).toEqual(['HEAD', 'GET']);
    },
  );

  it('is read by GET where HEAD is not allowed', async () => {
    const { repository, fake } = await published();
    fake.intercept = async ({ method }, next) => (method === 'HEAD' ? bytesResponse(405, []) : next());
    expect(await repository.findManifestDescriptor('v1')).toEqual(subject);
  });
});

const resetAt =
  (bytes: number): Change =>
  (response) =>
    brokenAfter(response, bytes, reset());
const blobLies: readonly (readonly [name: string, change: Change, code: string])[] = [
  ['other bytes', body(new Uint8Array(1000)), 'CONTENT_MISMATCH'],
  ['fewer bytes', body(blob.bytes.subarray(1)), 'CONTENT_MISMATCH'],
  [
    'fewer bytes than announced',
    (response) => ({ ...response, body: bytesResponse(200, [], blob.bytes.subarray(1)).body }),
    'CONTENT_MISMATCH',
  ],
  ['more bytes', body(concatBytes([blob.bytes, blob.bytes])), 'CONTENT_MISMATCH'],
  [
    'more bytes than announced',
    (response) => ({ ...response, body: bytesResponse(200, [], concatBytes([blob.bytes, blob.bytes])).body }),
    'CONTENT_MISMATCH',
  ],
  [
    'endless bytes',
    (response) => ({ ...withHeaders(response, { 'Content-Length': undefined }), body: endless() }),
    'CONTENT_MISMATCH',
  ],
  ['a partial answer nobody asked for', (response) => ({ ...response, status: 206 }), 'REGISTRY_RESPONSE_INVALID'],
  ['a connection that always breaks', resetAt(0), 'TRANSPORT_INTERRUPTED'],
];

describe('a blob', () => {
  it.each(blobLies)('is not accepted as %s [-STORE-13]', async (_, change, code) => {
    const { repository, fake } = await published();
    fake.intercept = changing(blobPath, change);
    const reading = (async () => all(await repository.fetchBlob(blob.descriptor)))();
    await expect(reading).rejects.toMatchObject({ code });
  });

  it('is accepted with its own bytes [+STORE-13]', async () => {
    const { repository } = await published();
    expect(concatBytes(await all(await repository.fetchBlob(blob.descriptor)))).toEqual(blob.bytes);
  });

  it('goes on where a connection broke', async () => {
    const { repository, fake, events } = await published();
    let breaks = 3;
    fake.intercept = changing(blobPath, (response) => (breaks-- > 0 ? brokenAfter(response, 300, reset()) : response));
    expect(concatBytes(await all(await repository.fetchBlob(blob.descriptor)))).toEqual(blob.bytes);
    const ranges = fake.requests.map(({ headers }) => headers.find(([name]) => name === 'Range')?.[1]);
    expect(ranges).toEqual([undefined, 'bytes=300-999', 'bytes=600-999', 'bytes=900-999']);
    expect(events.filter(({ kind }) => kind === 'resumed')).toHaveLength(3);
  });

  it('goes on at a server that sends everything again', async () => {
    const { repository, fake } = await published();
    let breaks = 1;
    fake.intercept = async (request, next) => {
      if (!blobPath.test(request.url.pathname)) return next();
      const whole = bytesResponse(200, [['Content-Length', '1000']], blob.bytes);
      return breaks-- > 0 ? brokenAfter(whole, 300, reset()) : whole;
    };
    expect(concatBytes(await all(await repository.fetchBlob(blob.descriptor)))).toEqual(blob.bytes);
  });

  it('is not pieced together from another range', async () => {
    const { repository, fake } = await published();
    fake.intercept = changing(blobPath, (response) =>
      response.status === 206
        ? withHeaders(response, { 'Content-Range': 'bytes 0-699/1000' })
        : brokenAfter(response, 300, reset()),
    );
    await expect((async () => all(await repository.fetchBlob(blob.descriptor)))()).rejects.toMatchObject({
      code: 'CONTENT_MISMATCH',
    });
  });

  it('that stops breaking only after five times is given up', async () => {
    const { repository, fake } = await published();
    fake.intercept = changing(blobPath, (response) => brokenAfter(response, 10, reset()));
    await expect((async () => all(await repository.fetchBlob(blob.descriptor)))()).rejects.toMatchObject({
      code: 'TRANSPORT_INTERRUPTED',
    });
    expect(fake.requests).toHaveLength(6);
  });

  it('frees its connection when the reader has enough', async () => {
    const { repository, fake } = await published();
    let ended = 0;
    fake.intercept = changing(blobPath, (response) => ({
      ...withHeaders(response, { 'Content-Length': undefined }),
      body: endless(),
      discard: () => void (ended += 1),
    }));
    for await (const chunk of await repository.fetchBlob({ ...blob.descriptor, size: 2 ** 40 })) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }
    expect(ended).toBe(1);
  });

  it('of another size is not the one we look for', async () => {
    const { repository } = await published();
    expect(await repository.hasBlob({ ...blob.descriptor, size: 5 })).toBe(false);
    expect(await repository.hasBlob(blob.descriptor)).toBe(true);
  });
});

const steps: readonly (readonly [
  name: string,
  method: string,
  path: RegExp,
  run: (session: TestSession) => Promise<unknown>,
])[] = [
  ['fetching a manifest', 'GET', manifestPath, ({ repository }) => repository.findManifest('v1')],
  ['resolving a manifest', 'HEAD', manifestPath, ({ repository }) => repository.findManifestDescriptor('v1')],
  ['looking for a blob', 'HEAD', blobPath, ({ repository }) => repository.hasBlob(blob.descriptor)],
  ['fetching a blob', 'GET', blobPath, ({ repository }) => repository.fetchBlob(blob.descriptor)],
  ['opening an upload', 'POST', /uploads/, ({ repository }) => pushArtifact(repository, other)],
  ['closing an upload', 'PUT', /uploads/, ({ repository }) => pushArtifact(repository, other)],
  ['pushing a manifest', 'PUT', manifestPath, ({ repository }) => repository.pushManifest(image.manifest)],
  ['listing referrers', 'GET', /\/referrers\//, ({ repository }) => all(repository.referrers(subject))],
  ['listing tags', 'GET', /\/tags\//, ({ repository }) => all(repository.tags())],
  ['deleting a manifest', 'DELETE', manifestPath, ({ repository }) => repository.deleteManifest('v1')],
  ['deleting a blob', 'DELETE', blobPath, ({ repository }) => repository.deleteBlob(blob.descriptor.digest)],
];
const statuses: readonly (readonly [status: number, code: string])[] = [
  [401, 'REGISTRY_UNAUTHORIZED'],
  [403, 'REGISTRY_DENIED'],
  [429, 'REGISTRY_RATE_LIMITED'],
  [500, 'REGISTRY_UNAVAILABLE'],
  [503, 'REGISTRY_UNAVAILABLE'],
];

describe('a failing step', () => {
  const table = steps.flatMap((step) => statuses.map(([status, code]) => [step[0], status, code, step] as const));
  it.each(table)(
    '%s: %i is told as %s, with host and operation',
    async (doing, status, code, [, method, path, run]) => {
      const { repository, fake, ...session } = await published();
      fake.intercept = async (request, next) =>
        request.method === method && path.test(request.url.pathname) ? bytesResponse(status, []) : next();
      const failure: unknown = await run({ repository, ...session }).then(
        () => undefined,
        (error: unknown) => error,
      );
      expect(failure).toMatchObject({ code, details: { status } });
      expect((failure as Nv2Error).message).toContain('registry.test/team/net-monitor');
      expect((failure as Nv2Error).message).toMatch(/^[a-z]/);
      expect(doing).toBeTypeOf('string');
    },
  );

  it.each([
    ['fetching a manifest', undefined],
    ['resolving a manifest', undefined],
    ['looking for a blob', false],
    ['fetching a blob', 'CONTENT_NOT_FOUND'],
    ['opening an upload', 'REGISTRY_NOT_FOUND'],
    ['pushing a manifest', 'REGISTRY_NOT_FOUND'],
    ['listing referrers', []],
    ['listing tags', []],
    ['deleting a manifest', 'CONTENT_NOT_FOUND'],
    ['deleting a blob', 'CONTENT_NOT_FOUND'],
  ] as const)('%s: 404 is %j', async (doing, expected) => {
    const [, method, path, run] = steps.find(([name]) => name === doing) ?? [];
    const { repository, fake, ...session } = await published();
    fake.intercept = async (request, next) =>
      request.method === method && path?.test(request.url.pathname) === true ? bytesResponse(404, []) : next();
    const found = await run?.({ repository, ...session }).catch((error: unknown) => (error as Nv2Error).code);
    expect(found).toEqual(expected);
  });

  it('counts its tries', async () => {
    const { repository, fake, waits } = await published();
    fake.intercept = async () => bytesResponse(503, []);
    await expect(repository.findManifest('v1')).rejects.toMatchObject({
      message: 'fetching manifest v1 of registry.test/team/net-monitor: the registry answered 503 after 6 tries',
      details: { tries: 6, registry: 'registry.test' },
    });
    expect(waits).toEqual([250, 500, 1000, 2000, 3000]);
  });

  it('waits as long as the registry asks, within reason', async () => {
    const { repository, fake, waits, events } = await published();
    let failures = 1;
    fake.intercept = async (_, next) => (failures-- > 0 ? bytesResponse(429, [['Retry-After', '7']]) : next());
    expect(await repository.findManifest('v1')).toBeDefined();
    expect(waits).toEqual([7000]);
    expect(events.filter(({ kind }) => kind === 'retry')).toEqual([
      { kind: 'retry', registry: 'registry.test', attempt: 1, waitMs: 7000, reason: 'status 429' },
    ]);
  });

  it('is reported at once when the registry asks for an hour', async () => {
    const { repository, fake, waits } = await published();
    fake.intercept = async () => bytesResponse(429, [['Retry-After', '3600']]);
    await expect(repository.findManifest('v1')).rejects.toMatchObject({
      code: 'REGISTRY_RATE_LIMITED',
      details: { retryAfterSeconds: 3600 },
    });
    expect(waits).toEqual([]);
  });

  it('survives connections that break before the answer', async () => {
    const { repository, fake } = await published();
    let failures = 2;
    fake.intercept = async (_, next) => {
      if (failures-- > 0) throw reset();
      return next();
    };
    expect(await repository.findManifest('v1')).toBeDefined();
  });

  it('gives up on connections that keep breaking', async () => {
    const { repository, fake } = await published();
    fake.intercept = async () => Promise.reject(reset());
    await expect(repository.findManifest('v1')).rejects.toMatchObject({
      code: 'REGISTRY_UNAVAILABLE',
      details: { tries: 6 },
      cause: { code: 'TRANSPORT_INTERRUPTED' },
    });
    expect(fake.requests).toHaveLength(6);
  });

  it('is not repeated when the transport says it is final', async () => {
    const { repository, fake } = await published();
    fake.intercept = async () => Promise.reject(new TransportError('TRANSPORT_DNS', 'no such host'));
    await expect(repository.findManifest('v1')).rejects.toMatchObject({ code: 'TRANSPORT_DNS' });
    expect(fake.requests).toHaveLength(1);
  });

  it('stops waiting when the caller gives up', async () => {
    const { fake } = await published();
    const controller = new AbortController();
    const { repository } = testSession(fake.transport, {
      sleep: (_, signal) => {
        controller.abort();
        return signal?.aborted === true ? Promise.reject(signal.reason as Error) : Promise.resolve();
      },
    });
    fake.intercept = async () => bytesResponse(503, []);
    await expect(repository.findManifest('v1', { signal: controller.signal })).rejects.toMatchObject({
      name: 'AbortError',
    });
    expect(fake.requests).toHaveLength(1);
  });

  it('quotes what the registry says, cut and without control characters', async () => {
    const { repository, fake } = await published();
    const words = `denied\u001b[31m by ${'x'.repeat(1000)}`;
    fake.intercept = async () =>
      bytesResponse(403, [], encodeUtf8(JSON.stringify({ errors: [{ code: 'DENIED', message: words }] })));
    const failure: unknown = await repository.findManifest('v1').catch((error: unknown) => error);
    const { message } = failure as Error;
    expect(message).toContain('"DENIED: denied\uFFFD[31m by x');
    expect(message.length).toBeLessThan(500);
    expect(failure).toMatchObject({ details: { registryCodes: ['DENIED'] } });
  });

  it.each([
    ['endless', () => ({ ...bytesResponse(403, []), body: endless() })],
    ['a web page', () => bytesResponse(403, [], encodeUtf8('<html>'))],
    ['a list of nonsense', () => bytesResponse(403, [], encodeUtf8('{"errors":[1,null,{"code":2}]}'))],
    ['broken off', () => brokenAfter(bytesResponse(403, [], new Uint8Array(9)), 3, reset())],
  ])('with a body that is %s is still told', async (_, answer) => {
    const { repository, fake } = await published();
    fake.intercept = async () => answer();
    await expect(repository.findManifest('v1')).rejects.toMatchObject({ code: 'REGISTRY_DENIED' });
  });

  it.each([
    [409, 'REGISTRY_CONFLICT'],
    [412, 'REGISTRY_CONFLICT'],
    [413, 'REGISTRY_REFUSED'],
    [404, 'REGISTRY_NOT_FOUND'],
    [299, 'REGISTRY_RESPONSE_INVALID'],
    [399, 'REGISTRY_RESPONSE_INVALID'],
  ])('of status %i on a push is %s', async (status, code) => {
    const { repository, fake } = await published();
    fake.intercept = async () => bytesResponse(status, []);
    await expect(repository.pushManifest(image.manifest)).rejects.toMatchObject({ code });
  });

  it('for lack of content that is there a moment later succeeds', async () => {
    const { repository, fake, waits } = await published();
    let failures = 1;
    fake.intercept = async (_, next) => (failures-- > 0 ? fakeError(404, 'MANIFEST_BLOB_UNKNOWN') : next());
    await repository.pushManifest(image.manifest);
    expect(waits).toEqual([250]);
  });

  it('for lack of content the manifest refers to says that [-SIGN-09]', async () => {
    const { repository } = testSession(fakeRegistry().transport);
    await expect(repository.pushManifest(image.manifest)).rejects.toMatchObject({ code: 'CONTENT_PARTS_MISSING' });
  });
});

describe('tags', () => {
  it.each([
    ['are read over pages and sorted', 2],
    ['are read from one page', 100],
  ])('%s', async (_, pageSize) => {
    const fake = fakeRegistry({ pageSize });
    const { repository } = testSession(fake.transport);
    await pushArtifact(repository, image, 'b');
    for (const tag of ['C', 'a', '1', 'a.b', 'a-b']) await repository.tagManifest(subject, tag);
    expect(await all(repository.tags())).toEqual(['1', 'C', 'a', 'a-b', 'a.b', 'b']);
  });

  it.each([
    ['is no list', encodeUtf8('{"tags":{}}'), 'REGISTRY_RESPONSE_INVALID'],
    ['holds a number', encodeUtf8('{"tags":[1]}'), 'REGISTRY_RESPONSE_INVALID'],
    ['is no JSON', encodeUtf8('<html>'), 'REGISTRY_RESPONSE_INVALID'],
    ['is larger than 4 MiB', new Uint8Array(4 * 1024 * 1024 + 1), 'REGISTRY_LIMIT'],
  ])('whose page %s are refused', async (_, bytes, code) => {
    const { repository } = testSession(async () => bytesResponse(200, [], bytes));
    await expect(all(repository.tags())).rejects.toMatchObject({ code });
  });

  it('of an older server may be null, and what is no tag is left out', async () => {
    expect(
      await all(testSession(async () => bytesResponse(200, [], encodeUtf8('{"tags":null}'))).repository.tags()),
    ).toEqual([]);
    const { repository } = testSession(async () => bytesResponse(200, [], encodeUtf8('{"tags":["a","../b","a"]}')));
    expect(await all(repository.tags())).toEqual(['a']);
  });

  it('whose pages go in a circle or never end are refused', async () => {
    const page = encodeUtf8('{"tags":["a"]}');
    const circle = testSession(async () => bytesResponse(200, [['Link', '</v2/x?page=1>; rel="next"']], page));
    await expect(all(circle.repository.tags())).rejects.toMatchObject({ code: 'REGISTRY_RESPONSE_INVALID' });
    let count = 0;
    const flood = testSession(async () =>
      bytesResponse(200, [['Link', `</v2/x?page=${(count += 1)}>; rel="next"`]], page),
    );
    await expect(all(flood.repository.tags())).rejects.toMatchObject({ code: 'REGISTRY_LIMIT' });
    expect(count).toBe(1000);
  });

  it('that are too many are refused', async () => {
    let count = 0;
    const many = (): TransportResponse => {
      count += 1;
      const tags = Array.from({ length: 50_001 }, (_, index) => `${count}-${index}`);
      return bytesResponse(200, [['Link', `</v2/x?page=${count}>; rel="next"`]], encodeUtf8(JSON.stringify({ tags })));
    };
    await expect(all(testSession(async () => many()).repository.tags())).rejects.toMatchObject({
      code: 'REGISTRY_LIMIT',
    });
  });
});
