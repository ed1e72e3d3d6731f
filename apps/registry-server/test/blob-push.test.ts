// Every way to push a blob (distribution-spec, "Pushing blobs"), for each digest algorithm.

import { encodeUtf8, type HashName } from '@nv2/base';
import { digestOf } from '@nv2/oci';
import { describe, expect, it } from 'vitest';
import { pushBlob, type Send, streamed, testBed } from './harness.ts';

const content = encodeUtf8('the quick brown fox jumps over the lazy dog');
const head = content.subarray(0, 10);
const tail = content.subarray(10);
const algorithms: readonly HashName[] = ['sha256', 'sha384', 'sha512'];

async function start(send: Send, repository = 'team/app', query = ''): Promise<string> {
  const reply = await send('POST', `/v2/${repository}/blobs/uploads/${query}`);
  expect(reply.status).toBe(202);
  return reply.header('location') ?? '';
}

describe.each(algorithms)('pushing a %s blob', (algorithm) => {
  const digest = digestOf(content, algorithm);
  const ways: readonly { readonly name: string; readonly push: (send: Send) => Promise<number> }[] = [
    {
      name: 'in one POST',
      push: async (send) =>
        (await send('POST', `/v2/team/app/blobs/uploads/?digest=${digest}`, { body: content })).status,
    },
    {
      name: 'in one POST of unknown length',
      push: async (send) =>
        (await send('POST', `/v2/team/app/blobs/uploads/?digest=${digest}`, { body: streamed(head, tail) })).status,
    },
    {
      name: 'by POST and PUT',
      push: async (send) => (await send('PUT', `${await start(send)}?digest=${digest}`, { body: content })).status,
    },
    {
      name: 'by POST, one streamed PATCH and PUT',
      push: async (send) => {
        const location = await start(send);
        expect((await send('PATCH', location, { body: streamed(head, tail) })).header('range')).toBe('0-42');
        return (await send('PUT', `${location}?digest=${digest}`)).status;
      },
    },
    {
      name: 'in chunks, the last in the PUT',
      push: async (send) => {
        const location = await start(send, 'team/app', `?digest-algorithm=${algorithm}`);
        const patch = await send('PATCH', location, { body: head, headers: { 'Content-Range': '0-9' } });
        expect([patch.status, patch.header('range')]).toEqual([202, '0-9']);
        const headers = { 'Content-Range': `10-${content.length - 1}` };
        return (await send('PUT', `${location}?digest=${digest}`, { body: tail, headers })).status;
      },
    },
    {
      name: 'in chunks hashed with another algorithm than the last request names',
      push: async (send) => {
        const location = await start(
          send,
          'team/app',
          `?digest-algorithm=${algorithm === 'sha256' ? 'sha512' : 'sha256'}`,
        );
        await send('PATCH', location, { body: head });
        await send('PATCH', location, { body: tail });
        return (await send('PUT', `${location}?digest=${digest}`)).status;
      },
    },
  ];

  it.each(ways)('works $name', async ({ push }) => {
    await using bed = await testBed();
    expect(await push(bed.send)).toBe(201);
    const reply = await bed.send('GET', `/v2/team/app/blobs/${digest}`);
    expect(reply.bytes).toEqual(content);
    expect(reply.header('docker-content-digest')).toBe(digest);
  });

  it('names the blob in Location and Docker-Content-Digest', async () => {
    await using bed = await testBed();
    const reply = await bed.send('POST', `/v2/team/app/blobs/uploads/?digest=${digest}`, { body: content });
    expect(reply.header('location')).toBe(`/v2/team/app/blobs/${digest}`);
    expect(reply.header('docker-content-digest')).toBe(digest);
  });

  it('takes a blob of zero bytes in each form', async () => {
    await using bed = await testBed();
    const nothing = digestOf(new Uint8Array(), algorithm);
    expect((await bed.send('PUT', `${await start(bed.send)}?digest=${nothing}`)).status).toBe(201);
    expect((await bed.send('POST', `/v2/other/blobs/uploads/?digest=${nothing}`)).status).toBe(201);
    const reply = await bed.send('GET', `/v2/team/app/blobs/${nothing}`);
    expect([reply.status, reply.header('content-length'), reply.bytes.length]).toEqual([200, '0', 0]);
    expect((await bed.send('GET', `/v2/team/app/blobs/${nothing}`, { headers: { Range: 'bytes=0-' } })).status).toBe(
      416,
    );
  });
});

describe('a digest that the bytes do not have', () => {
  const wrong = digestOf(encodeUtf8('other'));

  it('refuses a PUT and ends the upload', async () => {
    await using bed = await testBed();
    const location = await start(bed.send);
    const reply = await bed.send('PUT', `${location}?digest=${wrong}`, { body: content });
    expect([reply.status, reply.codes()]).toEqual([400, ['DIGEST_INVALID']]);
    expect((await bed.send('GET', location)).status).toBe(404);
    expect((await bed.send('HEAD', `/v2/team/app/blobs/${wrong}`)).status).toBe(404);
  });

  it('refuses a POST and stores nothing', async () => {
    await using bed = await testBed();
    const reply = await bed.send('POST', `/v2/team/app/blobs/uploads/?digest=${wrong}`, { body: content });
    expect([reply.status, reply.codes()]).toEqual([400, ['DIGEST_INVALID']]);
    expect((await bed.send('GET', '/v2/team/app/tags/list')).status).toBe(404);
  });

  it.each([
    '',
    '?digest=',
    '?digest=sha256:abc',
    '?digest=md5:d41d8cd98f00b204e9800998ecf8427e',
    `?digest=${wrong.toUpperCase()}`,
  ])('refuses a PUT with %j and keeps the upload', async (query) => {
    await using bed = await testBed();
    const location = await start(bed.send);
    const reply = await bed.send('PUT', `${location}${query}`, { body: content });
    expect([reply.status, reply.codes()]).toEqual([400, ['DIGEST_INVALID']]);
    expect((await bed.send('GET', location)).status).toBe(204);
  });

  it('refuses an unknown digest-algorithm when the upload starts', async () => {
    await using bed = await testBed();
    const reply = await bed.send('POST', '/v2/team/app/blobs/uploads/?digest-algorithm=md5');
    expect([reply.status, reply.codes()]).toEqual([400, ['DIGEST_INVALID']]);
  });
});

describe('an upload', () => {
  it('tells its state, continues there, and is gone after cancelling', async () => {
    await using bed = await testBed();
    const location = await start(bed.send);
    expect((await bed.send('GET', location)).header('range')).toBe('0-0');
    await bed.send('PATCH', location, { body: head });
    const state = await bed.send('GET', location);
    expect([state.status, state.header('range'), state.header('location')]).toEqual([204, '0-9', location]);
    expect(state.header('docker-upload-uuid')).toBe(location.split('/').at(-1));
    expect((await bed.send('DELETE', location)).status).toBe(204);
    for (const method of ['GET', 'PATCH', 'DELETE']) {
      const reply = await bed.send(method, location);
      expect([reply.status, reply.codes()]).toEqual([404, ['BLOB_UPLOAD_UNKNOWN']]);
    }
  });

  it('belongs to its repository', async () => {
    await using bed = await testBed();
    const location = await start(bed.send, 'mine');
    expect((await bed.send('GET', location.replace('mine', 'yours'))).status).toBe(404);
  });

  const misplaced = [
    { name: 'starts after the end', range: '11-20', body: content.subarray(0, 10) },
    { name: 'starts before the end', range: '0-9', body: head },
    { name: 'is longer than its range', range: '10-12', body: tail },
    { name: 'is shorter than its range', range: '10-100', body: tail },
  ];
  it.each(misplaced)('refuses a chunk that $name and tells where it stands', async ({ range, body }) => {
    await using bed = await testBed();
    const location = await start(bed.send);
    await bed.send('PATCH', location, { body: head });
    for (const [method, url] of [
      ['PATCH', location],
      ['PUT', `${location}?digest=${digestOf(content)}`],
    ] as const) {
      const reply = await bed.send(method, url, { body, headers: { 'Content-Range': range } });
      expect([reply.status, reply.codes()]).toEqual([416, ['RANGE_INVALID']]);
      expect([reply.header('range'), reply.header('location')]).toEqual(['0-9', location]);
    }
    expect((await bed.send('PUT', `${location}?digest=${digestOf(content)}`, { body: tail })).status).toBe(201);
  });

  it.each(['0-9', 'bytes 0-9/*', 'bytes 0-9/43'])('understands Content-Range %j', async (range) => {
    await using bed = await testBed();
    const location = await start(bed.send);
    expect((await bed.send('PATCH', location, { body: head, headers: { 'Content-Range': range } })).status).toBe(202);
  });

  it.each(['9-0', 'x', '0-', '-5'])('refuses Content-Range %j', async (range) => {
    await using bed = await testBed();
    const location = await start(bed.send);
    const reply = await bed.send('PATCH', location, { body: head, headers: { 'Content-Range': range } });
    expect([reply.status, reply.codes()]).toEqual([400, ['BLOB_UPLOAD_INVALID']]);
  });

  it('refuses a streamed chunk that is shorter or longer than its range, and keeps none of it', async () => {
    await using bed = await testBed();
    const location = await start(bed.send);
    for (const range of ['0-20', '0-3']) {
      const reply = await bed.send('PATCH', location, { body: streamed(head), headers: { 'Content-Range': range } });
      expect([reply.status, reply.codes()]).toEqual([400, ['SIZE_INVALID']]);
    }
    expect((await bed.send('GET', location)).header('range')).toBe('0-0');
    expect((await bed.send('PUT', `${location}?digest=${digestOf(content)}`, { body: content })).status).toBe(201);
  });

  it('keeps what a broken connection delivered, and goes on from there', async () => {
    await using bed = await testBed();
    const location = await start(bed.send);
    const broken = {
      async *open() {
        yield head;
        throw new Error('connection reset');
      },
    };
    expect((await bed.send('PATCH', location, { body: broken })).status).toBe(500);
    expect((await bed.send('GET', location)).header('range')).toBe('0-9');
    expect((await bed.send('PUT', `${location}?digest=${digestOf(content)}`, { body: tail })).status).toBe(201);
  });

  it('has one writer: a second request is refused while the first runs', async () => {
    await using bed = await testBed();
    const location = await start(bed.send);
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const slow = {
      async *open() {
        yield head;
        await held;
        yield tail;
      },
    };
    const first = bed.send('PATCH', location, { body: slow });
    for (const method of ['PATCH', 'DELETE']) {
      const second = await bed.send(method, location, { body: head });
      expect([second.status, second.codes(), second.header('retry-after')]).toEqual([
        409,
        ['BLOB_UPLOAD_INVALID'],
        '1',
      ]);
    }
    release();
    expect((await first).header('range')).toBe('0-42');
    expect((await bed.send('PUT', `${location}?digest=${digestOf(content)}`)).status).toBe(201);
  });

  it('can be finished by two requests at once with one result', async () => {
    await using bed = await testBed();
    const digest = digestOf(content);
    const statuses = await Promise.all(
      Array.from({ length: 8 }, () => bed.send('POST', `/v2/a/blobs/uploads/?digest=${digest}`, { body: content })),
    );
    expect(statuses.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 201));
    expect((await bed.send('GET', `/v2/a/blobs/${digest}`)).bytes).toEqual(content);
  });
});

describe('the bounds of uploads', () => {
  it('refuses a blob above the limit before reading, and while reading where no length is announced', async () => {
    await using bed = await testBed({ maxBlobBytes: 20 });
    const location = await start(bed.send);
    const digest = digestOf(content);
    const unread = {
      length: content.length,
      open: (): AsyncIterable<Uint8Array> => {
        throw new Error('read');
      },
    };
    for (const body of [unread, streamed(head, tail)]) {
      const replies = [
        await bed.send('PATCH', location, { body }),
        await bed.send('POST', `/v2/team/app/blobs/uploads/?digest=${digest}`, { body }),
      ];
      for (const reply of replies) expect([reply.status, reply.codes()]).toEqual([413, ['SIZE_INVALID']]);
    }
    await bed.send('PATCH', location, { body: content.subarray(0, 15) });
    expect((await bed.send('PATCH', location, { body: head })).status).toBe(413);
  });

  it('refuses more open uploads than allowed, and takes new ones when old ones end', async () => {
    await using bed = await testBed({ maxOpenUploads: 2 });
    const location = await start(bed.send);
    await start(bed.send);
    const refused = await bed.send('POST', '/v2/team/app/blobs/uploads/');
    expect([refused.status, refused.codes(), refused.header('retry-after')]).toEqual([429, ['TOOMANYREQUESTS'], '60']);
    await bed.send('DELETE', location);
    await start(bed.send);
  });

  it('forgets uploads that nobody continued', async () => {
    let now = new Date('2026-01-01T00:00:00Z');
    await using bed = await testBed({ now: () => now, uploadExpiryMs: 1000 });
    const old = await start(bed.send);
    now = new Date(now.getTime() + 1001);
    const young = await start(bed.send);
    expect((await bed.send('GET', old)).status).toBe(404);
    expect((await bed.send('GET', young)).status).toBe(204);
  });

  it('refuses uploads while the disk is nearly full, and still serves', async () => {
    await using bed = await testBed();
    const digest = await pushBlob(bed.send, 'team/app', content);
    await bed.restart({ minFreeBytes: Number.MAX_SAFE_INTEGER });
    for (const query of ['', `?digest=${digest}`]) {
      const reply = await bed.send('POST', `/v2/team/app/blobs/uploads/${query}`, { body: content });
      expect([reply.status, reply.codes()]).toEqual([507, ['UNAVAILABLE']]);
    }
    expect((await bed.send('GET', `/v2/team/app/blobs/${digest}`)).status).toBe(200);
  });
});

describe('mounting', () => {
  const digest = digestOf(content);

  it.each(['&from=source', ''])('takes a blob of another repository over without transfer (%j)', async (from) => {
    await using bed = await testBed();
    await pushBlob(bed.send, 'source', content);
    const reply = await bed.send('POST', `/v2/target/blobs/uploads/?mount=${digest}${from}`);
    expect([reply.status, reply.header('location')]).toEqual([201, `/v2/target/blobs/${digest}`]);
    expect(reply.header('docker-content-digest')).toBe(digest);
    expect((await bed.send('GET', `/v2/target/blobs/${digest}`)).bytes).toEqual(content);
  });

  it.each([
    { name: 'a source that does not exist', query: `?mount=${digest}&from=nowhere` },
    { name: 'a source that lacks the blob', query: `?mount=${digestOf(encodeUtf8('x'))}&from=source` },
    { name: 'no source and an unknown blob', query: `?mount=${digestOf(encodeUtf8('x'))}` },
  ])('starts an upload instead, given $name', async ({ query }) => {
    await using bed = await testBed();
    await pushBlob(bed.send, 'source', content);
    const reply = await bed.send('POST', `/v2/target/blobs/uploads/${query}`);
    expect(reply.status).toBe(202);
    expect((await bed.send('GET', reply.header('location') ?? '')).status).toBe(204);
  });

  it.each([
    { query: '?mount=sha256:abc&from=source', code: 'DIGEST_INVALID' },
    { query: `?mount=${digest}&from=NOT-A-NAME`, code: 'NAME_INVALID' },
  ])('refuses $query', async ({ query, code }) => {
    await using bed = await testBed();
    const reply = await bed.send('POST', `/v2/target/blobs/uploads/${query}`);
    expect([reply.status, reply.codes()]).toEqual([400, [code]]);
  });
});
