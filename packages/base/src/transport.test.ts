import { describe, expect, it } from 'vitest';
import { encodeUtf8, readAll } from './bytes.ts';
import { bytesBody, bytesResponse, findHeader, findHeaders, type HeaderFields } from './transport.ts';

const fields: HeaderFields = [
  ['Content-Type', 'text/plain'],
  ['link', 'a'],
  ['LINK', 'b'],
  ['Empty', ''],
];

describe('header fields', () => {
  it.each([
    ['content-type', 'text/plain'],
    ['CONTENT-TYPE', 'text/plain'],
    ['Link', 'a'],
    ['empty', ''],
    ['absent', undefined],
    ['__proto__', undefined],
  ])('are found by name without regard to case: %s', (name, value) => {
    expect(findHeader(fields, name)).toBe(value);
  });

  it('that repeat are all found, in order', () => {
    expect(findHeaders(fields, 'Link')).toEqual(['a', 'b']);
    expect(findHeaders(fields, 'absent')).toEqual([]);
  });
});

describe('a body of bytes', () => {
  it('starts from the first byte every time it is opened', async () => {
    const body = bytesBody(encodeUtf8('abc'));
    expect(body.length).toBe(3);
    expect(await readAll(body.open(), 3)).toEqual(encodeUtf8('abc'));
    expect(await readAll(body.open(), 3)).toEqual(encodeUtf8('abc'));
  });

  it('of no bytes has no pieces', async () => {
    const pieces: Uint8Array[] = [];
    for await (const piece of bytesBody(new Uint8Array()).open()) pieces.push(piece);
    expect(pieces).toEqual([]);
  });
});

describe('a response of bytes', () => {
  it('has what it was made of', async () => {
    const response = bytesResponse(404, fields, encodeUtf8('no'));
    expect([response.status, response.headers]).toEqual([404, fields]);
    expect(await readAll(response.body, 10)).toEqual(encodeUtf8('no'));
    expect(response.discard()).toBeUndefined();
  });

  it('has an empty body by default', async () => {
    expect(await readAll(bytesResponse(204, []).body, 10)).toEqual(new Uint8Array());
  });
});
