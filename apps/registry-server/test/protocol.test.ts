// What holds for every path: routing, names, errors, methods, origins.

import { encodeUtf8 } from '@nv2/base';
import { digestOf } from '@nv2/oci';
import { describe, expect, it } from 'vitest';
import { emptyConfig, pushBlob, pushImage, testBed } from './harness.ts';

const digest = digestOf(encodeUtf8('x'));

describe('the API', () => {
  it.each(['/v2/', '/v2'])('answers at %s', async (url) => {
    await using bed = await testBed();
    const reply = await bed.send('GET', url);
    expect([reply.status, reply.header('docker-distribution-api-version')]).toEqual([200, 'registry/2.0']);
  });

  it.each(['/livez', '/readyz', '/startupz'])('tells supervisors at %s that it serves', async (url) => {
    await using bed = await testBed();
    expect((await bed.send('GET', url)).json()).toEqual({ status: 'ok' });
  });

  it('tells its extensions, of which there are none', async () => {
    await using bed = await testBed();
    await pushBlob(bed.send, 'team/app', emptyConfig);
    expect((await bed.send('GET', '/v2/_oci/ext/discover')).json()).toEqual({ extensions: [] });
    expect((await bed.send('GET', '/v2/team/app/_oci/ext/discover')).json()).toEqual({
      name: 'team/app',
      extensions: [],
    });
    expect((await bed.send('GET', '/v2/nowhere/_oci/ext/discover')).status).toBe(404);
  });

  it('says 404 in JSON where nothing answers', async () => {
    await using bed = await testBed();
    for (const url of [
      '/',
      '/v1/',
      '/v2/x',
      '/v2/team/app/other',
      '/v2/manifests',
      '/token',
      `/v3/a/blobs/${digest}`,
    ]) {
      const reply = await bed.send('GET', url);
      expect([reply.status, reply.codes(), reply.header('content-type')]).toEqual([
        404,
        ['UNSUPPORTED'],
        'application/json',
      ]);
    }
  });

  const methods = [
    { url: '/v2/', allow: 'GET, HEAD' },
    { url: '/v2/a/manifests/v1', allow: 'GET, HEAD, PUT, DELETE' },
    { url: `/v2/a/blobs/${digest}`, allow: 'GET, HEAD, DELETE' },
    { url: '/v2/a/blobs/uploads/', allow: 'POST' },
    { url: '/v2/a/blobs/uploads', allow: 'POST' },
    { url: '/v2/a/blobs/uploads/1234', allow: 'GET, HEAD, PATCH, PUT, DELETE' },
    { url: '/v2/a/tags/list', allow: 'GET, HEAD' },
    { url: `/v2/a/referrers/${digest}`, allow: 'GET, HEAD' },
  ];
  it.each(methods)('names the methods of $url', async ({ url, allow }) => {
    await using bed = await testBed();
    for (const method of ['TRACE', 'OPTIONS', 'get', 'constructor']) {
      const reply = await bed.send(method, url);
      expect([reply.status, reply.codes(), reply.header('allow')]).toEqual([405, ['UNSUPPORTED'], allow]);
    }
  });

  it('answers HEAD of a missing thing with the status alone', async () => {
    await using bed = await testBed();
    const reply = await bed.send('HEAD', `/v2/a/blobs/${digest}`);
    expect([reply.status, reply.bytes.length]).toEqual([404, 0]);
  });

  it('repeats a short plain request id and makes its own otherwise', async () => {
    await using bed = await testBed();
    expect((await bed.send('GET', '/v2/', { headers: { 'X-Request-Id': 'abc-1.2' } })).header('x-request-id')).toBe(
      'abc-1.2',
    );
    const ids = await Promise.all(
      ['a b', 'x'.repeat(65), '"'].map((id) => bed.send('GET', '/v2/', { headers: { 'X-Request-Id': id } })),
    );
    const made = ids.map((reply) => reply.header('x-request-id'));
    expect(new Set(made).size).toBe(3);
    for (const id of made) expect(id).toMatch(/^[0-9a-f]{12}-\d+$/);
  });

  it('reports each request to its log', async () => {
    await using bed = await testBed();
    await bed.send('GET', '/v2/?x=1', { headers: { 'X-Request-Id': 'r1' } });
    expect(bed.events).toEqual([
      { kind: 'request', requestId: 'r1', method: 'GET', target: '/v2/?x=1', status: 200, durationMs: 0 },
    ]);
  });

  it('refuses requests once it is closed', async () => {
    const bed = await testBed();
    await bed[Symbol.asyncDispose]();
    const reply = await bed.send('GET', '/v2/');
    expect([reply.status, reply.codes(), reply.header('retry-after')]).toEqual([503, ['UNAVAILABLE'], '5']);
  });
});

describe('repository names', () => {
  it.each([
    'manifests',
    'blobs',
    'uploads',
    'tags/list',
    'a/manifests/b',
    'blobs/uploads',
    'referrers/x',
    'v2/a',
    'a/tags/list/b',
    'uploads/blobs',
    'a/blobs/uploads/manifests',
  ])('may be made of the words of the API: %s', async (name) => {
    await using bed = await testBed();
    const image = await pushImage(bed.send, name, 'list');
    const upload = await bed.send('POST', `/v2/${name}/blobs/uploads/`);
    expect((await bed.send('GET', upload.header('location') ?? '')).status).toBe(204);
    expect((await bed.send('GET', `/v2/${name}/manifests/list`)).status).toBe(200);
    expect((await bed.send('GET', `/v2/${name}/tags/list`)).json()).toEqual({ name, tags: ['list'] });
    expect((await bed.send('GET', `/v2/${name}/blobs/${digestOf(emptyConfig)}`)).status).toBe(200);
    expect((await bed.send('GET', `/v2/${name}/referrers/${image.digest}`)).status).toBe(200);
    expect((await bed.send('GET', '/v2/_catalog')).json()).toEqual({ repositories: [name] });
  });

  it.each(['A', 'a//b', '-a', 'a_', 'a..b', 'a___b', 'a/', '_x', 'x'.repeat(256)])(
    'outside the grammar are refused: %j',
    async (name) => {
      await using bed = await testBed();
      const write = await bed.send('POST', `/v2/${name}/blobs/uploads/`);
      expect([write.status, write.codes()]).toEqual([400, ['NAME_INVALID']]);
      const read = await bed.send('GET', `/v2/${name}/tags/list`);
      expect([read.status, read.codes()]).toEqual([404, ['NAME_INVALID']]);
    },
  );

  it('differ by case of nothing: tags and names are compared byte for byte', async () => {
    await using bed = await testBed();
    await pushImage(bed.send, 'team/app', 'V1');
    expect((await bed.send('GET', '/v2/team/app/manifests/v1')).status).toBe(404);
    expect((await bed.send('GET', '/v2/team/app/manifests/V1')).status).toBe(200);
  });
});

describe('request targets', () => {
  it.each([
    '/v2/a%2fb/tags/list',
    '/v2/a%2Fb/tags/list',
    '/v2/a%5cb/tags/list',
    '/v2/a%00/tags/list',
    '/v2/../etc/passwd',
    '/v2/a/./tags/list',
    '/v2/%2e%2e/tags/list',
    '/v2/a/..',
    '/v2/a%0d%0a/tags/list',
    '/v2/a\\b/tags/list',
    '/v2/a b/tags/list',
    '/v2/%zz/tags/list',
    '/v2/a/tags/list?n=%zz',
    'v2/',
    '*',
    `/v2/${'a/'.repeat(5000)}tags/list`,
  ])('that two parsers may read differently are refused: %j', async (url) => {
    await using bed = await testBed();
    expect((await bed.send('GET', url)).status).toBe(400);
  });

  it('may encode what needs no encoding, and are decoded once', async () => {
    await using bed = await testBed();
    const image = await pushImage(bed.send, 'team/app', 'v1');
    expect((await bed.send('GET', `/v2/team/app/manifests/${image.digest.replace(':', '%3A')}`)).status).toBe(200);
    expect((await bed.send('GET', '/v2/team/app/manifests/%76%31')).status).toBe(200);
    expect((await bed.send('GET', '/v2/team/app/manifests/%2576%2531')).status).toBe(404);
  });
});

describe('digests in paths', () => {
  it.each([
    'sha256:abc',
    'md5:d41d8cd98f00b204e9800998ecf8427e',
    `sha256:${'A'.repeat(64)}`,
    `sha1024:${'a'.repeat(64)}`,
    ':',
    'sha256:',
  ])('outside the grammar are refused: %s', async (text) => {
    await using bed = await testBed();
    await pushBlob(bed.send, 'a', emptyConfig);
    for (const kind of ['blobs', 'manifests', 'referrers']) {
      const reply = await bed.send('GET', `/v2/a/${kind}/${text}`);
      expect([reply.status, reply.codes()]).toEqual([400, ['DIGEST_INVALID']]);
    }
  });
});

describe('pages of other origins', () => {
  it('may read where the options name their origin', async () => {
    await using bed = await testBed({ allowedOrigins: ['https://ui.example'] });
    const allowed = await bed.send('GET', '/v2/', { headers: { Origin: 'https://ui.example' } });
    expect(allowed.header('access-control-allow-origin')).toBe('https://ui.example');
    expect(allowed.header('vary')).toBe('Origin');
    const preflight = await bed.send('OPTIONS', '/v2/a/manifests/v1', { headers: { Origin: 'https://ui.example' } });
    expect([preflight.status, preflight.header('access-control-allow-methods')]).toEqual([204, 'GET, HEAD']);
    const upload = await bed.send('OPTIONS', '/v2/a/blobs/uploads/', { headers: { Origin: 'https://ui.example' } });
    expect(upload.header('access-control-allow-methods')).toBe('');
  });

  it('may not otherwise', async () => {
    await using bed = await testBed({ allowedOrigins: ['https://ui.example'] });
    const other = await bed.send('GET', '/v2/', { headers: { Origin: 'https://evil.example' } });
    expect([other.header('access-control-allow-origin'), other.header('vary')]).toEqual([undefined, 'Origin']);
    await bed.restart({ allowedOrigins: [] });
    const off = await bed.send('GET', '/v2/', { headers: { Origin: 'https://ui.example' } });
    expect([off.header('access-control-allow-origin'), off.header('vary')]).toEqual([undefined, undefined]);
  });
});
