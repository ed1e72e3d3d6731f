// Reading blobs: ranges, conditions, headers (distribution-spec, "Pulling blobs"; RFC 9110 sections 13 and 14).

import { encodeUtf8 } from '@nv2/base';
import { digestOf } from '@nv2/oci';
import { describe, expect, it } from 'vitest';
import { pushBlob, testBed } from './harness.ts';

const content = Uint8Array.from({ length: 2000 }, (_, index) => index % 251);
const digest = digestOf(content);
const url = `/v2/team/app/blobs/${digest}`;

describe('reading a blob', () => {
  it('answers GET and HEAD with the same header fields', async () => {
    await using bed = await testBed();
    await pushBlob(bed.send, 'team/app', content);
    const get = await bed.send('GET', url, { headers: { 'X-Request-Id': 'same' } });
    const head = await bed.send('HEAD', url, { headers: { 'X-Request-Id': 'same' } });
    expect(head.headers).toEqual(get.headers);
    expect([get.bytes.length, head.bytes.length]).toEqual([2000, 0]);
    expect(Object.fromEntries(get.headers)).toEqual({
      'Content-Type': 'application/octet-stream',
      'Content-Length': '2000',
      'Docker-Content-Digest': digest,
      ETag: `"${digest}"`,
      'Cache-Control': 'private, max-age=31536000, immutable',
      'X-Content-Type-Options': 'nosniff',
      'Content-Security-Policy': "sandbox; default-src 'none'",
      'Accept-Ranges': 'bytes',
      'Docker-Distribution-Api-Version': 'registry/2.0',
      Server: 'nv2',
      'X-Request-Id': 'same',
    });
  });

  it('is refused in a repository that does not hold it, though another one does', async () => {
    await using bed = await testBed();
    await pushBlob(bed.send, 'team/app', content);
    await pushBlob(bed.send, 'other', encodeUtf8('x'));
    const reply = await bed.send('GET', `/v2/other/blobs/${digest}`);
    expect([reply.status, reply.codes()]).toEqual([404, ['BLOB_UNKNOWN']]);
    const unknown = await bed.send('GET', `/v2/nowhere/blobs/${digest}`);
    expect([unknown.status, unknown.codes()]).toEqual([404, ['NAME_UNKNOWN']]);
  });

  it('answers 304 to a client that has it', async () => {
    await using bed = await testBed();
    await pushBlob(bed.send, 'team/app', content);
    for (const etag of [`"${digest}"`, `W/"${digest}"`, `"x", "${digest}"`, '*']) {
      const reply = await bed.send('GET', url, { headers: { 'If-None-Match': etag } });
      expect([reply.status, reply.bytes.length, reply.header('etag')]).toEqual([304, 0, `"${digest}"`]);
    }
    expect((await bed.send('GET', url, { headers: { 'If-None-Match': '"x"' } })).status).toBe(200);
  });

  it('answers 500 without a path when its bytes are missing, and logs the cause', async () => {
    await using bed = await testBed();
    await pushBlob(bed.send, 'team/app', content);
    const { rm } = await import('node:fs/promises');
    await rm(`${bed.directory}/blobs`, { recursive: true });
    const reply = await bed.send('GET', url);
    expect([reply.status, reply.codes()]).toEqual([500, ['UNKNOWN']]);
    expect(reply.text).not.toContain(bed.directory);
    expect(bed.events.find(({ kind }) => kind === 'failure')).toMatchObject({
      error: { code: 'SERVER_STORAGE_FAILED' },
    });
  });

  it('breaks off when the bytes on disk are fewer than promised', async () => {
    await using bed = await testBed();
    await pushBlob(bed.send, 'team/app', content);
    const { truncate } = await import('node:fs/promises');
    await truncate(`${bed.directory}/blobs/sha256/${digest.slice(7, 9)}/${digest.slice(7)}`, 100);
    const reply = bed.send('GET', url, { headers: { Range: 'bytes=0-999' } });
    await expect(reply).rejects.toMatchObject({ code: 'SERVER_STORAGE_FAILED' });
  });
});

describe('ranges', () => {
  const single = [
    { range: 'bytes=500-1499', start: 500, end: 1499 },
    { range: 'bytes=500-', start: 500, end: 1999 },
    { range: 'bytes=-500', start: 1500, end: 1999 },
    { range: 'bytes=-5000', start: 0, end: 1999 },
    { range: 'bytes=0-0', start: 0, end: 0 },
    { range: 'bytes=1000-5000', start: 1000, end: 1999 },
    { range: 'bytes=0-9,5-19', start: 0, end: 19 },
    { range: 'bytes=0-9, 9000-', start: 0, end: 9 },
  ];
  it.each(single)('answers $range with one part', async ({ range, start, end }) => {
    await using bed = await testBed();
    await pushBlob(bed.send, 'team/app', content);
    const reply = await bed.send('GET', url, { headers: { Range: range } });
    expect(reply.status).toBe(206);
    expect(reply.header('content-range')).toBe(`bytes ${start}-${end}/2000`);
    expect(reply.header('content-length')).toBe(String(end - start + 1));
    expect(reply.bytes).toEqual(content.slice(start, end + 1));
  });

  it.each(['bytes=500-0', 'bytes=5000-10000', 'bytes=2000-', 'bytes=-0'])('answers %s with 416', async (range) => {
    await using bed = await testBed();
    await pushBlob(bed.send, 'team/app', content);
    const reply = await bed.send('GET', url, { headers: { Range: range } });
    expect([reply.status, reply.codes()]).toEqual([416, ['RANGE_INVALID']]);
    expect(reply.header('content-range')).toBe('bytes */2000');
  });

  const whole = [
    'lines=0-5',
    'bytes=a-b',
    'bytes=-',
    'bytes=',
    `bytes=${Array.from({ length: 17 }, (_, at) => `${at * 4}-${at * 4}`).join(',')}`,
  ];
  it.each(whole)('ignores %s', async (range) => {
    await using bed = await testBed();
    await pushBlob(bed.send, 'team/app', content);
    const reply = await bed.send('GET', url, { headers: { Range: range } });
    expect([reply.status, reply.bytes.length]).toEqual([200, 2000]);
  });

  it('answers several parts as multipart/byteranges of the announced length', async () => {
    await using bed = await testBed();
    await pushBlob(bed.send, 'team/app', content);
    const reply = await bed.send('GET', url, { headers: { Range: 'bytes=0-3,100-101,-2' } });
    expect(reply.status).toBe(206);
    expect(reply.header('content-length')).toBe(String(reply.bytes.length));
    const [, boundary = ''] = /^multipart\/byteranges; boundary=(\S+)$/.exec(reply.header('content-type') ?? '') ?? [];
    const latin = Buffer.from(reply.bytes).toString('latin1');
    const parts = latin.split(`--${boundary}`).slice(1, -1);
    expect(parts.map((part) => /Content-Range: (.*)\r\n/.exec(part)?.[1])).toEqual([
      'bytes 0-3/2000',
      'bytes 100-101/2000',
      'bytes 1998-1999/2000',
    ]);
    expect(parts.map((part) => part.split('\r\n\r\n')[1])).toEqual(['\0\x01\x02\x03\r\n', 'de\r\n', '\xf1\xf2\r\n']);
    expect(latin.endsWith(`--${boundary}--\r\n`)).toBe(true);
  });

  it('apply only to the content that If-Range names', async () => {
    await using bed = await testBed();
    await pushBlob(bed.send, 'team/app', content);
    const ask = async (etag: string): Promise<number> =>
      (await bed.send('GET', url, { headers: { Range: 'bytes=0-3', 'If-Range': etag } })).status;
    expect(await ask(`"${digest}"`)).toBe(206);
    expect(await ask('"other"')).toBe(200);
    expect(await ask(`W/"${digest}"`)).toBe(200);
  });
});
