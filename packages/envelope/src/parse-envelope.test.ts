import { describe, expect, it } from 'vitest';
import { findFormat, parseEnvelope } from './parse-envelope.ts';

describe('the format of an envelope', () => {
  it('is found by name or media type [+SIGN-03]', () => {
    expect(findFormat('jws')).toBe(findFormat('application/jose+json'));
    expect(findFormat('cose')).toBe(findFormat('application/cose'));
  });

  it.each(['', 'JWS', 'jose', 'application/jose', 'application/json'])('is unknown for %j [-SIGN-03]', (name) => {
    expect(findFormat(name)).toBeUndefined();
    expect(() => parseEnvelope(Uint8Array.of(0x7b), name)).toThrow(
      expect.objectContaining({ code: 'ENVELOPE_UNSUPPORTED' }),
    );
  });

  it('is the one the media type says, never the one the bytes look like', () => {
    expect(() => parseEnvelope(Uint8Array.of(0xd2, 0x84), 'application/jose+json')).toThrow(
      expect.objectContaining({ code: 'ENVELOPE_MALFORMED', kind: 'malformed' }),
    );
  });

  it('does not matter for bytes beyond 32 MiB', () => {
    const bytes = new Uint8Array(32 * 1024 * 1024 + 1);
    expect(() => parseEnvelope(bytes, 'application/cose')).toThrow(
      expect.objectContaining({ code: 'ENVELOPE_LIMIT', kind: 'limit' }),
    );
  });
});
