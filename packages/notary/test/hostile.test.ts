// A registry in the hands of an attacker: it can deny, and it can annoy, and that is all (OC-51, OC-56).

import { encodeBase64Url, encodeUtf8, parseUtf8 } from '@nv2/base';
import { manifestOf } from '@nv2/content';
import { mediaTypes } from '@nv2/oci';
import { createCertificateCache } from '@nv2/pki';
import { mintChain } from '@nv2/testing';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toReport, verifyEnvelope } from '../src/index.ts';
import { encodePayload } from '../src/payload.ts';
import { pushSignature, signJwsByHand, signRaw, signUnchecked } from './forged.ts';
import { recordStore } from './recorded-store.ts';
import { at, chainOf, cose, jws, later, openScene, policyTrust, signIn, verifyIn } from './scene.ts';

describe('a stored signature manifest with one byte changed', () => {
  it('never leads to trust in other content [+OC-56]', async () => {
    const scene = await openScene();
    const { signature } = await signIn(scene, { inlineEnvelope: true });
    const manifest = await scene.store.findManifest(signature.digest);
    const bytes = manifest?.bytes ?? new Uint8Array();
    const trust = await policyTrust();
    const check = async (index: number, bit: number): Promise<void> => {
      const changed = bytes.slice();
      changed[index] = (changed[index] ?? 0) ^ (1 << bit);
      const forged = manifestOf(changed, signature);
      const store = recordStore(scene.store, {
        async *referrers() {
          yield forged.descriptor;
        },
        findManifest: (reference) => Promise.resolve(reference === forged.descriptor.digest ? forged : undefined),
      }).store;
      const outcome = await verifyIn({ ...scene, store }, { trust });
      if (outcome.verdict !== 'trusted') return;
      // The change hit something unsigned. What is trusted is the same content, by the same signer.
      expect(outcome.accepted.outcome.target.digest).toBe(scene.subject.digest);
      expect(outcome.accepted.outcome.claims.chain[0].fingerprint).toBe((await chainOf()).certificates[0].fingerprint);
    };
    const places = fc.tuple(fc.nat(bytes.length - 1), fc.nat(7));
    await fc.assert(
      fc.asyncProperty(places, ([index, bit]) => check(index, bit)),
      { seed: 1, numRuns: 400 },
    );
  });

  it('under the digest of the good one is not even read [-OC-56]', async () => {
    const scene = await openScene();
    const { signature } = await signIn(scene);
    const manifest = await scene.store.findManifest(signature.digest);
    const changed = manifest?.bytes.slice() ?? new Uint8Array();
    changed[10] = (changed[10] ?? 0) ^ 1;
    const store = recordStore(scene.store, {
      findManifest: () => Promise.resolve({ descriptor: signature, bytes: changed }),
    }).store;
    expect(toReport(await verifyIn({ ...scene, store })).code).toBe('unreadable');
  });
});

describe('an envelope with one bit changed', () => {
  for (const format of [jws, cose]) {
    it(`is never trusted for what it did not say, whichever bit it is (${format.name}) [-VER-10]`, async () => {
      const scene = await openScene();
      const { envelope } = await signIn(scene, { format, userMetadata: { buildId: '101' } });
      const trust = await policyTrust();
      const cache = createCertificateCache();
      const request = { mediaType: format.mediaType, subject: scene.subject, trust, at: later(60), cache };
      const said = await sayingOf({ ...request, envelope });
      const changed = envelope.slice();
      let survivors = 0;
      for (let bit = 0; bit < envelope.length * 8; bit++) {
        const [index, mask] = [bit >> 3, 1 << (bit & 7)];
        changed[index] = (envelope[index] ?? 0) ^ mask;
        const saying = await sayingOf({ ...request, envelope: changed });
        changed[index] = envelope[index] ?? 0;
        if (saying === undefined) continue;
        survivors += 1;
        if (saying !== said) throw new Error(`bit ${bit} changes what is trusted to ${saying}`);
      }
      // Free text of nobody: the signing agent. Everything else is refused.
      expect(survivors).toBeGreaterThan(0);
      expect(survivors).toBeLessThanOrEqual(('io.cncf.notary.signingAgent'.length + 'test/1.0'.length + 2) * 8);
    });

    it(`as it was is trusted (${format.name}) [+VER-10]`, async () => {
      const scene = await openScene();
      const { envelope } = await signIn(scene, { format });
      const request = {
        envelope,
        mediaType: format.mediaType,
        subject: scene.subject,
        trust: await policyTrust(),
        at: later(60),
      };
      expect(await verifyEnvelope(request)).toMatchObject({ verdict: 'trusted' });
    });
  }

  it('of noise is malformed and nothing worse', async () => {
    const { subject } = await openScene();
    const trust = await policyTrust();
    const noise = fc.tuple(
      fc.uint8Array({ maxLength: 200 }),
      fc.constantFrom(mediaTypes.jws, mediaTypes.cose, 'text/plain'),
    );
    const check = async (envelope: Uint8Array, mediaType: string): Promise<void> => {
      const outcome = await verifyEnvelope({ envelope, mediaType, subject, trust, at });
      expect(outcome).toMatchObject({
        verdict: 'untrusted',
        failures: [{ check: 'integrity', facts: { code: 'malformed' } }],
      });
    };
    await fc.assert(
      fc.asyncProperty(noise, ([envelope, mediaType]) => check(envelope, mediaType)),
      { seed: 1, numRuns: 200 },
    );
  });
});

describe('the payload of an intact envelope', () => {
  const subjectFields = ['mediaType', 'digest', 'size'] as const;
  for (const field of subjectFields) {
    it(`that differs in ${field} is about something else [-VER-17 -PAY-03]`, async () => {
      const scene = await openScene();
      const other = { mediaType: 'application/x', digest: `sha256:${'0'.repeat(64)}`, size: 1 }[field];
      const { mediaType, digest, size } = scene.subject;
      const payload = JSON.stringify({ targetArtifact: { mediaType, digest, size, [field]: other } });
      await signUnchecked(scene, { payload: encodeUtf8(payload) });
      const report = toReport(await verifyIn(scene));
      expect(report.signatures[0]?.checks?.payload).toMatchObject({
        status: 'failed',
        code: 'wrong-subject',
        facts: { expected: { [field]: scene.subject[field] }, found: { [field]: other } },
      });
    });
  }

  it('is compared without the artifact’s annotations [+VER-17 +VER-21]', async () => {
    const scene = await openScene();
    await signIn(scene);
    const subject = { ...scene.subject, annotations: { 'org.example.name': 'x' } };
    expect((await verifyIn(scene, { subject })).verdict).toBe('trusted');
  });

  it('is not compared by annotations alone [-VER-21]', async () => {
    const scene = await openScene();
    await signIn(scene);
    const subject = { ...scene.subject, annotations: {}, size: scene.subject.size + 1 };
    expect((await verifyIn({ ...scene, store: anySubject(scene.store, scene.subject) }, { subject })).verdict).toBe(
      'untrusted',
    );
  });

  it('that is no payload is malformed, after everything else was found in order [-PAY-02 +PAY-08]', async () => {
    const scene = await openScene();
    await signUnchecked(scene, { payload: encodeUtf8('{"artifact":{}}') });
    const [record] = (await verifyIn(scene)).signatures;
    expect(record?.outcome).toMatchObject({ failures: [{ check: 'payload', facts: { code: 'malformed' } }] });
    expect(record?.outcome.checks[0]).toEqual({ check: 'integrity', status: 'passed' });
  });

  it('may carry unknown members [+PAY-13]', async () => {
    const scene = await openScene();
    const { mediaType, digest, size } = scene.subject;
    await signUnchecked(scene, {
      payload: encodeUtf8(JSON.stringify({ targetArtifact: { mediaType, digest, size, x: 1 }, y: [] })),
    });
    expect((await verifyIn(scene)).verdict).toBe('trusted');
  });

  it('may not be written anew, not even with the same meaning [-PAY-11]', async () => {
    const scene = await openScene();
    const { mediaType, digest, size } = scene.subject;
    const { envelope } = await signIn(scene, { by: await chainOf(1) });
    const members = JSON.parse(parseUtf8(envelope)) as Record<string, unknown>;
    const payload = encodeBase64Url(encodeUtf8(JSON.stringify({ targetArtifact: { size, digest, mediaType } })));
    const rewritten = encodeUtf8(JSON.stringify({ ...members, payload }));
    const request = {
      envelope: rewritten,
      mediaType: mediaTypes.jws,
      subject: scene.subject,
      trust: await policyTrust(),
      at,
    };
    expect(await verifyEnvelope(request)).toMatchObject({ failures: [{ facts: { code: 'altered', rule: 'VER-10' } }] });
  });

  it('may not say a thing twice [-PAY-13]', async () => {
    const scene = await openScene();
    const { mediaType, digest, size } = scene.subject;
    const member = `"mediaType":"${mediaType}","digest":"${digest}","size":${size}`;
    const payload = encodeUtf8(`{"targetArtifact":{${member},"size":${size}}}`);
    await signUnchecked(scene, { payload, format: cose });
    expect(toReport(await verifyIn(scene)).code).toBe('malformed');
  });

  it('of another content type is refused, though correctly signed [-PAY-01]', async () => {
    const scene = await openScene();
    await signJwsByHand(scene, { cty: 'application/vnd.example+json' });
    expect((await verifyIn(scene)).signatures[0]?.outcome).toMatchObject({
      failures: [{ check: 'integrity', facts: { code: 'malformed' } }],
    });
  });

  it('of the Notary content type is accepted from the same hand [+PAY-01]', async () => {
    const scene = await openScene();
    await signJwsByHand(scene, {});
    expect((await verifyIn(scene)).verdict).toBe('trusted');
  });

  it('is not where trust comes from: claims in it change nothing [-PAY-09]', async () => {
    const scene = await openScene();
    const { mediaType, digest, size } = scene.subject;
    const claims = { 'io.cncf.notary.expiry': '2020-01-01T00:00:00Z', 'io.cncf.notary.verificationPlugin': 'x' };
    await signUnchecked(scene, {
      payload: encodeUtf8(JSON.stringify({ targetArtifact: { mediaType, digest, size, annotations: claims } })),
    });
    expect((await verifyIn(scene)).verdict).toBe('trusted');
  });
});

describe('critical attributes', () => {
  for (const format of [jws, cose]) {
    it(`that nobody knows fail in ${format.name} without any plugin [-OC-01 -VER-16]`, async () => {
      const scene = await openScene();
      await signRaw(scene, { format, extended: [{ key: 'SomeKey', isCritical: true, value: 'SomeValue' }] });
      expect(toReport(await verifyIn(scene))).toMatchObject({ code: 'critical-attribute' });
    });

    it(`are no reason to fail when they are not critical (${format.name}) [+OC-01 +VER-16]`, async () => {
      const scene = await openScene();
      await signRaw(scene, { format, extended: [{ key: 'SomeKey', isCritical: false, value: 'SomeValue' }] });
      expect((await verifyIn(scene)).verdict).toBe('trusted');
    });
  }

  it('with an integer key fail as well [-OC-02]', async () => {
    const scene = await openScene();
    await signRaw(scene, { format: cose, extended: [{ key: 1000, isCritical: true, value: 'x' }] });
    expect(toReport(await verifyIn(scene))).toMatchObject({ code: 'critical-attribute' });
  });

  it('with an integer key pass when not critical [+OC-02]', async () => {
    const scene = await openScene();
    await signRaw(scene, { format: cose, extended: [{ key: 1000, isCritical: false, value: 'x' }] });
    expect((await verifyIn(scene)).verdict).toBe('trusted');
  });
});

describe('a verification plugin', () => {
  it('named like a path is refused by name, before authenticity, and nothing is opened [-OC-08 -PLUG-51]', async () => {
    const scene = await openScene();
    await signRaw(scene, { by: await chainOf(1), verificationPlugin: '../../bin/sh' });
    const [record] = (await verifyIn(scene)).signatures;
    expect(record?.outcome).toMatchObject({
      failures: [{ check: 'plugin', facts: { code: 'plugin-required', plugin: '../../bin/sh' } }],
    });
  });

  it('that is not named lets verification go on [+OC-08 +PLUG-51 +VER-11]', async () => {
    const scene = await openScene();
    await signRaw(scene);
    expect((await verifyIn(scene)).verdict).toBe('trusted');
  });
});

describe('user metadata that is demanded', () => {
  const table: readonly (readonly [name: string, demanded: Record<string, string>, code: string])[] = [
    ['and was stated [+VER-18 +META-05]', { buildId: '101' }, 'trusted'],
    ['in part of what was stated [+META-05]', { buildId: '101', team: 'a' }, 'trusted'],
    ['not at all [+META-05]', {}, 'trusted'],
    ['with another value [-VER-18 -META-05 -VER-20]', { buildId: '102' }, 'metadata-mismatch'],
    ['under a key that is absent [-META-05]', { buildID: '101' }, 'metadata-mismatch'],
    ['under a key every object inherits [-META-05]', { constructor: 'x' }, 'metadata-mismatch'],
  ];
  for (const [name, userMetadata, code] of table) {
    it(`${name} makes the signature ${code}, at audit too`, async () => {
      const scene = await openScene();
      await signIn(scene, { userMetadata: { buildId: '101', team: 'a' } });
      for (const level of ['strict', 'audit']) {
        const outcome = await verifyIn(scene, { userMetadata, trust: await policyTrust({ level }) });
        expect(toReport(outcome).code).toBe(code);
      }
    });
  }

  it('under a reserved key is wrong usage, not a mismatch [-META-07]', async () => {
    const scene = await openScene();
    await expect(verifyIn(scene, { userMetadata: { 'io.cncf.notary.x': '1' } })).rejects.toThrow(
      expect.objectContaining({ code: 'NOTARY_METADATA_INVALID' }),
    );
  });
});

describe('junk in numbers', () => {
  for (const [name, size, atOnce] of [
    ['a megabyte need the room of a few', 1024 * 1024, 4],
    ['more than that need the room of one', 1024 * 1024 + 1, 1],
  ] as const) {
    it(`is never held all at once: a hundred signatures of ${name}`, async () => {
      const scene = await openScene();
      let open = 0;
      let most = 0;
      const bytes = new Uint8Array(size);
      const store = recordStore(scene.store, {
        async fetchBlob() {
          open += 1;
          most = Math.max(most, open);
          return (async function* () {
            yield bytes;
            open -= 1;
          })();
        },
      }).store;
      for (let index = 0; index < 100; index++) {
        const envelope = new Uint8Array(8).fill(index);
        await pushSignature(scene.store, scene.subject, { envelope, size, annotations: { n: String(index) } });
      }
      const outcome = await verifyIn({ ...scene, store });
      expect(outcome.signatures.length).toBe(100);
      expect(most).toBe(atOnce);
      expect(JSON.stringify(outcome).length).toBeLessThan(400_000);
    });
  }

  it('cannot fill the outcome with names, whatever their certificates, attributes and payloads hold', async () => {
    const scene = await openScene();
    const long = 'x'.repeat(30_000);
    const own = await chainOf();
    const other = await mintChain({
      keyIndex: 7,
      length: 3,
      tweak: (options, index) => (index === 1 ? { ...options, subject: `C=US,ST=WA,O=${long},CN=other` } : options),
    });
    const [leaf] = own.certificates;
    const chain = [leaf, ...other.certificates.slice(1)] as const;
    await signUnchecked(scene, { by: { ...own, signingKey: { ...own.signingKey, chain } } });
    await signUnchecked(scene, { signed: { verificationPlugin: long } });
    await signUnchecked(scene, { signed: { extended: [{ key: long, isCritical: true, value: 'x' }] } });
    await signUnchecked(scene, { payload: encodePayload({ ...scene.subject, mediaType: `a/${long}` }) });
    const outcome = await verifyIn(scene);
    expect(outcome.signatures.map(({ outcome: { failures } }) => failures[0]?.facts.code).toSorted()).toEqual([
      'altered',
      'critical-attribute',
      'plugin-required',
      'wrong-subject',
    ]);
    for (const record of outcome.signatures) expect(JSON.stringify(record).length).toBeLessThan(10_000);
  });

  it('does not keep envelopes of those that failed', async () => {
    const scene = await openScene();
    const { envelope } = await signIn(scene, { by: await chainOf(1), userMetadata: { a: 'x'.repeat(500_000) } });
    expect(envelope.length).toBeGreaterThan(500_000);
    expect(JSON.stringify(await verifyIn(scene)).length).toBeLessThan(10_000);
  });
});

/** What a trusted outcome vouches for: signer, anchor, target and claims, without the unsigned name of the program. */
async function sayingOf(request: Parameters<typeof verifyEnvelope>[0]): Promise<string | undefined> {
  const outcome = await verifyEnvelope(request);
  if (outcome.verdict !== 'trusted') return undefined;
  const { signer, target, claims, checks, failures } = outcome;
  return JSON.stringify({ signer, target, claims: { ...claims, signingAgent: undefined }, checks, failures });
}

/** Lists the referrers of `real` whatever subject is asked for. */
function anySubject(
  store: Parameters<typeof recordStore>[0],
  real: Parameters<typeof verifyIn>[0]['subject'],
): ReturnType<typeof recordStore>['store'] {
  return recordStore(store, { referrers: (_, options) => store.referrers(real, options) }).store;
}
