import { bytesResponse } from '@nv2/base';
import { describe, expect, it } from 'vitest';
import { fetchAnswer } from '../src/revocation/fetch-answer.ts';
import { parseOcspResponse } from '../src/revocation/parse-ocsp.ts';
import { parseTimestampToken } from '../src/timestamp/parse-token.ts';

const emptySequence = Uint8Array.of(0x30, 0x00);
const tryLater = Uint8Array.of(0x30, 0x03, 0x0a, 0x01, 0x03);

function fetchFrom(url: string, status: number): Promise<Uint8Array> {
  return fetchAnswer(
    { url },
    {
      transport: async () => bytesResponse(status, []),
      headers: [],
      timeoutMs: 1000,
      maxBytes: 100,
      onRedirect: () => undefined,
    },
  );
}

describe('what answers instead of an answer', () => {
  it('is told apart by code: no OCSP response, and one that says there is none [-REV-14]', () => {
    expect(() => parseOcspResponse(emptySequence)).toThrow(expect.objectContaining({ code: 'PKI_OCSP_INVALID' }));
    expect(() => parseOcspResponse(tryLater)).toThrow(
      expect.objectContaining({ code: 'PKI_OCSP_UNSUCCESSFUL', details: { status: 'tryLater' } }),
    );
  });

  it('is no time-stamp token [-TSA-13]', () => {
    expect(() => parseTimestampToken(emptySequence)).toThrow(
      expect.objectContaining({ code: 'PKI_TIMESTAMP_INVALID' }),
    );
  });

  it('comes from an address that nobody asks, or with another status than 200 [-REV-08 -REV-20]', async () => {
    await expect(fetchFrom('https://crl.example/ca.crl', 200)).rejects.toMatchObject({ code: 'PKI_REVOCATION_SOURCE' });
    await expect(fetchFrom('http://crl.example/ca.crl', 404)).rejects.toMatchObject({
      code: 'PKI_REVOCATION_UNAVAILABLE',
    });
    expect(await fetchFrom('http://crl.example/ca.crl', 200)).toHaveLength(0);
  });
});
