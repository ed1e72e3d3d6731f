import { describe, expect, it } from 'vitest';
import { describeTimestamp } from './timestamp.ts';

const ber =
  'failed to parse timestamp countersignature: cms: syntax error: invalid signed data: failed to convert from BER to DER: ';

describe("a time-stamp that cannot be read is shown with the reference's words", () => {
  it.each<[string, readonly number[], string]>([
    ['without bytes', [], 'asn1: syntax error: BER-encoded ASN.1 data structures is empty'],
    [
      'cut after its tag',
      [0x30],
      'asn1: syntax error: decoding BER identifier octets: early EOF due to missing length and content octets',
    ],
    [
      'of indefinite length',
      [0x30, 0x80, 0, 0],
      'asn1: structure error: decoding BER length octets: indefinite length not supported',
    ],
    [
      'with a length of too many octets',
      [0x30, 0x85, 1, 1, 1, 1, 1],
      'asn1: structure error: decoding BER length octets: length of encoded data (5 bytes) cannot exceed 4 bytes',
    ],
    [
      'with a length that nothing can have',
      [0x30, 0x84, 0xff, 0xff, 0xff, 0xff, 0],
      'asn1: structure error: decoding BER length octets: length 4294967295 does not fit the memory space of int32',
    ],
    [
      'shorter than its short length',
      [0x30, 5, 2, 1],
      'asn1: syntax error: decoding BER length octets: short form length octets value should be less or equal to the subsequent octets length',
    ],
    [
      'shorter than its long length',
      [0x30, 0x82, 1, 0, 2],
      'asn1: syntax error: decoding BER length octets: long form length octets value should be less or equal to the subsequent octets length',
    ],
  ])('%s [+TSA-13]', (_, bytes, text) => {
    expect(describeTimestamp(Uint8Array.from(bytes), new Uint8Array())).toEqual({ error: `${ber}${text}` });
  });

  it('and one that is DER and no token, with ours', () => {
    expect(describeTimestamp(Uint8Array.of(0x30, 0), new Uint8Array())).toEqual({
      error: expect.stringMatching(
        /^failed to parse timestamp countersignature: cms: syntax error: invalid signed data: \S/,
      ),
    });
  });
});
