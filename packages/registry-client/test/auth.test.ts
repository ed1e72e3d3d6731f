// Signing in: challenges answered once, tokens shared and kept, credentials shown to nobody else.

import { bytesResponse, encodeUtf8, findHeader, parseUtf8 } from '@nv2/base';
import {
  type FakeAuth,
  type FakeRegistry,
  type FakeRequest,
  fakeRegistry,
  pushArtifact,
  testImage,
  withHeaders,
} from '@nv2/testing';
import { describe, expect, it } from 'vitest';
import { type CredentialSource, pingRegistry } from '../src/index.ts';
import { type TestSession, testRegistry, testRepository, testSession } from './connect.ts';

const alice: FakeAuth = { kind: 'bearer', username: 'alice', password: 'wonder:land' };
const aliceSource: CredentialSource = () =>
  Promise.resolve({ kind: 'basic', username: 'alice', password: 'wonder:land' });

interface SignedIn extends TestSession {
  readonly fake: FakeRegistry;
}

/** A registry with one image `v1`, and a session that has not spoken to it yet. */
async function signIn(auth: Partial<FakeAuth> = {}, credentials: CredentialSource = aliceSource): Promise<SignedIn> {
  const fake = fakeRegistry({ auth: { ...alice, ...auth } });
  await pushArtifact(testSession(fake.transport, { credentials: aliceSource }).repository, testImage(), 'v1');
  fake.requests.length = 0;
  return { ...testSession(fake.transport, { credentials }), fake };
}

function tokenRequests(fake: FakeRegistry): readonly FakeRequest[] {
  return fake.requests.filter(({ url }) => url.host === 'auth.test');
}

describe('signing in', () => {
  it('asks for a token when challenged and uses it from then on', async () => {
    const { repository, fake } = await signIn();
    await repository.findManifest('v1');
    await repository.findManifest('v1');
    expect(fake.log()).toEqual([
      `GET /v2/${testRepository}/manifests/v1`,
      `GET /token?service=fake&scope=${encodeURIComponent(`repository:${testRepository}:pull`)}`,
      `GET /v2/${testRepository}/manifests/v1`,
      `GET /v2/${testRepository}/manifests/v1`,
    ]);
  });

  it('sends Basic to a registry that wants it, unasked after the first time', async () => {
    const { repository, fake } = await signIn({ kind: 'basic' });
    await repository.findManifest('v1');
    await repository.findManifest('v1');
    expect(fake.requests.map(({ headers }) => findHeader(headers, 'authorization'))).toEqual([
      undefined,
      'Basic YWxpY2U6d29uZGVyOmxhbmQ=',
      'Basic YWxpY2U6d29uZGVyOmxhbmQ=',
    ]);
  });

  it('exchanges an identity token by POST', async () => {
    const { repository, fake } = await signIn({ identityToken: 'refresh' }, () =>
      Promise.resolve({ kind: 'identity-token', token: 'refresh' }),
    );
    expect(await repository.findManifest('v1')).toBeDefined();
    const [exchange] = tokenRequests(fake);
    expect(exchange?.method).toBe('POST');
    expect(Object.fromEntries(new URLSearchParams(parseUtf8(exchange?.body ?? new Uint8Array())))).toEqual({
      grant_type: 'refresh_token',
      client_id: 'nv2',
      refresh_token: 'refresh',
      service: 'fake',
      scope: `repository:${testRepository}:pull`,
    });
  });

  it('gets a token without credentials where anybody may pull', async () => {
    const { repository } = await signIn({ allowsAnonymousPull: true }, () => Promise.resolve({ kind: 'anonymous' }));
    expect(await repository.findManifest('v1')).toBeDefined();
  });

  it('lets concurrent requests share one token fetch', async () => {
    const { repository, fake } = await signIn();
    await Promise.all(Array.from({ length: 8 }, () => repository.findManifest('v1')));
    expect(tokenRequests(fake)).toHaveLength(1);
  });

  it('asks the credential source once', async () => {
    let asked = 0;
    const { repository } = await signIn({}, (registry) => {
      asked += 1;
      expect(registry).toBe(testRegistry);
      return aliceSource(registry);
    });
    await Promise.all([repository.findManifest('v1'), repository.findManifest('v1')]);
    await repository.deleteManifest('v1');
    expect(asked).toBe(1);
  });

  it('gets one token for everything a command announces', async () => {
    const { session, fake } = await signIn();
    const repository = session.repository(testRegistry, testRepository, { actions: ['pull', 'push'] });
    await repository.findManifest('v1');
    await pushArtifact(repository, testImage({ name: 'other' }), 'v2');
    expect(tokenRequests(fake).map(({ url }) => url.searchParams.getAll('scope'))).toEqual([
      [`repository:${testRepository}:pull,push`],
    ]);
  });

  it('asks for more when a step needs more, and keeps what it has', async () => {
    const { repository, fake } = await signIn();
    await repository.findManifest('v1');
    await pushArtifact(repository, testImage({ name: 'other' }), 'v2');
    await repository.findManifest('v2');
    expect(tokenRequests(fake)).toHaveLength(2);
    const refused = fake.requests.filter(
      ({ headers, url }) => url.host === testRegistry && findHeader(headers, 'authorization') === undefined,
    );
    expect(refused).toHaveLength(1);
  });

  it('gets a new token when the old one has expired', async () => {
    const fake = fakeRegistry({ auth: { ...alice, expiresInSeconds: 60 } });
    let now = 0;
    const { repository } = testSession(fake.transport, { credentials: aliceSource, now: () => new Date(now) });
    await repository.findManifest('v1');
    now = 49_000;
    await repository.findManifest('v1');
    expect(tokenRequests(fake)).toHaveLength(1);
    now = 51_000;
    await repository.findManifest('v1');
    expect(tokenRequests(fake)).toHaveLength(2);
  });

  it('gets a new token once when a token is refused, and then gives up', async () => {
    const { repository, fake } = await signIn();
    await repository.findManifest('v1');
    fake.requests.length = 0;
    fake.intercept = async ({ url }, next) =>
      url.host === 'auth.test'
        ? next()
        : bytesResponse(401, [['WWW-Authenticate', 'Bearer realm="https://auth.test/token"']]);
    await expect(repository.findManifest('v1')).rejects.toMatchObject({
      code: 'REGISTRY_UNAUTHORIZED',
      details: { registry: testRegistry, scopes: [`repository:${testRepository}:pull`] },
    });
    expect(fake.requests).toHaveLength(3);
  });

  it('says who refused what when credentials are wrong', async () => {
    const { repository } = await signIn({}, () =>
      Promise.resolve({ kind: 'basic', username: 'mallory', password: 'x' }),
    );
    await expect(repository.findManifest('v1')).rejects.toMatchObject({
      code: 'REGISTRY_UNAUTHORIZED',
      message: 'fetching a token from auth.test: the registry answered 401',
    });
  });

  it('cannot sign in with a user name that Basic cannot carry', async () => {
    const { repository } = await signIn({ kind: 'basic' }, () =>
      Promise.resolve({ kind: 'basic', username: 'a:b', password: 'x' }),
    );
    await expect(repository.findManifest('v1')).rejects.toMatchObject({ code: 'REGISTRY_CREDENTIALS_INVALID' });
  });

  it('ends a wait for a token when the caller gives up, and leaves the token to the others', async () => {
    const { repository, fake } = await signIn();
    const controller = new AbortController();
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    fake.intercept = async ({ url }, next) => {
      if (url.host === 'auth.test') await gate;
      return next();
    };
    const impatient = repository.findManifest('v1', { signal: controller.signal });
    const patient = repository.findManifest('v1');
    await new Promise((resolve) => setImmediate(resolve));
    controller.abort();
    await expect(impatient).rejects.toMatchObject({ name: 'AbortError' });
    release();
    expect(await patient).toBeDefined();
  });
});

describe('signing in checks the base endpoint', () => {
  it('with credentials', async () => {
    const { session } = await signIn();
    expect(await pingRegistry(session, testRegistry)).toBe('authenticated');
  });

  it('without, where none are wanted', async () => {
    const { session } = testSession(fakeRegistry().transport, { credentials: aliceSource });
    expect(await pingRegistry(session, testRegistry)).toBe('anonymous');
  });

  it('and recognises what is no registry', async () => {
    const { session } = testSession(async () => bytesResponse(404, []));
    await expect(pingRegistry(session, testRegistry)).rejects.toMatchObject({ code: 'REGISTRY_RESPONSE_INVALID' });
  });

  it('and refused credentials', async () => {
    const { session } = await signIn({ kind: 'basic' }, () =>
      Promise.resolve({ kind: 'basic', username: 'mallory', password: 'x' }),
    );
    await expect(pingRegistry(session, testRegistry)).rejects.toMatchObject({ code: 'REGISTRY_UNAUTHORIZED' });
  });
});

describe('a token service that misbehaves', () => {
  const json = [['Content-Type', 'application/json']] as const;
  it.each([
    [
      'answers HTML',
      () => bytesResponse(200, [['Content-Type', 'text/html']], encodeUtf8('<html>')),
      'REGISTRY_RESPONSE_INVALID',
    ],
    ['gives no token', () => bytesResponse(200, json, encodeUtf8('{}')), 'REGISTRY_RESPONSE_INVALID'],
    ['gives a number', () => bytesResponse(200, json, encodeUtf8('{"token":1}')), 'REGISTRY_RESPONSE_INVALID'],
    [
      'gives a token that breaks the header',
      () => bytesResponse(200, json, encodeUtf8('{"token":"a\\r\\nX: y"}')),
      'REGISTRY_RESPONSE_INVALID',
    ],
    [
      'gives two tokens of one name',
      () => bytesResponse(200, json, encodeUtf8('{"token":"a","token":"b"}')),
      'REGISTRY_RESPONSE_INVALID',
    ],
    [
      'gives an endless token',
      () => bytesResponse(200, json, encodeUtf8(`{"token":"${'a'.repeat(70_000)}"}`)),
      'REGISTRY_RESPONSE_INVALID',
    ],
    ['gives an endless answer', () => bytesResponse(200, json, new Uint8Array(200_000)), 'REGISTRY_LIMIT'],
    ['redirects', () => bytesResponse(302, [['Location', 'https://evil.test/token']]), 'REGISTRY_REALM_REFUSED'],
    ['says no', () => bytesResponse(403, []), 'REGISTRY_DENIED'],
    ['keeps failing', () => bytesResponse(503, []), 'REGISTRY_UNAVAILABLE'],
  ])('and %s stops us', async (_, answer, code) => {
    const { repository, fake } = await signIn();
    fake.intercept = async ({ url }, next) => (url.host === 'auth.test' ? answer() : next());
    await expect(repository.findManifest('v1')).rejects.toMatchObject({ code });
    expect(fake.requests.every(({ url }) => url.host !== 'evil.test')).toBe(true);
  });

  it.each([
    ['access_token', '{"access_token":"t"}'],
    ['an empty token beside it', '{"token":"","access_token":"t"}'],
    ['no life time', '{"token":"t","issued_at":"whenever"}'],
  ])('and one that answers with %s does not', async (_, body) => {
    const { repository, fake } = await signIn();
    fake.intercept = async ({ url, headers }, next) => {
      if (url.host === 'auth.test') return bytesResponse(200, json, encodeUtf8(body));
      return findHeader(headers, 'authorization') === 'Bearer t' ? bytesResponse(404, []) : next();
    };
    expect(await repository.findManifest('v1')).toBeUndefined();
  });

  it('is tried again when it fails for a moment', async () => {
    const { repository, fake, waits } = await signIn();
    let failures = 2;
    fake.intercept = async ({ url }, next) =>
      url.host === 'auth.test' && failures-- > 0 ? bytesResponse(502, []) : next();
    expect(await repository.findManifest('v1')).toBeDefined();
    expect(waits).toEqual([250, 500]);
  });
});

describe('a challenge', () => {
  it.each([
    ['with a realm over plain http', 'Bearer realm="http://auth.test/token"', 'REGISTRY_REALM_REFUSED'],
    ['with a realm inside', 'Bearer realm="https://10.0.0.1/token"', 'REGISTRY_REALM_REFUSED'],
    ['with a realm at the metadata service', 'Bearer realm="https://169.254.169.254/token"', 'REGISTRY_REALM_REFUSED'],
    ['with a realm that is a file', 'Bearer realm="file:///etc/passwd"', 'REGISTRY_REALM_REFUSED'],
    ['with a realm that carries credentials', 'Bearer realm="https://a:b@auth.test/token"', 'REGISTRY_REALM_REFUSED'],
    ['with a relative realm', 'Bearer realm="/token"', 'REGISTRY_RESPONSE_INVALID'],
    ['without realm', 'Bearer service="fake"', 'REGISTRY_RESPONSE_INVALID'],
    ['that is not one', 'Bearer realm="https://auth.test/token', 'REGISTRY_RESPONSE_INVALID'],
    ['of an unknown scheme', 'Negotiate', 'REGISTRY_UNAUTHORIZED'],
  ])('%s is not answered with credentials [-OC-56]', async (_, field, code) => {
    const { repository, fake } = await signIn();
    fake.intercept = async (_request, next) => {
      const response = await next();
      return response.status === 401 ? withHeaders(response, { 'WWW-Authenticate': field }) : response;
    };
    await expect(repository.findManifest('v1')).rejects.toMatchObject({ code });
    expect(fake.requests.filter(({ headers }) => findHeader(headers, 'authorization') !== undefined)).toEqual([]);
  });

  it('that is missing leaves the refusal', async () => {
    const { repository, fake } = await signIn();
    fake.intercept = async (_request, next) => withHeaders(await next(), { 'WWW-Authenticate': undefined });
    await expect(repository.findManifest('v1')).rejects.toMatchObject({ code: 'REGISTRY_UNAUTHORIZED' });
  });

  it('with Basic beside Bearer is answered with a token', async () => {
    const { repository, fake } = await signIn();
    fake.intercept = async (_request, next) => {
      const response = await next();
      const field = findHeader(response.headers, 'www-authenticate') ?? '';
      return response.status === 401
        ? withHeaders(response, { 'WWW-Authenticate': `Basic realm="x", ${field}` })
        : response;
    };
    expect(await repository.findManifest('v1')).toBeDefined();
    expect(tokenRequests(fake)).toHaveLength(1);
  });

  it('never makes an identity token a password', async () => {
    const { repository, fake } = await signIn({ kind: 'basic' }, () =>
      Promise.resolve({ kind: 'identity-token', token: 'refresh' }),
    );
    await expect(repository.findManifest('v1')).rejects.toMatchObject({ code: 'REGISTRY_UNAUTHORIZED' });
    expect(fake.requests).toHaveLength(1);
  });
});
