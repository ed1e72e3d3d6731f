import { encodeUtf8 } from '@nv2/base';
import { algorithmByName } from '@nv2/pki';
import { describe, expect, it } from 'vitest';
import type { AttributeValue, SignedAttributes } from '../envelope.ts';
import { jws } from './jws.ts';

const algorithm = algorithmByName('ES256');
const signed: SignedAttributes = {
  contentType: 'application/vnd.cncf.notary.payload.v1+json',
  signingScheme: 'notary.x509.signingAuthority',
  signingTime: new Date('2026-03-01T12:00:00Z'),
  expiry: new Date('2027-03-01T12:00:00Z'),
  verificationPlugin: 'p',
  verificationPluginMinVersion: '1.0.0',
  extended: [
    { key: 'z', isCritical: true, value: 'last' },
    { key: 'a', isCritical: true, value: 1 },
    { key: '7', isCritical: false, value: { b: [true, null], a: '<&>' } },
  ],
};
const payload = encodeUtf8('{"b":1, "a":2}');

describe('a written JWS envelope', () => {
  it('has its protected members in alphabetical order and its critical list in the order of the reference [+SIG-JWS-22]', () => {
    expect(protectedText(signed)).toBe(
      '{"7":{"a":"<&>","b":[true,null]},"a":1,"alg":"ES256",' +
        '"crit":["io.cncf.notary.signingScheme","io.cncf.notary.verificationPlugin","io.cncf.notary.verificationPluginMinVersion","z","a","io.cncf.notary.authenticSigningTime","io.cncf.notary.expiry"],' +
        '"cty":"application/vnd.cncf.notary.payload.v1+json",' +
        '"io.cncf.notary.authenticSigningTime":"2026-03-01T12:00:00Z","io.cncf.notary.expiry":"2027-03-01T12:00:00Z",' +
        '"io.cncf.notary.signingScheme":"notary.x509.signingAuthority",' +
        '"io.cncf.notary.verificationPlugin":"p","io.cncf.notary.verificationPluginMinVersion":"1.0.0","z":"last"}',
    );
  });

  it('is the same whatever the order in which attributes were given, but for the critical list [-SIG-JWS-22]', () => {
    const [z, a, seven] = signed.extended;
    const other = { ...signed, extended: [seven!, z!, a!] };
    expect(protectedText(other)).toBe(protectedText(signed));
    expect(protectedText({ ...signed, extended: [a!, z!, seven!] })).not.toBe(protectedText(signed));
  });

  it('never lists a claim that decides nothing as critical [+ATTR-11 +ATTR-03]', () => {
    const text = protectedText({
      contentType: signed.contentType,
      signingScheme: 'notary.x509',
      signingTime: signed.signingTime,
      extended: [],
    });
    expect(text).toContain('"crit":["io.cncf.notary.signingScheme"],');
    expect(text).toContain('"io.cncf.notary.signingTime":"2026-03-01T12:00:00Z"');
  });

  it('has its members and headers in the order of the reference, the payload as given [+SIG-JWS-02 +SIG-JWS-14 +PAY-11]', () => {
    const bytes = jws.prepare({ payload, algorithm, signed }).seal(Uint8Array.of(0xff), {
      certificateChain: [Uint8Array.of(0xfb, 0xff)],
      timestampSignature: Uint8Array.of(0xff),
      signingAgent: 'a/1',
    });
    const text = new TextDecoder().decode(bytes);
    expect(text.replace(/"protected":"[^"]*"/, '"protected":"…"')).toBe(
      '{"payload":"eyJiIjoxLCAiYSI6Mn0","protected":"…","header":{"io.cncf.notary.timestampSignature":"/w==","x5c":["+/8="],"io.cncf.notary.signingAgent":"a/1"},"signature":"_w"}',
    );
  });

  it.each(['', 'text', '[]', 'null', '"{}"', '{"a":1,"a":2}', '{} '.repeat(2)])(
    'is not made for the payload %j, which is no JSON object [-PAY-12]',
    (text) => {
      expect(() => jws.prepare({ payload: encodeUtf8(text), algorithm, signed })).toThrow(
        expect.objectContaining({ code: 'ENVELOPE_REQUEST_INVALID' }),
      );
    },
  );

  it('is made for a payload that is a JSON object [+PAY-12]', () => {
    expect(jws.prepare({ payload: encodeUtf8(' {} '), algorithm, signed }).signedBytes.length).toBeGreaterThan(0);
  });

  it.each(['alg', 'crit', 'cty', 'x5c', 'kid', 'b64', 5])(
    'is not made with %j as an extended attribute [-ATTR-09]',
    (key) => {
      const draft = { payload, algorithm, signed: { ...signed, extended: [{ key, isCritical: false, value: 1 }] } };
      expect(() => jws.prepare(draft)).toThrow(expect.objectContaining({ details: { rule: 'ATTR-09' } }));
    },
  );

  it.each([[['ALG']], [['io.cncf.notary.Expiry']], [['a', 'A']], [['\u017f', 's']]])(
    'is not made with %j as extended attributes, which only case tells from others [-SIG-JWS-20]',
    (keys) => {
      const extended = keys.map((key) => ({ key, isCritical: false, value: 1 }));
      expect(() => jws.prepare({ payload, algorithm, signed: { ...signed, extended } })).toThrow(
        expect.objectContaining({ code: 'ENVELOPE_REQUEST_INVALID', details: { rule: 'SIG-JWS-20' } }),
      );
    },
  );

  it.each<[string, AttributeValue]>([
    ['bytes', Uint8Array.of(1)],
    ['a date', new Date(0)],
    ['a map', new Map([[1, 2]])],
    ['NaN', Number.NaN],
    ['infinity', [Number.POSITIVE_INFINITY]],
    ['a value nested too deeply', nested(40)],
  ])('is not made with %s as a value, for which JSON has no form [-ATTR-09]', (_, value) => {
    const draft = { payload, algorithm, signed: { ...signed, extended: [{ key: 'a', isCritical: false, value }] } };
    expect(() => jws.prepare(draft)).toThrow(expect.objectContaining({ details: { rule: 'ATTR-09' } }));
  });
});

function protectedText(attributes: SignedAttributes): string {
  const text = new TextDecoder().decode(jws.prepare({ payload, algorithm, signed: attributes }).signedBytes);
  return Buffer.from(text.split('.')[0] ?? '', 'base64url').toString();
}

function nested(depth: number): AttributeValue {
  return depth === 0 ? 1 : [nested(depth - 1)];
}
