import { CborFloat, CborTag, type CborValue, decodeCbor, encodeHex, encodeUtf8, isCborMap } from '@nv2/base';
import { algorithmByName } from '@nv2/pki';
import { describe, expect, it } from 'vitest';
import type { SignedAttributes } from '../envelope.ts';
import { cose } from './cose.ts';

const algorithm = algorithmByName('ES256');
const signed: SignedAttributes = {
  contentType: 'application/vnd.cncf.notary.payload.v1+json',
  signingScheme: 'notary.x509.signingAuthority',
  signingTime: new Date('2026-03-01T12:00:00.900Z'),
  expiry: new Date('2027-03-01T12:00:00Z'),
  verificationPlugin: 'p',
  extended: [
    { key: 'z', isCritical: true, value: 'last' },
    { key: -70_000, isCritical: true, value: 1 },
    { key: 'bytes', isCritical: false, value: Uint8Array.of(1) },
    { key: 'date', isCritical: false, value: new Date(1500) },
    { key: 'map', isCritical: false, value: { b: [true, null, 1.5], a: new Map([[1, 'x']]) } },
  ],
};
const payload = encodeUtf8('any bytes');

describe('a written COSE envelope', () => {
  it('has its protected labels in deterministic order, its critical list in the order of the reference, its times as integers under tag 1 [+SIG-COSE-18 +SIG-COSE-09]', () => {
    const map = protectedMap(signed);
    expect([...map]).toEqual([
      [1, -7],
      [
        2,
        [
          'io.cncf.notary.signingScheme',
          'io.cncf.notary.authenticSigningTime',
          'io.cncf.notary.expiry',
          'io.cncf.notary.verificationPlugin',
          'z',
          -70_000,
        ],
      ],
      [3, 'application/vnd.cncf.notary.payload.v1+json'],
      [-70_000, 1],
      ['z', 'last'],
      [
        'map',
        new Map<string, CborValue>([
          ['a', new Map([[1, 'x']])],
          ['b', [true, null, new CborFloat(1.5)]],
        ]),
      ],
      ['date', new CborTag(1, new CborFloat(1.5))],
      ['bytes', Uint8Array.of(1)],
      ['io.cncf.notary.expiry', new CborTag(1, 1_803_902_400)],
      ['io.cncf.notary.signingScheme', 'notary.x509.signingAuthority'],
      ['io.cncf.notary.verificationPlugin', 'p'],
      ['io.cncf.notary.authenticSigningTime', new CborTag(1, 1_772_366_400)],
    ]);
  });

  it('is the same whatever the order in which attributes were given, but for the critical list [-SIG-COSE-18]', () => {
    const [z, integer, ...free] = signed.extended;
    const bytes = (extended: SignedAttributes['extended']): string =>
      encodeHex(cose.prepare({ payload, algorithm, signed: { ...signed, extended } }).signedBytes);
    expect(bytes([...free.toReversed(), z!, integer!])).toBe(bytes(signed.extended));
    expect(bytes([integer!, z!, ...free])).not.toBe(bytes(signed.extended));
  });

  it('is a tagged array of four with the chain as an array and the payload attached [+SIG-COSE-02 +SIG-COSE-03 +SIG-COSE-11 +PAY-10]', () => {
    const bytes = cose
      .prepare({ payload, algorithm, signed })
      .seal(Uint8Array.of(0xff), { certificateChain: [Uint8Array.of(0x30)] });
    const { tag, value } = decodeCbor(bytes, { maxBytes: 9999, tags: [18] }) as CborTag;
    expect(tag).toBe(18);
    const [, unprotectedMap, ...rest] = value as readonly CborValue[];
    expect(unprotectedMap).toEqual(new Map([[33, [Uint8Array.of(0x30)]]]));
    expect(rest).toEqual([Uint8Array.from(payload), Uint8Array.of(0xff)]);
  });

  it.each([0, 1, 2, 3, 4, 8, 12, 33, 2 ** 53])(
    'is not made with label %d as an extended attribute [-ATTR-09]',
    (key) => {
      const draft = { payload, algorithm, signed: { ...signed, extended: [{ key, isCritical: false, value: 1 }] } };
      expect(() => cose.prepare(draft)).toThrow(expect.objectContaining({ details: { rule: 'ATTR-09' } }));
    },
  );
});

function protectedMap(attributes: SignedAttributes): ReadonlyMap<number | string, CborValue> {
  const structure = decodeCbor(cose.prepare({ payload, algorithm, signed: attributes }).signedBytes, {
    maxBytes: 9999,
  });
  const [, bytes] = structure as readonly CborValue[];
  const map = decodeCbor(bytes as Uint8Array, { maxBytes: 9999, tags: [1] });
  if (!isCborMap(map)) throw new Error('not a map');
  return map;
}
