// Redirects are answered by us: where to, with what, and how often.

import { bytesResponse, findHeader } from '@nv2/base';
import { type FakeRequest, fakeRegistry, pushArtifact, testBlob, testImage } from '@nv2/testing';
import { describe, expect, it } from 'vitest';
import { all, testRepository, testSession } from './connect.ts';

const layer = testBlob('application/octet-stream', new Uint8Array(100).fill(7));
const blobPath = `/v2/${testRepository}/blobs/${layer.descriptor.digest}`;

function storage(
  answer: (request: FakeRequest) => ReturnType<typeof bytesResponse>,
  location = 'https://cdn.test/blob?sig=secret',
) {
  const fake = fakeRegistry({ auth: { kind: 'basic', username: 'alice', password: 'x' } });
  fake.repository(testRepository).blobs.set(layer.descriptor.digest, layer.bytes);
  fake.intercept = async (request, next) => {
    if (request.url.host !== fake.host) return answer(request);
    const response = await next();
    const isBlob = request.method === 'GET' && request.url.pathname === blobPath && response.status === 200;
    return isBlob ? bytesResponse(307, [['Location', location]]) : response;
  };
  const credentials = () => Promise.resolve({ kind: 'basic', username: 'alice', password: 'x' } as const);
  return { fake, ...testSession(fake.transport, { credentials }) };
}

describe('redirects', () => {
  it('to a storage host are followed without credentials [+OC-56]', async () => {
    const { repository, fake } = storage(() => bytesResponse(200, [], layer.bytes));
    expect(await all(await repository.fetchBlob(layer.descriptor))).toEqual([layer.bytes]);
    const abroad = fake.requests.filter(({ url }) => url.host === 'cdn.test');
    expect(abroad.map(({ headers }) => findHeader(headers, 'authorization'))).toEqual([undefined]);
    expect(abroad.map(({ headers }) => findHeader(headers, 'user-agent'))).toEqual(['nv2-test/0']);
  });

  it('to another place of the registry keep the credentials', async () => {
    const { repository, fake } = storage(() => bytesResponse(500, []), '/v2/elsewhere/blobs/x');
    fake.repository('elsewhere');
    const before = fake.intercept;
    fake.intercept = async (request, next) =>
      request.url.pathname === '/v2/elsewhere/blobs/x' ? bytesResponse(200, [], layer.bytes) : before(request, next);
    expect(await all(await repository.fetchBlob(layer.descriptor))).toEqual([layer.bytes]);
    expect(findHeader(fake.requests.at(-1)?.headers ?? [], 'authorization')).toMatch(/^Basic /);
  });

  it('verify content from anywhere [-OC-56]', async () => {
    const { repository } = storage(() => bytesResponse(200, [], new Uint8Array(100).fill(8)));
    await expect(all(await repository.fetchBlob(layer.descriptor))).rejects.toMatchObject({ code: 'CONTENT_MISMATCH' });
  });

  it('to a host that then wants credentials end', async () => {
    const { repository, fake } = storage(() => bytesResponse(401, [['WWW-Authenticate', 'Basic realm="give"']]));
    await expect(repository.fetchBlob(layer.descriptor)).rejects.toMatchObject({ code: 'REGISTRY_REDIRECT_REFUSED' });
    expect(fake.requests.filter(({ url }) => url.host === 'cdn.test')).toHaveLength(1);
  });

  it.each([
    ['plain http', 'http://cdn.test/blob'],
    ['an internal address', 'https://10.0.0.1/blob'],
    ['this machine', 'https://localhost/blob'],
    ['the metadata service', 'https://169.254.169.254/latest/meta-data'],
    ['a file', 'file:///etc/passwd'],
    ['nowhere', 'https://['],
    ['a URL with credentials', 'https://alice:x@cdn.test/blob'],
  ])('to %s are refused [-OC-56]', async (_, location) => {
    const { repository, fake } = storage(() => bytesResponse(200, [], layer.bytes), location);
    const failure = repository.fetchBlob(layer.descriptor);
    await expect(failure).rejects.toMatchObject({ code: 'REGISTRY_REDIRECT_REFUSED' });
    expect(fake.requests.every(({ url }) => url.host === fake.host)).toBe(true);
  });

  it('name the place without its secret query', async () => {
    const { repository } = storage(() => bytesResponse(401, []));
    await expect(repository.fetchBlob(layer.descriptor)).rejects.toThrow(/cdn\.test\/blob\?sig=\*{5}/);
  });

  it('without end are refused', async () => {
    let hops = 0;
    const { repository, fake } = storage(() => bytesResponse(302, [['Location', `https://cdn${(hops += 1)}.test/`]]));
    await expect(repository.fetchBlob(layer.descriptor)).rejects.toMatchObject({ code: 'REGISTRY_REDIRECT_REFUSED' });
    expect(fake.requests.filter(({ url }) => url.host !== fake.host)).toHaveLength(5);
  });

  it('without a location are answers like any other', async () => {
    const { repository } = testSession(async () => bytesResponse(302, []));
    await expect(repository.findManifest('v1')).rejects.toMatchObject({ code: 'REGISTRY_RESPONSE_INVALID' });
  });

  it.each([
    ['another host', 307, 'https://evil.test/x'],
    ['a form that loses the method', 302, '/v2/x'],
  ])('of a change to %s are refused', async (_, status, location) => {
    const fake = fakeRegistry();
    fake.intercept = async ({ method }, next) =>
      method === 'PUT' ? bytesResponse(status, [['Location', location]]) : next();
    const { repository } = testSession(fake.transport);
    await expect(pushArtifact(repository, testImage(), 'v1')).rejects.toMatchObject({
      code: 'REGISTRY_REDIRECT_REFUSED',
    });
    expect(fake.requests.every(({ url }) => url.host === fake.host)).toBe(true);
  });

  it('of a change within the registry send the body again', async () => {
    const fake = fakeRegistry();
    fake.intercept = async ({ method, url }, next) =>
      method === 'PUT' && url.pathname.endsWith('/manifests/v1') && !url.searchParams.has('again')
        ? bytesResponse(307, [['Location', `${url.pathname}?again=1`]])
        : next();
    const { repository } = testSession(fake.transport);
    const image = testImage();
    await pushArtifact(repository, image, 'v1');
    expect((await repository.findManifest('v1'))?.bytes).toEqual(image.manifest.bytes);
  });
});
