import { describe, expect, it } from 'vitest';
import { fromRawHeaders, toNodeHeaders } from './headers.ts';

describe('request fields', () => {
  it('keep their order, and repeat', () => {
    expect(
      toNodeHeaders(
        [
          ['Accept', 'a'],
          ['X-One', '1'],
          ['accept', 'b'],
        ],
        'GET x',
      ),
    ).toEqual({ Accept: ['a', 'b'], 'X-One': '1' });
  });

  it.each([
    ['a line break in a value', 'X', 'a\r\nInjected: yes'],
    ['a line break in a name', 'X\r\nY', 'a'],
    ['a blank in a name', 'X Y', 'a'],
    ['an empty name', '', 'a'],
    ['a character beyond Latin-1', 'X', '\u2028'],
    ['a null', 'X', '\u0000'],
    ['the framing', 'Content-Length', '5'],
    ['other framing', 'transfer-encoding', 'chunked'],
    ['another host', 'Host', 'evil.test'],
    ['a connection option', 'Connection', 'close'],
  ])('with %s are refused', (_, name, value) => {
    expect(() => toNodeHeaders([[name, value]], 'GET x')).toThrow(
      expect.objectContaining({ code: 'TRANSPORT_REQUEST_INVALID' }),
    );
  });
});

describe('response fields', () => {
  it('keep their order, case and repetitions', () => {
    expect(fromRawHeaders(['Link', 'a', 'link', 'b', 'ETag', '"x"', 'etag', '"x"'], 'GET x')).toHaveLength(4);
  });

  it.each(['Content-Type', 'location', 'DOCKER-CONTENT-DIGEST', 'Content-Length', 'OCI-Subject'])(
    'with two different values of %s are refused',
    (name) => {
      expect(() => fromRawHeaders([name, 'a', name.toLowerCase(), 'b'], 'GET x')).toThrow(
        expect.objectContaining({ code: 'TRANSPORT_PROTOCOL' }),
      );
    },
  );

  it('without number are refused', () => {
    const raw = Array.from({ length: 402 }, () => 'x');
    expect(() => fromRawHeaders(raw, 'GET x')).toThrow(expect.objectContaining({ code: 'TRANSPORT_PROTOCOL' }));
  });
});
