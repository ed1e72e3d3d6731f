// What holds of every time-stamp token, whoever changed it, and what an independent reader sees in it.

import { encodeUtf8 } from '@nv2/base';
import { encodeTestToken, mintChain } from '@nv2/testing';
import { AsnConvert } from '@peculiar/asn1-schema';
import { TimeStampToken, TSTInfo } from '@peculiar/asn1-tsp';
import { SignedData } from '@peculiar/asn1-cms';
import { describe, expect, it } from 'vitest';
import { checkTimestamp, createCertificateCache, parseTimestampToken } from '../src/index.ts';

const data = encodeUtf8('the signature bytes');
const at = new Date('2026-01-01T00:00:00Z');

describe('a time-stamp token', () => {
  it('of which any bit is flipped does not pass [-TSA-17 -TSA-16 -TSA-19]', async () => {
    const authority = await mintChain({ length: 3, purpose: 'timestamping', keyIndex: 7 });
    const token = encodeTestToken({ authority, statement: { data, accuracy: { seconds: 1 } } });
    const cache = createCertificateCache();
    const check = (bytes: Uint8Array): Promise<string> =>
      checkTimestamp({
        token: bytes,
        data,
        roots: [authority.root],
        at,
        checkRevocation: () => Promise.resolve({ status: 'passed', certificates: [] }),
        cache,
      }).then(({ status }) => status);
    expect(await check(token)).toBe('passed');
    const survivors: number[] = [];
    for (let place = 0; place < token.length * 8; place++) {
      const changed = Uint8Array.from(token);
      changed[place >> 3] = (changed[place >> 3] ?? 0) ^ (1 << (place & 7));
      if ((await check(changed)) === 'passed') survivors.push(place);
    }
    expect(survivors).toEqual([]);
  }, 120_000);

  it('says the same to a library of others [+TSA-25 +TSA-26]', async () => {
    const authority = await mintChain({ length: 3, purpose: 'timestamping', keyIndex: 7 });
    const token = encodeTestToken({
      authority,
      statement: { data, accuracy: { seconds: 1, millis: 2 }, genTime: '20240621071205.884Z' },
    });
    const ours = parseTimestampToken(token);
    const signed = AsnConvert.parse(AsnConvert.parse(token, TimeStampToken).content, SignedData);
    const content = signed.encapContentInfo.eContent?.single?.buffer ?? new ArrayBuffer(0);
    const theirs = AsnConvert.parse(content, TSTInfo);
    expect(ours.genTime).toEqual(theirs.genTime);
    expect(ours.policy).toBe(theirs.policy);
    expect(ours.accuracyMs).toBe((theirs.accuracy?.seconds ?? 0) * 1000 + (theirs.accuracy?.millis ?? 0));
    expect(ours.certificates).toHaveLength(signed.certificates?.length ?? 0);
  });
});
