// Each refusal with the request that meets it: the code in the log, the status and code that the client sees.

import { encodeUtf8 } from '@nv2/base';
import { digestOf } from '@nv2/oci';
import type { RegistryOptions, ServerErrorCode } from '@nv2/registry-server';
import { describe, expect, it } from 'vitest';
import { emptyConfig, imageBytes, pushBlob, pushImage, type SendOptions, testBed } from './harness.ts';

const digest = digestOf(encodeUtf8('x'));
const held = digestOf(emptyConfig);
const tags = Array.from({ length: 47 }, (_, index) => `tag=t${index}`).join('&');

interface Refusal extends SendOptions {
  readonly code: ServerErrorCode;
  readonly request: string;
  readonly answer: string;
  readonly options?: Partial<RegistryOptions>;
}

const refusals: readonly Refusal[] = [
  { code: 'SERVER_TARGET_INVALID', request: 'GET /v2/a%2fb/tags/list', answer: '400 UNSUPPORTED' },
  { code: 'SERVER_ROUTE_UNKNOWN', request: 'GET /v2/x', answer: '404 UNSUPPORTED' },
  { code: 'SERVER_METHOD_UNSUPPORTED', request: 'TRACE /v2/', answer: '405 UNSUPPORTED' },
  {
    code: 'SERVER_DELETE_DISABLED',
    request: 'DELETE /v2/a/manifests/v1',
    answer: '405 UNSUPPORTED',
    options: { allowDelete: false },
  },
  { code: 'SERVER_NAME_INVALID', request: 'POST /v2/A/blobs/uploads/', answer: '400 NAME_INVALID' },
  { code: 'SERVER_NAME_UNKNOWN', request: 'GET /v2/none/tags/list', answer: '404 NAME_UNKNOWN' },
  { code: 'SERVER_DIGEST_INVALID', request: 'GET /v2/a/blobs/sha256:x', answer: '400 DIGEST_INVALID' },
  {
    code: 'SERVER_SIZE_INVALID',
    request: 'PATCH <upload>',
    headers: { 'Content-Range': '0-9' },
    body: {
      open: async function* () {
        yield new Uint8Array(3);
      },
    },
    answer: '400 SIZE_INVALID',
  },
  { code: 'SERVER_BLOB_UNKNOWN', request: `GET /v2/a/blobs/${digest}`, answer: '404 BLOB_UNKNOWN' },
  { code: 'SERVER_BLOB_REFERENCED', request: `DELETE /v2/a/blobs/${held}`, answer: '409 DENIED' },
  {
    code: 'SERVER_BLOB_TOO_LARGE',
    request: 'PATCH <upload>',
    body: 'too large',
    answer: '413 SIZE_INVALID',
    options: { maxBlobBytes: 5 },
  },
  { code: 'SERVER_UPLOAD_UNKNOWN', request: 'GET /v2/a/blobs/uploads/0123', answer: '404 BLOB_UPLOAD_UNKNOWN' },
  {
    code: 'SERVER_UPLOAD_INVALID',
    request: 'PATCH <upload>',
    headers: { 'Content-Range': 'x' },
    body: 'abc',
    answer: '400 BLOB_UPLOAD_INVALID',
  },
  {
    code: 'SERVER_UPLOAD_RANGE',
    request: 'PATCH <upload>',
    headers: { 'Content-Range': '1-3' },
    body: 'abc',
    answer: '416 RANGE_INVALID',
  },
  {
    code: 'SERVER_TOO_MANY_UPLOADS',
    request: 'POST /v2/a/blobs/uploads/',
    answer: '429 TOOMANYREQUESTS',
    options: { maxOpenUploads: 1 },
  },
  {
    code: 'SERVER_STORAGE_FULL',
    request: 'POST /v2/a/blobs/uploads/',
    answer: '507 UNAVAILABLE',
    options: { minFreeBytes: 2 ** 60 },
  },
  {
    code: 'SERVER_RANGE_INVALID',
    request: `GET /v2/a/blobs/${held}`,
    headers: { Range: 'bytes=9-' },
    answer: '416 RANGE_INVALID',
  },
  { code: 'SERVER_MANIFEST_UNKNOWN', request: 'GET /v2/a/manifests/none', answer: '404 MANIFEST_UNKNOWN' },
  { code: 'SERVER_MANIFEST_INVALID', request: 'PUT /v2/a/manifests/v2', body: '{}', answer: '400 MANIFEST_INVALID' },
  {
    code: 'SERVER_MANIFEST_TOO_LARGE',
    request: 'PUT /v2/a/manifests/v2',
    body: imageBytes(),
    answer: '413 MANIFEST_INVALID',
    options: { maxManifestBytes: 9 },
  },
  {
    code: 'SERVER_MANIFEST_REFERENCE_UNKNOWN',
    request: 'PUT /v2/b/manifests/v2',
    body: imageBytes(),
    answer: '404 MANIFEST_BLOB_UNKNOWN',
  },
  {
    code: 'SERVER_MEDIA_TYPE_UNSUPPORTED',
    request: 'PUT /v2/a/manifests/v2',
    headers: { 'Content-Type': 'a/b' },
    body: '{}',
    answer: '415 UNSUPPORTED',
  },
  {
    code: 'SERVER_TOO_MANY_TAGS',
    request: `PUT /v2/a/manifests/${digestOf(imageBytes())}?${tags}`,
    body: imageBytes(),
    answer: '414 MANIFEST_INVALID',
  },
  {
    code: 'SERVER_PRECONDITION_FAILED',
    request: 'PUT /v2/a/manifests/v1',
    headers: { 'If-None-Match': '*' },
    body: imageBytes(),
    answer: '412 PRECONDITION_FAILED',
  },
  { code: 'SERVER_PAGE_INVALID', request: 'GET /v2/a/tags/list?n=x', answer: '400 PAGINATION_NUMBER_INVALID' },
];

describe('a refusal', () => {
  it.each(refusals)('$code answers $answer', async ({ code, request, answer, options = {}, headers = {}, body }) => {
    await using bed = await testBed();
    await pushImage(bed.send, 'a', 'v1');
    const upload = (await bed.send('POST', '/v2/a/blobs/uploads/')).header('location') ?? '';
    await bed.restart(options);
    bed.events.length = 0;
    const [method = '', url = ''] = request.replace('<upload>', upload).split(' ');
    const reply = await bed.send(method, url, { headers, ...(body === undefined ? {} : { body }) });
    expect(`${reply.status} ${reply.codes().join(' ')}`).toBe(answer);
    expect(bed.events.at(-1)).toMatchObject({ kind: 'request', status: reply.status, error: code });
  });

  it('SERVER_UPLOAD_BUSY answers 409 while another request writes', async () => {
    await using bed = await testBed();
    const upload = (await bed.send('POST', '/v2/a/blobs/uploads/')).header('location') ?? '';
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const open = async function* (): AsyncIterable<Uint8Array> {
      await gate;
      yield new Uint8Array(1);
    };
    const first = bed.send('PATCH', upload, { body: { open } });
    expect((await bed.send('PATCH', upload, { body: 'x' })).status).toBe(409);
    expect(bed.events.at(-1)).toMatchObject({ error: 'SERVER_UPLOAD_BUSY' });
    release();
    expect((await first).status).toBe(202);
  });

  it('SERVER_CLOSING answers 503 after closing', async () => {
    const bed = await testBed();
    await bed[Symbol.asyncDispose]();
    expect((await bed.send('GET', '/v2/')).status).toBe(503);
  });

  it('of unknown cause says only the request id, and the log has the cause', async () => {
    await using bed = await testBed({ random: () => new Uint8Array(6) });
    const open = (): AsyncIterable<Uint8Array> => {
      throw new RangeError('secret');
    };
    const reply = await bed.send('PUT', '/v2/a/manifests/v1', { body: { open }, headers: { 'X-Request-Id': 'r7' } });
    expect([reply.status, reply.codes(), reply.text.includes('secret'), reply.text.includes('r7')]).toEqual([
      500,
      ['UNKNOWN'],
      false,
      true,
    ]);
    expect(bed.events).toMatchObject([
      { kind: 'failure', requestId: 'r7' },
      { kind: 'request', error: 'UNKNOWN' },
    ]);
    await pushBlob(bed.send, 'a', emptyConfig);
  });
});
