// A verifier judges each envelope as if it were the first; only policy and stores are prepared once.

import { signEnvelope } from '@nv2/envelope';
import type { Certificate } from '@nv2/pki';
import { memoryTrustStore, type TrustStore } from '@nv2/trust';
import { describe, expect, it } from 'vitest';
import { createVerifier, type SignatureOutcome, type VerificationTrust, verifyEnvelope } from '../src/index.ts';
import { encodePayload } from '../src/payload.ts';
import { at, chainOf, cose, jws, later, openScene, signIn, statementOf } from './scene.ts';

/** Trust in the first publisher by a store that counts how often it is read, and is broken at first. */
async function countingTrust(
  failures = 0,
): Promise<{ readonly trust: VerificationTrust; readonly reads: () => number }> {
  const { root } = await chainOf();
  const good = memoryTrustStore([{ type: 'ca', name: 'wabbit', certificates: [root] }]);
  const empty = memoryTrustStore([]);
  let count = 0;
  const trustStore: TrustStore = {
    certificates(type, name) {
      count += 1;
      return (count <= failures ? empty : good).certificates(type, name);
    },
  };
  return { trust: { kind: 'policy', statement: statementOf(), trustStore }, reads: () => count };
}

/** All of an outcome but the bytes that were judged, which both have been given. */
function sayingOf(outcome: SignatureOutcome): string {
  return JSON.stringify(outcome, (name, value: unknown) => (name === 'envelope' ? undefined : value));
}

describe('a verifier', () => {
  it('says of each envelope what a verification on its own says, and reads each store once', async () => {
    const scene = await openScene();
    const { trust, reads } = await countingTrust();
    const verifier = createVerifier({ trust });
    for (const format of [jws, cose]) {
      const { envelope } = await signIn(scene, { format });
      const forged = envelope.slice();
      forged[envelope.length - 20] = (envelope[envelope.length - 20] ?? 0) ^ 1;
      for (const [bytes, instant] of [
        [envelope, later(60)],
        [forged, later(60)],
        [envelope, new Date('2199-01-01T00:00:00Z')],
        [envelope, later(60)],
      ] as const) {
        const question = { envelope: bytes, mediaType: format.mediaType, subject: scene.subject, at: instant };
        const alone = await verifyEnvelope({ ...question, trust: (await countingTrust()).trust });
        expect(sayingOf(await verifier.verifyEnvelope(question))).toBe(sayingOf(alone));
      }
    }
    expect(reads()).toBe(1);
  });

  it('goes on reading a store for the other verifications of a verifier when one gives up', async () => {
    const { root } = await chainOf();
    const [impatient, patient] = [new AbortController(), new AbortController()];
    let loads = 0;
    let end: (certificates: readonly Certificate[]) => void = () => undefined;
    const trustStore: TrustStore = {
      certificates: (_type, _name, { signal } = {}) => {
        loads += 1;
        return new Promise((resolve, reject) => {
          signal?.addEventListener('abort', () => reject(signal.reason));
          end = resolve;
        });
      },
    };
    const trust = { kind: 'policy', statement: statementOf(), trustStore } as const;
    const scene = await openScene();
    const { envelope } = await signIn(scene, { format: jws });
    const verifier = createVerifier({ trust });
    const question = { envelope, mediaType: jws.mediaType, subject: scene.subject, at: later(60) };
    const [first, second] = [impatient, patient].map(({ signal }) => verifier.verifyEnvelope({ ...question, signal }));
    impatient.abort(new Error('enough'));
    await expect(first).rejects.toThrow('enough');
    end([root]);
    expect(await second).toMatchObject({ verdict: 'trusted' });
    expect(loads).toBe(1);
  });

  it('asks all stores of a statement, those that are loaded already with them [+TS-03]', async () => {
    const publishers = [await chainOf(0), await chainOf(1)] as const;
    const trustStore = memoryTrustStore(
      publishers.map(({ root }, place) => ({ type: 'ca', name: `store-${place}`, certificates: [root] })),
    );
    const statement = statementOf({ stores: ['ca:store-0', 'ca:store-1'] });
    const verifier = createVerifier({ trust: { kind: 'policy', statement, trustStore } });
    const scene = await openScene();
    for (const by of [...publishers, ...publishers, await chainOf(2)]) {
      const { envelope } = await signIn(scene, { by });
      const question = { envelope, mediaType: jws.mediaType, subject: scene.subject, at: later(60) };
      const verdict = publishers.includes(by) ? 'trusted' : 'untrusted';
      expect(await verifier.verifyEnvelope(question)).toMatchObject({ verdict });
    }
  });

  it('keeps stores of one name and different types apart, also while they are read [+TS-02 -TS-02]', async () => {
    const [signer, authority] = await Promise.all([chainOf(0), chainOf(1)]);
    const trustStore = memoryTrustStore([
      { type: 'ca', name: 'same', certificates: [signer.root] },
      { type: 'signingAuthority', name: 'same', certificates: [authority.root] },
    ]);
    const statement = statementOf({ stores: ['ca:same', 'signingAuthority:same'] });
    const verifier = createVerifier({ trust: { kind: 'policy', statement, trustStore } });
    const { subject } = await openScene();
    const [ca, authorities] = ['notary.x509', 'notary.x509.signingAuthority'] as const;
    const signatures = [
      { by: signer, scheme: ca, verdict: 'trusted' },
      { by: authority, scheme: authorities, verdict: 'trusted' },
      { by: authority, scheme: ca, verdict: 'untrusted' },
      { by: signer, scheme: authorities, verdict: 'untrusted' },
    ] as const;
    const payload = encodePayload(subject);
    const envelopes = await Promise.all(
      signatures.map(({ by, scheme }) =>
        signEnvelope({ format: jws, payload, key: by.signingKey, scheme, signingTime: at, signingAgent: 'test/1.0' }),
      ),
    );
    const ask = (envelope: Uint8Array): Promise<SignatureOutcome> =>
      verifier.verifyEnvelope({ envelope, mediaType: jws.mediaType, subject, at: later(60) });
    const wanted = signatures.map(({ verdict }) => ({ verdict }));
    expect(await Promise.all(envelopes.map(ask))).toMatchObject(wanted);
    expect(await Promise.all(envelopes.map(ask))).toMatchObject(wanted);
  });

  it('tries a store again that could not be read', async () => {
    const scene = await openScene();
    const { envelope } = await signIn(scene, { format: jws });
    const { trust, reads } = await countingTrust(1);
    const verifier = createVerifier({ trust });
    const question = { envelope, mediaType: jws.mediaType, subject: scene.subject, at: later(60) };
    expect(await verifier.verifyEnvelope(question)).toMatchObject({
      verdict: 'untrusted',
      failures: [{ check: 'authenticity', facts: { code: 'trust-store' } }],
    });
    expect(await verifier.verifyEnvelope(question)).toMatchObject({ verdict: 'trusted' });
    expect(reads()).toBe(2);
  });

  it('reads the formats that it is given and no other', async () => {
    const scene = await openScene();
    const verifier = createVerifier({ trust: (await countingTrust()).trust, formats: [cose] });
    for (const [format, verdict] of [
      [cose, 'trusted'],
      [jws, 'untrusted'],
    ] as const) {
      const { envelope } = await signIn(scene, { format });
      const question = { envelope, mediaType: format.mediaType, subject: scene.subject, at: later(60) };
      expect(await verifier.verifyEnvelope(question)).toMatchObject({ verdict });
    }
  });

  it('rejects an instant that is none', async () => {
    const scene = await openScene();
    const { envelope } = await signIn(scene, { format: jws });
    const { trust } = await countingTrust();
    const question = { envelope, mediaType: jws.mediaType, subject: scene.subject, at: new Date(Number.NaN) };
    await expect(createVerifier({ trust }).verifyEnvelope(question)).rejects.toMatchObject({
      code: 'NOTARY_REQUEST_INVALID',
    });
  });
});
