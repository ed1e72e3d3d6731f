// Uploads: whole, in chunks, resumed, restarted, mounted; and servers that want them elsewhere.

import { bytesBody, bytesResponse, findHeader, type TransportResponse } from '@nv2/base';
import {
  type FakeIntercept,
  type FakeRegistry,
  type FakeRegistryOptions,
  fakeError,
  fakeRegistry,
  testBlob,
  withHeaders,
} from '@nv2/testing';
import { TransportError } from '@nv2/transport';
import { describe, expect, it } from 'vitest';
import type { RegistrySessionOptions } from '../src/index.ts';
import { type TestSession, testRegistry, testRepository, testSession } from './connect.ts';

const blob = testBlob(
  'application/octet-stream',
  new Uint8Array(100).map((_, index) => index),
);
const path = `/v2/${testRepository}/blobs`;
const digestQuery = `digest=${encodeURIComponent(blob.descriptor.digest)}`;

function reset(): TransportError {
  return new TransportError('TRANSPORT_INTERRUPTED', 'broken', { details: { transient: true } });
}

function start(
  options: FakeRegistryOptions & Partial<RegistrySessionOptions> = {},
): TestSession & { readonly fake: FakeRegistry } {
  const fake = fakeRegistry(options);
  return { fake, ...testSession(fake.transport, options) };
}

function push({ repository }: TestSession): Promise<void> {
  return repository.pushBlob(blob.descriptor, bytesBody(blob.bytes));
}

function stored({ fake }: { readonly fake: FakeRegistry }): Uint8Array | undefined {
  return fake.repository(testRepository).blobs.get(blob.descriptor.digest);
}

/** Changes the nth answer (from 1) to requests of a method. */
function nth(
  method: string,
  count: number,
  change: (next: () => Promise<TransportResponse>) => Promise<TransportResponse>,
): FakeIntercept {
  let seen = 0;
  return async (request, next) => {
    if (request.method !== method) return next();
    seen += 1;
    return seen === count ? change(next) : next();
  };
}

describe('a small blob', () => {
  it('is looked for, announced and sent whole', async () => {
    const session = start();
    await push(session);
    expect(session.fake.log()).toEqual([
      `HEAD ${path}/${blob.descriptor.digest}`,
      `POST ${path}/uploads/`,
      `PUT ${path}/uploads/1?state=secret&${digestQuery}`,
    ]);
    expect(stored(session)).toEqual(blob.bytes);
  });

  it.each([
    ['broken connection', () => Promise.reject(reset())],
    ['503', () => Promise.resolve(bytesResponse(503, []))],
    ['lost session', () => Promise.resolve(fakeError(404, 'BLOB_UPLOAD_UNKNOWN'))],
  ])('is sent again from the first byte after a %s', async (_, failure) => {
    const session = start();
    session.fake.intercept = nth('PUT', 1, failure);
    await push(session);
    expect(stored(session)).toEqual(blob.bytes);
    expect(session.fake.requests.filter(({ method }) => method === 'POST')).toHaveLength(2);
  });

  it('is not sent again when only the answer was lost', async () => {
    const session = start();
    session.fake.intercept = nth('PUT', 1, async (next) => {
      await next();
      throw reset();
    });
    await push(session);
    expect(session.fake.requests.filter(({ method }) => method === 'PUT')).toHaveLength(1);
  });

  it('is given up after three sessions', async () => {
    const session = start();
    session.fake.intercept = async ({ method }, next) => (method === 'PUT' ? bytesResponse(502, []) : next());
    await expect(push(session)).rejects.toMatchObject({ code: 'REGISTRY_UNAVAILABLE' });
    expect(session.fake.requests.filter(({ method }) => method === 'POST')).toHaveLength(3);
  });

  it('of a wrong length costs no request', async () => {
    const session = start();
    await expect(session.repository.pushBlob(blob.descriptor, bytesBody(blob.bytes.subarray(1)))).rejects.toMatchObject(
      { code: 'CONTENT_MISMATCH' },
    );
    expect(session.fake.requests).toEqual([]);
  });

  it('that changed on the way fails here, in the words of what was wrong', async () => {
    const session = start();
    const changed = { open: () => bytesBody(new Uint8Array(100)).open() };
    await expect(session.repository.pushBlob(blob.descriptor, changed)).rejects.toMatchObject({
      code: 'CONTENT_MISMATCH',
    });
    expect(stored(session)).toBeUndefined();
  });

  it('that the registry stored under another digest is not stored', async () => {
    const session = start();
    session.fake.intercept = nth('PUT', 1, async (next) =>
      withHeaders(await next(), { 'Docker-Content-Digest': `sha256:${'0'.repeat(64)}` }),
    );
    await expect(push(session)).rejects.toMatchObject({ code: 'CONTENT_MISMATCH' });
  });

  it('that the registry refuses is refused', async () => {
    const session = start();
    session.fake.intercept = nth('PUT', 1, async () => fakeError(400, 'DIGEST_INVALID'));
    await expect(push(session)).rejects.toMatchObject({ code: 'REGISTRY_REFUSED' });
  });
});

describe('an upload location', () => {
  it.each([
    ['another host', 'https://evil.test/upload'],
    ['another port', `https://${testRegistry}:444/upload`],
    ['plain http', `http://${testRegistry}/upload`],
    ['a URL with credentials', `https://a:b@${testRegistry}/upload`],
    ['a file', 'file:///tmp/x'],
  ])('at %s is refused [-OC-56]', async (_, location) => {
    const session = start();
    session.fake.intercept = nth('POST', 1, async (next) => withHeaders(await next(), { Location: location }));
    await expect(push(session)).rejects.toMatchObject({ code: 'REGISTRY_REDIRECT_REFUSED' });
    expect(session.fake.requests.every(({ url }) => url.host === testRegistry)).toBe(true);
  });

  it.each([
    ['missing', undefined],
    ['no URL', 'https://['],
  ])('that is %s breaks the protocol', async (_, location) => {
    const session = start();
    session.fake.intercept = nth('POST', 1, async (next) => withHeaders(await next(), { Location: location }));
    await expect(push(session)).rejects.toMatchObject({ code: 'REGISTRY_RESPONSE_INVALID' });
  });

  it.each([
    ['absolute', (location: string) => `https://${testRegistry}${location}`],
    ['absolute with the default port', (location: string) => `https://${testRegistry}:443${location}`],
    ['relative', (location: string) => location],
  ])('at the registry may be %s [+OC-56]', async (_, change) => {
    const session = start();
    session.fake.intercept = nth('POST', 1, async (next) => {
      const response = await next();
      return withHeaders(response, { Location: change(findHeader(response.headers, 'location') ?? '') });
    });
    await push(session);
    expect(stored(session)).toEqual(blob.bytes);
  });
});

describe('a large blob', () => {
  const chunked = { uploadChunkThresholdBytes: 50, uploadChunkBytes: 30 };
  const ranges = ({ fake }: { readonly fake: FakeRegistry }): unknown =>
    fake.requests.filter(({ method }) => method === 'PATCH').map(({ headers }) => findHeader(headers, 'content-range'));

  it('goes up in chunks', async () => {
    const session = start(chunked);
    await push(session);
    expect(ranges(session)).toEqual(['0-29', '30-59', '60-89', '90-99']);
    expect(session.fake.requests.at(-1)?.body).toHaveLength(0);
    expect(stored(session)).toEqual(blob.bytes);
  });

  it('goes up in larger chunks where the registry asks for them', async () => {
    const session = start(chunked);
    session.fake.intercept = nth('POST', 1, async (next) =>
      withHeaders(await next(), { 'OCI-Chunk-Min-Length': '64' }),
    );
    await push(session);
    expect(ranges(session)).toEqual(['0-63', '64-99']);
  });

  it.each([
    ['a broken connection', () => Promise.reject(reset()), ['0-29', '30-59', '30-59', '60-89', '90-99']],
    [
      'an answer that was lost',
      async (next: () => Promise<TransportResponse>) => next().then(() => Promise.reject(reset())),
      ['0-29', '30-59', '60-89', '90-99'],
    ],
    [
      'a chunk out of order',
      () => Promise.resolve(fakeError(416, 'RANGE_INVALID')),
      ['0-29', '30-59', '30-59', '60-89', '90-99'],
    ],
    ['a failing registry', () => Promise.resolve(bytesResponse(500, [])), ['0-29', '30-59', '30-59', '60-89', '90-99']],
  ])('goes on where the registry stands after %s', async (_, failure, expected) => {
    const session = start(chunked);
    session.fake.intercept = nth('PATCH', 2, failure);
    await push(session);
    expect(ranges(session)).toEqual(expected);
    expect(stored(session)).toEqual(blob.bytes);
    expect(session.events.filter(({ kind }) => kind === 'resumed')).toHaveLength(1);
  });

  it('goes on from where the registry says it kept less', async () => {
    const session = start(chunked);
    session.fake.intercept = nth('PATCH', 2, async (next) => {
      await next();
      const { uploads } = session.fake.repository(testRepository);
      uploads.set('1', uploads.get('1')!.subarray(0, 40));
      return bytesResponse(202, [
        ['Location', `${path}/uploads/1`],
        ['Range', '0-39'],
      ]);
    });
    await push(session);
    expect(ranges(session)).toEqual(['0-29', '30-59', '40-69', '70-99']);
    expect(stored(session)).toEqual(blob.bytes);
  });

  it('begins again when the session is lost', async () => {
    const session = start(chunked);
    session.fake.intercept = nth('PATCH', 3, async () => {
      session.fake.repository(testRepository).uploads.clear();
      throw reset();
    });
    await push(session);
    expect(stored(session)).toEqual(blob.bytes);
    expect(session.fake.requests.filter(({ method }) => method === 'POST')).toHaveLength(2);
  });

  it('is given up when nothing ever arrives', async () => {
    const session = start(chunked);
    session.fake.intercept = async ({ method }, next) => (method === 'PATCH' ? bytesResponse(503, []) : next());
    await expect(push(session)).rejects.toMatchObject({ code: 'REGISTRY_UNAVAILABLE' });
    expect(session.fake.requests.filter(({ method }) => method === 'PATCH')).toHaveLength(18);
  });

  it.each(['0-10', '0-500'])('is not continued from the impossible range %s', async (range) => {
    const session = start(chunked);
    session.fake.intercept = nth('PATCH', 2, async (next) => withHeaders(await next(), { Range: range }));
    await expect(push(session)).rejects.toMatchObject({ code: 'REGISTRY_RESPONSE_INVALID' });
  });

  it('that changed on the way is never closed', async () => {
    const session = start(chunked);
    const changed = { open: () => bytesBody(new Uint8Array(100)).open() };
    await expect(session.repository.pushBlob(blob.descriptor, changed)).rejects.toMatchObject({
      code: 'CONTENT_MISMATCH',
    });
    expect(session.fake.requests.some(({ method }) => method === 'PUT')).toBe(false);
  });

  it('is refused as told', async () => {
    const session = start(chunked);
    session.fake.intercept = nth('PATCH', 1, async () => fakeError(413, 'SIZE_INVALID'));
    await expect(push(session)).rejects.toMatchObject({ code: 'REGISTRY_REFUSED' });
  });
});

describe('a mount', () => {
  it('takes a blob over from a sibling', async () => {
    const session = start();
    session.fake.repository('team/base').blobs.set(blob.descriptor.digest, blob.bytes);
    const source = session.session.repository(testRegistry, 'team/base');
    expect(await session.repository.mountBlob(blob.descriptor, source)).toBe(true);
    expect(session.fake.log()).toEqual([
      `POST ${path}/uploads/?mount=${encodeURIComponent(blob.descriptor.digest)}&from=team%2Fbase`,
    ]);
    expect(stored(session)).toEqual(blob.bytes);
  });

  it('that is refused leaves its session to the upload', async () => {
    const session = start();
    const source = session.session.repository(testRegistry, 'team/base');
    expect(await session.repository.mountBlob(blob.descriptor, source)).toBe(false);
    session.fake.requests.length = 0;
    await push(session);
    expect(session.fake.log()).toEqual([`PUT ${path}/uploads/1?state=secret&${digestQuery}`]);
  });

  it.each([401, 403, 404, 405])('that is refused with %i is an upload', async (status) => {
    const session = start();
    session.fake.intercept = nth('POST', 1, async () => bytesResponse(status, []));
    expect(
      await session.repository.mountBlob(blob.descriptor, session.session.repository(testRegistry, 'team/base')),
    ).toBe(false);
    await push(session);
    expect(stored(session)).toEqual(blob.bytes);
  });

  it('that fails otherwise is a failure', async () => {
    const session = start({ maxRetries: 0 });
    session.fake.intercept = async () => bytesResponse(500, []);
    await expect(session.repository.mountBlob(blob.descriptor, session.repository)).rejects.toMatchObject({
      code: 'REGISTRY_UNAVAILABLE',
    });
  });

  it('is not tried between registries or sessions', async () => {
    const session = start();
    expect(
      await session.repository.mountBlob(blob.descriptor, session.session.repository('other.test', 'team/base')),
    ).toBe(false);
    expect(await session.repository.mountBlob(blob.descriptor, testSession(session.fake.transport).repository)).toBe(
      false,
    );
    expect(session.fake.requests).toEqual([]);
  });

  it('asks for the right to read the source', async () => {
    const auth = { kind: 'bearer', username: 'alice', password: 'x' } as const;
    const session = start({
      auth,
      credentials: () => Promise.resolve({ kind: 'basic', username: 'alice', password: 'x' }),
    });
    await session.repository.mountBlob(blob.descriptor, session.session.repository(testRegistry, 'team/base'));
    const [token] = session.fake.requests.filter(({ url }) => url.host === 'auth.test');
    expect(token?.url.searchParams.getAll('scope')).toEqual([
      'repository:team/base:pull',
      `repository:${testRepository}:pull,push`,
    ]);
  });
});
