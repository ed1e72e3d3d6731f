import { encodeUtf8 } from '@nv2/base';
import {
  builtinFormats,
  checkIntegrity,
  type EnvelopeFormat,
  parseEnvelope,
  signEnvelope,
  type SignEnvelopeRequest,
  type UnverifiedEnvelope,
} from '@nv2/envelope';
import type { SigningKey } from '@nv2/pki';
import { mintChain, testKeyPair, testNotAfter, testNotBefore, testSigningKey, toSigningKey } from '@nv2/testing';
import { describe, expect, it } from 'vitest';

const at = new Date('2026-03-01T12:00:00.789Z');
const payload = encodeUtf8('{"targetArtifact":{}}');
const [jws] = builtinFormats as readonly [EnvelopeFormat];

async function sign(request: Partial<SignEnvelopeRequest> = {}): Promise<UnverifiedEnvelope> {
  const bytes = await signBytes(request);
  return parseEnvelope(bytes, (request.format ?? jws).mediaType);
}

async function signBytes(request: Partial<SignEnvelopeRequest> = {}, options = {}): Promise<Uint8Array> {
  const key = request.key ?? (await testSigningKey());
  return signEnvelope({ format: jws, payload, key, signingTime: at, signingAgent: 'nv2/0.1.0', ...request }, options);
}

const failure = (code: string, rule?: string): unknown =>
  expect.objectContaining({ code, ...(rule === undefined ? {} : { details: expect.objectContaining({ rule }) }) });

describe('signing an envelope', () => {
  it('uses scheme notary.x509 and the time cut to seconds [+SIGN-05 +CERT-10]', async () => {
    const { signed } = await sign();
    expect(signed.signingScheme).toBe('notary.x509');
    expect(signed.signingTime).toEqual(new Date('2026-03-01T12:00:00Z'));
    expect(signed.expiry).toBeUndefined();
  });

  it('uses the signing-authority scheme only when told to [-SIGN-05]', async () => {
    const { signed } = await sign({ scheme: 'notary.x509.signingAuthority' });
    expect(signed.signingScheme).toBe('notary.x509.signingAuthority');
  });

  it('gives an envelope that verifies, in both formats [+SIGN-06 +SIGN-07 +ALG-05]', async () => {
    for (const format of builtinFormats) {
      const result = checkIntegrity(await sign({ format }));
      expect(result.status).toBe('passed');
    }
  });

  it('keeps a distance of whole seconds between signing time and expiry [+SIGN-04 +ATTR-07]', async () => {
    const expected = new Date('2026-03-01T12:00:01Z');
    expect((await sign({ expiry: new Date(at.getTime() + 1000) })).signed.expiry).toEqual(expected);
    expect((await sign({ expiry: expected })).signed.expiry).toEqual(expected);
  });

  it('refuses an expiry in parts of a second [-SIGN-04]', async () => {
    await expect(sign({ expiry: new Date(at.getTime() + 1500) })).rejects.toEqual(
      failure('ENVELOPE_REQUEST_INVALID', 'SIGN-04'),
    );
  });

  it('refuses an invalid expiry [-SIGN-04]', async () => {
    await expect(sign({ expiry: new Date(Number.NaN) })).rejects.toEqual(failure('ENVELOPE_REQUEST_INVALID'));
  });

  it.each([0, -1000, -86_400_000])(
    'refuses an expiry %d ms after the signing time [-ATTR-07 -SIGN-04]',
    async (distance) => {
      await expect(sign({ expiry: new Date(at.getTime() + distance) })).rejects.toEqual(
        failure('ENVELOPE_REQUEST_INVALID', 'ATTR-07'),
      );
    },
  );

  it('names the agent, and behind it the one of the key [+SIGN-11]', async () => {
    const key = { ...(await testSigningKey()), agent: 'my-plugin/1.0.0' };
    expect((await sign({ key })).unsigned.signingAgent).toBe('nv2/0.1.0 my-plugin/1.0.0');
  });

  it('names no second agent for a key that has none [-SIGN-11]', async () => {
    expect((await sign()).unsigned.signingAgent).toBe('nv2/0.1.0');
  });

  it('hands the signature to the timestamp authority and keeps the token [+SIGN-08]', async () => {
    let seen: Uint8Array | undefined;
    const envelope = await sign({
      timestamp: async (signature) => {
        seen = signature;
        return Uint8Array.of(1, 2);
      },
    });
    expect([...(seen ?? [])]).toEqual([...envelope.signature]);
    expect([...(envelope.unsigned.timestampSignature ?? [])]).toEqual([1, 2]);
  });

  it('fails when the timestamp fails [-SIGN-08]', async () => {
    const timestamp = async (): Promise<Uint8Array> => {
      throw new Error('no answer');
    };
    await expect(sign({ timestamp })).rejects.toThrow('no answer');
  });

  it('accepts a chain at both ends of its validity, inclusive [+CERT-10]', async () => {
    await expect(sign({ signingTime: testNotBefore })).resolves.toBeDefined();
    await expect(sign({ signingTime: testNotAfter })).resolves.toBeDefined();
  });

  it.each([
    ['before', testNotBefore.getTime() - 1000],
    ['after', testNotAfter.getTime() + 1000],
  ])('refuses a chain %s its validity [-CERT-10 -SIGN-06]', async (_, ms) => {
    await expect(sign({ signingTime: new Date(ms) })).rejects.toEqual(failure('ENVELOPE_CHAIN_INVALID', 'CERT-10'));
  });

  it('refuses a chain that breaks a rule [-SIGN-06]', async () => {
    const { certificates, key } = await mintChain({
      tweak: (options, index) => (index === 0 ? { ...options, extensions: {} } : options),
    });
    await expect(sign({ key: toSigningKey(key, certificates) })).rejects.toEqual(failure('ENVELOPE_CHAIN_INVALID'));
  });

  it('refuses a chain longer than 16', async () => {
    const [leaf, root] = (await mintChain()).certificates;
    const chain = [leaf, ...Array.from({ length: 16 }, () => root ?? leaf)] as const;
    await expect(sign({ key: { ...(await testSigningKey()), chain } })).rejects.toEqual(failure('ENVELOPE_LIMIT'));
  });

  it('refuses a key that is not the one of its certificate [-ALG-05 -SIGN-06]', async () => {
    const { certificates } = await mintChain();
    await expect(sign({ key: toSigningKey(testKeyPair('p256', 9), certificates) })).rejects.toEqual(
      failure('ENVELOPE_KEY_MISMATCH', 'ALG-05'),
    );
  });

  it('refuses a key of another algorithm than its certificate [-ALG-02]', async () => {
    const { certificates } = await mintChain();
    const { algorithm } = await testSigningKey('p384');
    const key: SigningKey = { ...(await testSigningKey()), chain: certificates, algorithm };
    await expect(sign({ key })).rejects.toEqual(failure('ENVELOPE_KEY_MISMATCH', 'ALG-02'));
  });

  it.each<[string, Partial<EnvelopeFormat>]>([
    ['cannot be read', { prepare: (draft) => ({ ...jws.prepare(draft), seal: () => Uint8Array.of(0x7b) }) }],
    [
      'does not verify',
      {
        prepare: (draft) => ({
          ...jws.prepare(draft),
          seal: (signature, unsigned) => jws.prepare({ ...draft, payload: encodeUtf8('{}') }).seal(signature, unsigned),
        }),
      },
    ],
    ['holds another payload', { parse: (bytes) => ({ ...jws.parse(bytes), payload: encodeUtf8('{}') }) }],
  ])('hands out nothing when what was made %s [-SIGN-07]', async (_, format) => {
    await expect(signBytes({ format: { ...jws, ...format } })).rejects.toEqual(failure('ENVELOPE_SELF_CHECK_FAILED'));
  });

  it('stops before the key is used when aborted, and hands the signal to the key', async () => {
    const controller = new AbortController();
    let seen: AbortSignal | undefined;
    const plain = await testSigningKey();
    const key: SigningKey = { ...plain, sign: (data, options) => ((seen = options?.signal), plain.sign(data)) };
    await signBytes({ key }, { signal: controller.signal });
    expect(seen).toBe(controller.signal);
    seen = undefined;
    controller.abort(new Error('enough'));
    await expect(signBytes({ key }, { signal: controller.signal })).rejects.toThrow('enough');
    expect(seen).toBeUndefined();
  });
});
