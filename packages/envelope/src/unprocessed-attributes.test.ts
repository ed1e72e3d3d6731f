import { describe, expect, it } from 'vitest';
import type { ExtendedAttribute, SignedAttributes } from './envelope.ts';
import { findUnprocessedAttributes } from './unprocessed-attributes.ts';

const signed = (...extended: ExtendedAttribute[]): SignedAttributes => ({
  contentType: 'application/vnd.cncf.notary.payload.v1+json',
  signingScheme: 'notary.x509',
  signingTime: new Date(1),
  extended,
});
const text = { key: 'SomeKey', isCritical: true, value: 'SomeValue' };
const integer = { key: 1000, isCritical: true, value: 'x' };

describe('critical extended attributes', () => {
  it('are left over when nobody processed them, plugin or no plugin [-ATTR-10 -OC-01]', () => {
    expect(findUnprocessedAttributes(signed(text))).toEqual([text]);
    expect(findUnprocessedAttributes({ ...signed(text), verificationPlugin: 'p' })).toEqual([text]);
  });

  it('are left over with an integer key too, and never covered by the text that looks like it [-OC-02 -SIG-COSE-19]', () => {
    expect(findUnprocessedAttributes(signed(integer))).toEqual([integer]);
    expect(findUnprocessedAttributes(signed(integer), new Set(['1000']))).toEqual([integer]);
  });

  it('are settled once processed, and those not critical always are [+ATTR-10 +OC-01 +OC-02 +SIG-COSE-19]', () => {
    const free = { key: 'free', isCritical: false, value: [1] };
    expect(findUnprocessedAttributes(signed(text, integer, free), new Set(['SomeKey', 1000]))).toEqual([]);
    expect(findUnprocessedAttributes(signed(free))).toEqual([]);
  });
});
