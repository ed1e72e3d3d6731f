// What every envelope format promises, whatever its encoding.

import { isNv2Error } from '@nv2/base';
import {
  checkIntegrity,
  type EnvelopeContent,
  EnvelopeError,
  type EnvelopeFormat,
  type ExtendedAttribute,
  findFormat,
  payloadContentType,
  parseEnvelope,
  type SignedAttributes,
  signEnvelope,
  type SignEnvelopeRequest,
} from '@nv2/envelope';
import { createCertificateCache } from '@nv2/pki';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type SigningKeyType, testSigningKey } from '../pki.ts';

export interface EnvelopeFormatContractOptions {
  /** Where payload, protected header, signature and certificates lie in an envelope: no bit of them may change. */
  readonly sealedRanges: (
    bytes: Uint8Array,
    content: EnvelopeContent,
  ) => readonly (readonly [start: number, end: number])[];
  /** Integers as keys of extended attributes. */
  readonly hasIntegerKeys: boolean;
}

const at = new Date('2026-03-01T12:00:00Z');
const later = new Date('2027-03-01T12:00:00Z');
const target = {
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
  digest: `sha256:${'ab'.repeat(32)}`,
  size: 481,
};
const payload = new TextEncoder().encode(JSON.stringify({ targetArtifact: target }));

/** Declares the suite of one format. */
export function envelopeFormatContract(format: EnvelopeFormat, options: EnvelopeFormatContractOptions): void {
  describe(`envelope format ${format.name}`, () => {
    const rules = format.name === 'jws' ? 'SIG-JWS' : 'SIG-COSE';
    declareRoundTrips(format, rules);
    declareAttributes(format, options);
    declareRefusals(format);
    declareTampering(format, options);
  });
}

function declareRoundTrips(format: EnvelopeFormat, rules: string): void {
  it(`is found by name and media type [+${rules}-01 +SIGN-03]`, async () => {
    expect(findFormat(format.name, [format])).toBe(format);
    expect(findFormat(format.mediaType, [format])).toBe(format);
    const bytes = await sign(format);
    expect(parseEnvelope(bytes, format.mediaType, { formats: [format] }).mediaType).toBe(format.mediaType);
  });

  it(`is not found by a media type that only resembles its own [-${rules}-01 -SIGN-03]`, async () => {
    const bytes = await sign(format);
    for (const mediaType of [
      '',
      'application/octet-stream',
      `${format.mediaType};q=1`,
      format.mediaType.toUpperCase(),
    ]) {
      expect(refusal(() => parseEnvelope(bytes, mediaType, { formats: [format] }))).toBe('ENVELOPE_UNSUPPORTED');
    }
  });

  const keyTypes: readonly [SigningKeyType, string][] = [
    ['rsa2048', 'PS256'],
    ['rsa3072', 'PS384'],
    ['rsa4096', 'PS512'],
    ['p256', 'ES256'],
    ['p384', 'ES384'],
    ['p521', 'ES512'],
  ];
  it.each(keyTypes)(
    `verifies what a %s key signed with %s [+ALG-01 +ALG-02 +${rules}-06 +${rules}-${format.name === 'jws' ? '18' : '15'}]`,
    async (keyType, name) => {
      const key = await testSigningKey(keyType);
      const bytes = await sign(format, { key });
      const result = checkIntegrity(format.parse(bytes));
      expect(result).toMatchObject({ status: 'passed', envelope: { algorithm: name } });
      expect(format.parse(bytes).signature).toHaveLength(key.algorithm.signatureBytes);
    },
  );

  it('gives the payload back byte for byte, white space and member order included [+PAY-11 +PAY-10]', async () => {
    const odd = new TextEncoder().encode('{ "targetArtifact" : {"size":1,\n"digest":"x"} }');
    expect([...format.parse(await sign(format, { payload: odd })).payload]).toEqual([...odd]);
  });

  it('writes the same bytes again from what it read', async () => {
    const bytes = await sign(format, everything(await testSigningKey()));
    const { payload: read, signed, unsigned, signature, signedBytes } = format.parse(bytes);
    const prepared = format.prepare({ payload: read, algorithm: (await testSigningKey()).algorithm, signed });
    expect([...prepared.signedBytes]).toEqual([...signedBytes]);
    expect([...prepared.seal(signature, unsigned)]).toEqual([...bytes]);
  });

  it('keeps nothing of its input, which a caller may change afterwards', async () => {
    const bytes = Buffer.from(await sign(format));
    const parsed = format.parse(bytes);
    const before = JSON.stringify(toPlain(parsed));
    bytes.fill(0);
    expect(JSON.stringify(toPlain(parsed))).toBe(before);
    expect(checkIntegrity(parsed).status).toBe('passed');
  });
}

function declareAttributes(format: EnvelopeFormat, { hasIntegerKeys }: EnvelopeFormatContractOptions): void {
  it('carries every signed and unsigned attribute [+ATTR-03 +ATTR-05 +ATTR-09 +ATTR-12 +ATTR-13 +ATTR-14 +ATTR-15 +ATTR-16]', async () => {
    const key = await testSigningKey('p256', 3);
    const request = everything(key);
    const parsed = format.parse(await sign(format, request));
    expect(parsed.signed).toMatchObject({
      contentType: payloadContentType,
      signingScheme: 'notary.x509',
      signingTime: at,
      expiry: later,
      verificationPlugin: 'com.example.plugin',
      verificationPluginMinVersion: '1.2.3-rc.1+build',
    });
    expect(byKey(parsed.signed.extended)).toEqual(byKey(request.extended ?? []));
    expect(parsed.unsigned.certificateChain.map((der) => [...der])).toEqual(key.chain.map(({ der }) => [...der]));
    expect([...(parsed.unsigned.timestampSignature ?? [])]).toEqual([1, 2, 3]);
    expect(parsed.unsigned.signingAgent).toBe('contract/1.0.0');
  });

  it('carries the signing-authority scheme with its authentic time, and ignores a timestamp under it [+ATTR-01 +ATTR-02 +ATTR-04 +EXP-05 -ATTR-15]', async () => {
    const signed: SignedAttributes = {
      contentType: payloadContentType,
      signingScheme: 'notary.x509.signingAuthority',
      signingTime: at,
      expiry: later,
      extended: [],
    };
    // Our own signing refuses to make this one (TSA-01).
    const { algorithm } = await testSigningKey();
    const unsigned = { certificateChain: [Uint8Array.of(0x30)], timestampSignature: Uint8Array.of(1, 2, 3) };
    const parsed = format.parse(format.prepare({ payload, algorithm, signed }).seal(new Uint8Array(64), unsigned));
    expect(parsed.signed).toEqual(signed);
    expect(parsed.unsigned.timestampSignature).toBeUndefined();
  });

  it('round-trips any attributes', async () => {
    const { algorithm } = await testSigningKey();
    fc.assert(
      fc.property(anySignedAttributes(hasIntegerKeys), (signed) => {
        const prepared = format.prepare({ payload, algorithm, signed });
        const bytes = prepared.seal(new Uint8Array(64), { certificateChain: [Uint8Array.of(0x30)] });
        const parsed = format.parse(bytes);
        expect({ ...parsed.signed, extended: byKey(parsed.signed.extended) }).toEqual({
          ...signed,
          extended: byKey(signed.extended),
        });
        expect([...parsed.signedBytes]).toEqual([...prepared.signedBytes]);
      }),
      { seed: 1, numRuns: 200 },
    );
  });
}

function declareRefusals(format: EnvelopeFormat): void {
  const draft =
    (signed: Partial<SignedAttributes>, bytes = payload) =>
    async (): Promise<string | undefined> => {
      const { algorithm } = await testSigningKey();
      const plain = {
        contentType: payloadContentType,
        signingScheme: 'notary.x509',
        signingTime: at,
        extended: [],
      } as const;
      return refusal(() => format.prepare({ payload: bytes, algorithm, signed: { ...plain, ...signed } }));
    };
  const extended = (attribute: Partial<ExtendedAttribute>): Partial<SignedAttributes> => ({
    extended: [{ key: 'a', isCritical: false, value: 'b', ...attribute }],
  });
  it.each([
    ['an empty payload [-PAY-10]', draft({}, new Uint8Array())],
    ['another content type [-PAY-01 -ATTR-06]', draft({ contentType: 'text/plain' })],
    ['a signing time of zero [-ATTR-08]', draft({ signingTime: new Date(0) })],
    ["the reference's zero as signing time [-ATTR-08]", draft({ signingTime: new Date('0001-01-01T00:00:00Z') })],
    ['an invalid signing time [-ATTR-08]', draft({ signingTime: new Date(Number.NaN) })],
    ['a signing time beyond the year 9999', draft({ signingTime: new Date('+010000-01-01T00:00:00Z') })],
    ['an invalid expiry', draft({ expiry: new Date(Number.NaN) })],
    ['a blank plugin name [-ATTR-12]', draft({ verificationPlugin: ' ' })],
    ['a plugin version that is none [-ATTR-13]', draft({ verificationPluginMinVersion: '1.0' })],
    ['an extended attribute with a reserved name [-ATTR-09]', draft(extended({ key: 'io.cncf.notary.expiry' }))],
    [
      'an extended attribute given twice [-ATTR-09]',
      draft({ extended: [0, 1].map((value) => ({ key: 'a', isCritical: false, value })) }),
    ],
    ['a key that is no integer [-ATTR-09]', draft(extended({ key: 1.5 }))],
    ['text with a lone surrogate [-ATTR-09]', draft(extended({ value: '\ud800' }))],
    ['a critical attribute that is a list [-ATTR-17]', draft(extended({ isCritical: true, value: ['x'] }))],
    ['a critical attribute that is true [-ATTR-17]', draft(extended({ isCritical: true, value: true }))],
  ])('does not write %s', async (_, attempt) => {
    expect(await attempt()).toBe('ENVELOPE_REQUEST_INVALID');
  });

  it('answers noise with its own error and nothing else', async () => {
    const bytes = await sign(format);
    const mutated = fc
      .tuple(fc.nat(bytes.length - 1), fc.uint8Array({ maxLength: 6 }), fc.nat(8))
      .map(([start, insert, cut]) =>
        Uint8Array.from([...bytes.subarray(0, start), ...insert, ...bytes.subarray(start + cut)]),
      );
    const cache = createCertificateCache();
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 80 }), mutated), (noise) => {
        try {
          checkIntegrity(format.parse(noise), { cache });
        } catch (error) {
          expect(error).toBeInstanceOf(EnvelopeError);
        }
      }),
      { seed: 1, numRuns: 2000 },
    );
  });

  it('refuses every prefix of an envelope, and anything after it', async () => {
    const bytes = await sign(format);
    for (let length = 0; length < bytes.length; length++) {
      if (refusal(() => format.parse(bytes.subarray(0, length))) === undefined)
        throw new Error(`prefix of ${length} bytes was read`);
    }
    expect(refusal(() => format.parse(Uint8Array.from([...bytes, 0x7d])))).toBe('ENVELOPE_MALFORMED');
  });
}

function declareTampering(format: EnvelopeFormat, { sealedRanges }: EnvelopeFormatContractOptions): void {
  it('verifies with no single bit of payload, protected header, signature or chain flipped; any other flip is refused or changes neither [-PAY-11 -SIGN-07 +ATTR-18 -ATTR-18]', async () => {
    const bytes = Uint8Array.from(await sign(format, { expiry: later }));
    const cache = createCertificateCache();
    const original = format.parse(bytes);
    expect(checkIntegrity(original, { cache }).status).toBe('passed');
    const sealed = sealedRanges(bytes, original);
    const expected = sealedContent(original);
    let survivors = 0;
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const index = bit >> 3;
      const mask = 1 << (bit & 7);
      flip(bytes, index, mask);
      const content = verified(format, bytes, cache);
      flip(bytes, index, mask);
      if (content === undefined) continue;
      survivors++;
      if (sealed.some(([start, end]) => index >= start && index < end))
        throw new Error(`bit ${bit} is sealed, yet the envelope verifies`);
      if (sealedContent(content) !== expected) throw new Error(`bit ${bit} changes what is verified`);
    }
    // The signing agent at least is free text that nobody signed.
    expect(survivors).toBeGreaterThan(0);
  });
}

function verified(
  format: EnvelopeFormat,
  bytes: Uint8Array,
  cache: ReturnType<typeof createCertificateCache>,
): EnvelopeContent | undefined {
  try {
    const result = checkIntegrity(format.parse(bytes), { cache });
    return result.status === 'passed' ? result.envelope : undefined;
  } catch (error) {
    if (error instanceof EnvelopeError) return undefined;
    throw error;
  }
}

function flip(bytes: Uint8Array, index: number, mask: number): void {
  bytes[index] = (bytes[index] ?? 0) ^ mask;
}

function sealedContent({ payload, algorithm, signed, signature, unsigned }: EnvelopeContent): string {
  const chain = unsigned.certificateChain.map((der) => [...der]);
  return JSON.stringify({ payload: [...payload], algorithm, signed, signature: [...signature], chain });
}

async function sign(format: EnvelopeFormat, request: Partial<SignEnvelopeRequest> = {}): Promise<Uint8Array> {
  const key = request.key ?? (await testSigningKey());
  return signEnvelope({ format, payload, key, signingTime: at, signingAgent: 'contract/1.0.0', ...request });
}

function everything(key: SignEnvelopeRequest['key']): Partial<SignEnvelopeRequest> {
  return {
    key,
    expiry: later,
    verificationPlugin: 'com.example.plugin',
    verificationPluginMinVersion: '1.2.3-rc.1+build',
    // In the order in which both formats sort names, so that the critical list is the same when written again.
    extended: [
      { key: 'com.example.a', isCritical: true, value: 'x' },
      { key: 'com.example.b', isCritical: true, value: 42 },
      { key: 'com.example.c', isCritical: true, value: null },
      { key: 'com.example.d', isCritical: false, value: { b: [1, 'two', false, null], a: { c: 1.5 } } },
      { key: '__proto__', isCritical: false, value: 'member' },
    ],
    timestamp: async () => Uint8Array.of(1, 2, 3),
  };
}

function anySignedAttributes(hasIntegerKeys: boolean): fc.Arbitrary<SignedAttributes> {
  const name = fc.string({ unit: 'grapheme', maxLength: 10 }).map((text) => `com.example.${text.toLowerCase()}`);
  const label = hasIntegerKeys ? fc.oneof(name, fc.integer({ max: -1 }), fc.integer({ min: 1000 })) : name;
  const primitive = fc.oneof(fc.string({ unit: 'grapheme' }), fc.integer(), fc.constant(null));
  const attribute = fc.oneof(
    fc.record({ key: label, isCritical: fc.constant(true), value: primitive }),
    fc.record({
      key: label,
      isCritical: fc.constant(false),
      value: fc.oneof(primitive, fc.boolean(), fc.array(primitive), fc.constant(1.25)),
    }),
  );
  const seconds = fc.integer({ min: 1, max: 4_000_000_000 }).map((value) => new Date(value * 1000));
  return fc.record(
    {
      contentType: fc.constant(payloadContentType),
      signingScheme: fc.constantFrom('notary.x509', 'notary.x509.signingAuthority'),
      signingTime: seconds,
      expiry: seconds,
      verificationPlugin: fc.constant('com.example.plugin'),
      verificationPluginMinVersion: fc.constantFrom('0.0.0', '1.2.3-a.1'),
      extended: fc.uniqueArray(attribute, {
        maxLength: 6,
        selector: ({ key }) => String(key).toUpperCase().toLowerCase(),
      }),
    },
    { requiredKeys: ['contentType', 'signingScheme', 'signingTime', 'extended'] },
  );
}

function byKey(attributes: readonly ExtendedAttribute[]): ReadonlyMap<string | number, ExtendedAttribute> {
  return new Map(attributes.map((attribute) => [attribute.key, attribute]));
}

function toPlain(content: EnvelopeContent): unknown {
  return [sealedContent(content), [...content.signedBytes]];
}

function refusal(run: () => unknown): string | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    if (isNv2Error(error)) return error.code;
    throw error;
  }
}
