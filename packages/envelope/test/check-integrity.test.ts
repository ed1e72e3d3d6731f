import { encodeUtf8 } from '@nv2/base';
import {
  builtinFormats,
  checkIntegrity,
  type EnvelopeContent,
  type EnvelopeFormat,
  parseEnvelope,
  signEnvelope,
  type UnverifiedEnvelope,
} from '@nv2/envelope';
import { algorithmByName, createCertificateCache, parseCertificate, type SigningKey } from '@nv2/pki';
import { leafExtensions, mintCertificate, mintChain, testKeyPair, testSigningKey } from '@nv2/testing';
import { describe, expect, it } from 'vitest';
import { makeJws } from './hand-made-jws.ts';
import { judge } from './judge.ts';

const [jws] = builtinFormats as readonly [EnvelopeFormat];
const at = new Date('2026-03-01T12:00:00Z');
const payload = encodeUtf8('{"targetArtifact":{}}');

async function sign(key?: SigningKey): Promise<UnverifiedEnvelope> {
  const request = { format: jws, payload, key: key ?? (await testSigningKey()), signingTime: at, signingAgent: 'a/1' };
  return parseEnvelope(await signEnvelope(request), jws.mediaType);
}

/** As a format of somebody else might produce it. */
const altered = (envelope: UnverifiedEnvelope, change: Partial<EnvelopeContent>): UnverifiedEnvelope => ({
  ...envelope,
  ...change,
});

describe('the integrity of an envelope', () => {
  it('holds for what was signed, and gives the chain in order [+VER-10]', async () => {
    const key = await testSigningKey('p256', 3);
    const result = checkIntegrity(await sign(key));
    expect(result.status === 'passed' && [...result.envelope.payload]).toEqual([...payload]);
    expect(result.status === 'passed' && result.chain.map(({ fingerprint }) => fingerprint)).toEqual(
      key.chain.map(({ fingerprint }) => fingerprint),
    );
  });

  it('is the same with a warm cache, and a warm cache lets nothing through [+VER-10 -VER-10]', async () => {
    const cache = createCertificateCache();
    const good = await sign();
    const bad = altered(good, { signature: good.signature.map((byte, index) => (index === 5 ? byte ^ 1 : byte)) });
    for (const expected of ['passed', 'failed', 'passed', 'failed']) {
      expect(checkIntegrity(expected === 'passed' ? good : bad, { cache }).status).toBe(expected);
    }
  });

  it('does not ask whether the chain is valid today [+CERT-11]', async () => {
    const { signingKey } = await mintChain({
      notBefore: new Date('2001-01-01T00:00:00Z'),
      notAfter: new Date('2002-01-01T00:00:00Z'),
    });
    expect(judge(jws, await makeJws({ key: signingKey }))).toBe('passed');
  });

  it('holds for a chain of one [+CERT-04 +SIG-JWS-14]', async () => {
    expect(checkIntegrity(await sign(await testSigningKey('p256', 1))).status).toBe('passed');
  });

  it.each(builtinFormats)(
    'of format $name says nothing about the payload, not even that it is JSON worth reading [+PAY-08]',
    async (format) => {
      const bomb = encodeUtf8(`{"targetArtifact":${'['.repeat(60)}${']'.repeat(60)}}`);
      const bytes = await signEnvelope({
        format,
        payload: bomb,
        key: await testSigningKey(),
        signingTime: at,
        signingAgent: 'a/1',
      });
      expect(judge(format, bytes)).toBe('passed');
    },
  );

  it.each(builtinFormats)(
    'of format $name fails for its signature before anybody looks into its payload [-PAY-08]',
    async (format) => {
      const bomb = encodeUtf8(`{"targetArtifact":${'['.repeat(60)}${']'.repeat(60)}}`);
      const request = { format, payload: bomb, key: await testSigningKey(), signingTime: at, signingAgent: 'a/1' };
      const envelope = format.parse(await signEnvelope(request));
      const signature = envelope.signature.map((byte, index) => (index === 5 ? byte ^ 1 : byte));
      expect(checkIntegrity(altered(envelope, { signature }))).toMatchObject({ status: 'failed', rule: 'VER-10' });
    },
  );

  it.each<[string, Partial<EnvelopeContent>, string]>([
    ['another payload [-VER-10]', { payload: encodeUtf8('{}'), signedBytes: encodeUtf8('e30.e30') }, 'VER-10'],
    ['an empty payload [-PAY-10]', { payload: new Uint8Array() }, 'PAY-10'],
    ['no certificates [-ATTR-14]', { unsigned: { certificateChain: [] } }, 'ATTR-14'],
    [
      'bytes that are no certificate [-CERT-01]',
      { unsigned: { certificateChain: [Uint8Array.of(0x30, 0)] } },
      'CERT-01',
    ],
    ['another algorithm [-ALG-02 -SIG-JWS-07]', { algorithm: 'ES384' }, 'ALG-02'],
    ['a shorter signature [-SIG-JWS-18]', { signature: new Uint8Array(63) }, 'VER-10'],
  ])('fails for %s', async (_, change, rule) => {
    expect(checkIntegrity(altered(await sign(), change))).toMatchObject({ status: 'failed', rule });
  });

  it.each<[string, Partial<EnvelopeContent['signed']>, string]>([
    ['another content type [-PAY-01]', { contentType: 'text/plain' }, 'PAY-01'],
    ['a zero signing time [-ATTR-08]', { signingTime: new Date(0) }, 'ATTR-08'],
    ['an invalid signing time [-ATTR-08]', { signingTime: new Date(Number.NaN) }, 'ATTR-08'],
    ['an expiry at the signing time [-ATTR-07]', { expiry: at }, 'ATTR-07'],
    ['an invalid expiry [-ATTR-07]', { expiry: new Date(Number.NaN) }, 'ATTR-07'],
  ])('fails for %s, whatever the format let through', async (_, change, rule) => {
    const envelope = await sign();
    expect(checkIntegrity(altered(envelope, { signed: { ...envelope.signed, ...change } }))).toMatchObject({
      status: 'failed',
      rule,
    });
  });

  it('holds for an ordinary signing time [+ATTR-08]', async () => {
    expect(checkIntegrity(altered(await sign(), {})).status).toBe('passed');
  });

  it.each(['ed25519', 'secp256k1', 'p224', 'rsa2047'] as const)(
    'fails for a %s key, which cannot sign here [-ALG-03 -CERT-22]',
    async (type) => {
      const leaf = await mintCertificate({
        key: testKeyPair(type),
        issuer: { subject: 'CN=ca', key: testKeyPair('p256', 3) },
        extensions: leafExtensions,
      });
      expect(checkIntegrity(altered(await sign(), { unsigned: { certificateChain: [leaf.der] } }))).toMatchObject({
        status: 'failed',
        rule: 'CERT-22',
      });
    },
  );

  it('fails for a point off its curve, which is no key at all [-CERT-22]', async () => {
    const envelope = await sign();
    const [leaf = new Uint8Array()] = envelope.unsigned.certificateChain;
    const { spki } = parseCertificate(leaf);
    // The point ends the key; another last byte takes it off the curve.
    const end = Buffer.from(leaf).indexOf(spki) + spki.length;
    const forged = leaf.map((byte, index) => (index === end - 1 ? byte ^ 1 : byte));
    expect(checkIntegrity(altered(envelope, { unsigned: { certificateChain: [forged] } }))).toMatchObject({
      status: 'failed',
      rule: 'CERT-22',
      reason: 'the key of the signing certificate cannot be used',
    });
  });

  it('tells a signature of the wrong length from one that does not verify [-SIG-JWS-18 -SIG-COSE-15]', async () => {
    const envelope = await sign();
    const reason = (signature: Uint8Array): unknown => checkIntegrity(altered(envelope, { signature }));
    expect(reason(new Uint8Array(63))).toMatchObject({ reason: 'signature has 63 bytes, expected 64' });
    expect(reason(new Uint8Array(64))).toMatchObject({ reason: expect.stringContaining('does not verify') });
  });

  it('fails with the rule of the chain and the place of the certificate [-CERT-12]', async () => {
    const { signingKey } = await mintChain({
      length: 3,
      tweak: (options, index) =>
        index === 1
          ? { ...options, extensions: { ...options.extensions, basicConstraints: { isCa: false } } }
          : options,
    });
    const envelope = jws.parse(await makeJws({ key: signingKey }));
    expect(checkIntegrity(envelope)).toMatchObject({
      status: 'failed',
      rule: 'CERT-12',
      reason: expect.stringMatching(/^certificate 2: /),
    });
  });

  it('fails for a chain whose certificates are all good but belong to somebody else', async () => {
    const other = await mintChain({ keyIndex: 5 });
    const envelope = altered(await sign(), {
      unsigned: { certificateChain: other.certificates.map(({ der }) => der) },
    });
    expect(checkIntegrity(envelope)).toMatchObject({ status: 'failed', rule: 'VER-10' });
  });

  it('fails when a PS256 key claims ES256 by name [-ALG-02]', async () => {
    const key = await testSigningKey('rsa2048');
    const envelope = altered(await sign(key), { algorithm: algorithmByName('ES256').name });
    expect(checkIntegrity(envelope)).toMatchObject({ status: 'failed', rule: 'ALG-02' });
  });
});
