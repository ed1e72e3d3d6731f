// The outer loop: which signatures are looked at, and what follows for the artifact (docs/spec-map.md section 16.1).

import { encodeUtf8, type ErrorKind } from '@nv2/base';
import { ContentError, type ContentStore, memoryStore } from '@nv2/content';
import { type Descriptor, digestOf, mediaTypes } from '@nv2/oci';
import { pushArtifact, testImage, testReferrer } from '@nv2/testing';
import { describe, expect, it } from 'vitest';
import {
  type ArtifactOutcome,
  builtinChecks,
  type Check,
  findOtherReferrers,
  listSignatures,
  type NotaryEvent,
  toReport,
  verify,
} from '../src/index.ts';
import { thumbprintAnnotation } from '../src/signature-manifest.ts';
import { pushSignature } from './forged.ts';
import { recordStore } from './recorded-store.ts';
import { chainOf, later, openScene, policyTrust, type Scene, signIn, verifyIn } from './scene.ts';

const code = (expected: string): unknown => expect.objectContaining({ code: expected });

function reasonOf(outcome: ArtifactOutcome): string {
  return toReport(outcome).code;
}

/** A store that lists `descriptors` and then finds that there are too many. */
function cutListing(store: ContentStore, descriptors: readonly Descriptor[]): ContentStore {
  return recordStore(store, {
    async *referrers() {
      yield* descriptors;
      throw new ContentError('CONTENT_LIMIT', 'more pages than allowed');
    },
  }).store;
}

/** A store whose listing is replaced. */
function listing(store: ContentStore, referrers: readonly Descriptor[]): ContentStore {
  return recordStore(store, {
    async *referrers() {
      yield* referrers;
    },
  }).store;
}

async function listed(scene: Scene): Promise<readonly Descriptor[]> {
  const all: Descriptor[] = [];
  for await (const descriptor of scene.store.referrers(scene.subject)) all.push(descriptor);
  return all;
}

describe('an artifact', () => {
  it('is untrusted without any signature [+VER-05]', async () => {
    const outcome = await verifyIn(await openScene());
    expect(outcome).toMatchObject({ verdict: 'untrusted', why: { code: 'no-signature', others: [] }, signatures: [] });
  });

  it('is trusted when one signature of several is [+VER-04 +STORE-16]', async () => {
    const scene = await openScene();
    await signIn(scene, { by: await chainOf(1) });
    const good = await signIn(scene);
    await signIn(scene, { by: await chainOf(2) });
    const outcome = await verifyIn(scene);
    expect(outcome).toMatchObject({ verdict: 'trusted', accepted: { descriptor: { digest: good.signature.digest } } });
  });

  it('needs no look at further signatures after the first good one [+VER-04]', async () => {
    const scene = await openScene();
    for (const publisher of [1, 0, 2, 3]) await signIn(scene, { by: await chainOf(publisher) });
    const outcome = await verifyIn(scene, { trust: { kind: 'key', spki: (await chainOf()).key.spki } });
    expect(outcome.signatures.map((record) => record.outcome.verdict)).toEqual(['untrusted', 'trusted']);
  });

  it('is untrusted when none of several is, and every reason is kept [-VER-04 -VER-05 -STORE-16]', async () => {
    const scene = await openScene();
    await signIn(scene, { by: await chainOf(1) });
    await signIn(scene, { by: await chainOf(2) });
    const outcome = await verifyIn(scene);
    expect(reasonOf(outcome)).toBe('signer-unknown');
    expect(outcome.signatures.map((record) => record.outcome.verdict)).toEqual(['untrusted', 'untrusted']);
  });

  it('can be asked for by tag, by digest, as descriptor and as manifest [+VER-03]', async () => {
    const scene = await openScene();
    await signIn(scene);
    const manifest = await scene.store.findManifest('v1');
    for (const subject of ['v1', scene.subject.digest, scene.subject, manifest ?? 'v1']) {
      expect((await verifyIn(scene, { subject })).verdict).toBe('trusted');
    }
  });

  it('that does not exist is no verdict [-VER-03]', async () => {
    const scene = await openScene();
    for (const subject of ['v9', digestOf(encodeUtf8('nothing'))]) {
      await expect(verifyIn(scene, { subject })).rejects.toThrow(code('NOTARY_SUBJECT_NOT_FOUND'));
    }
  });

  it('is not vouched for by a signature of another artifact that is listed for it', async () => {
    const scene = await openScene();
    const other = testImage({ name: 'other' });
    await pushArtifact(scene.store, other);
    const { signature } = await signIn({ ...scene, subject: other.manifest.descriptor });
    const outcome = await verifyIn({ ...scene, store: listing(scene.store, [signature]) });
    expect(reasonOf(outcome)).toBe('unreadable');
  });

  it('is not vouched for by an envelope of another artifact in a manifest of its own [-VER-17]', async () => {
    const scene = await openScene();
    const other = testImage({ name: 'other' });
    await pushArtifact(scene.store, other);
    const { envelope } = await signIn({ ...scene, subject: other.manifest.descriptor });
    await pushSignature(scene.store, scene.subject, { envelope });
    expect(reasonOf(await verifyIn(scene))).toBe('wrong-subject');
  });

  it('looks only at what is listed as a Notary signature [+STORE-10]', async () => {
    const scene = await openScene();
    const recorded = recordStore(scene.store);
    const referrer = testReferrer(scene.subject, { artifactType: 'application/spdx+json' });
    await pushArtifact(scene.store, referrer);
    await signIn(scene);
    const outcome = await verifyIn({ ...scene, store: recorded.store });
    expect(outcome.signatures.length).toBe(1);
    expect(recorded.calls).not.toContain(`findManifest ${referrer.manifest.descriptor.digest}`);
  });

  it('does not count what a listing merely calls a signature [-STORE-10]', async () => {
    const scene = await openScene();
    const referrer = testReferrer(scene.subject, { artifactType: 'application/spdx+json' });
    await pushArtifact(scene.store, referrer);
    const claim = { ...referrer.manifest.descriptor, artifactType: mediaTypes.notarySignature };
    expect(reasonOf(await verifyIn({ ...scene, store: listing(scene.store, [claim]) }))).toBe('unreadable');
  });
});

describe('signatures in every stored form', () => {
  for (const form of ['default', 'fallback', 'legacy'] as const) {
    it(`count in the ${form} form [+STORE-11 +STORE-12 +STORE-03]`, async () => {
      const scene = await openScene();
      const { envelope } = await signIn({ ...scene, store: await elsewhere() });
      await pushSignature(scene.store, scene.subject, { envelope, form });
      expect((await verifyIn(scene)).verdict).toBe('trusted');
    });
  }
});

describe('a bad signature', () => {
  const broken: readonly (readonly [name: string, break_: (scene: Scene) => Promise<Descriptor>, reason: string])[] = [
    [
      'whose envelope is missing',
      async (scene) => {
        const { signature, envelopeDescriptor } = await signIn(scene, { by: await chainOf(1) });
        await scene.store.deleteBlob(envelopeDescriptor.digest);
        return signature;
      },
      'unreadable',
    ],
    [
      'with two layers [-STORE-05]',
      (scene) => pushSignature(scene.store, scene.subject, { envelope: encodeUtf8('{}'), layers: 2 }),
      'unreadable',
    ],
    [
      'whose envelope is no envelope',
      (scene) => pushSignature(scene.store, scene.subject, { envelope: encodeUtf8('{}') }),
      'malformed',
    ],
    [
      'whose envelope claims to be larger than 32 MiB [-STORE-13]',
      (scene) => pushSignature(scene.store, scene.subject, { envelope: encodeUtf8('{}'), size: 32 * 1024 * 1024 + 1 }),
      'unreadable',
    ],
    [
      'in another layer media type [-VER-07]',
      (scene) =>
        pushSignature(scene.store, scene.subject, { envelope: encodeUtf8('{}'), mediaType: 'application/json' }),
      'unreadable',
    ],
  ];
  for (const [name, breakOne, reason] of broken) {
    it(`${name} is recorded and the next one is tried [+VER-06 +OC-07]`, async () => {
      const scene = await openScene();
      const bad = await breakOne(scene);
      const good = await signIn(scene);
      const store = listing(scene.store, [{ ...bad }, { ...good.signature }]);
      const outcome = await verifyIn({ ...scene, store });
      expect(toReport(outcome)).toMatchObject({
        verdict: 'trusted',
        signatures: [
          { digest: bad.digest, code: reason },
          { digest: good.signature.digest, code: 'trusted' },
        ],
      });
    });

    it(`${name} trusts nothing when it is alone [-VER-06 -OC-07]`, async () => {
      const scene = await openScene();
      await breakOne(scene);
      expect(await verifyIn(scene)).toMatchObject({ verdict: 'untrusted', why: { code: 'all-failed' } });
    });
  }

  it('whose manifest claims to be larger than 4 MiB is not downloaded [-STORE-13]', async () => {
    const scene = await openScene();
    const { signature } = await signIn(scene);
    const recorded = recordStore(listing(scene.store, [{ ...signature, size: 4 * 1024 * 1024 + 1 }]));
    expect(reasonOf(await verifyIn({ ...scene, store: recorded.store }))).toBe('unreadable');
    expect(recorded.calls).not.toContain(`findManifest ${signature.digest}`);
  });

  it('whose size is not the listed one is refused; as listed it counts [-STORE-13 +STORE-13]', async () => {
    const scene = await openScene();
    const { signature } = await signIn(scene);
    const wrong = listing(scene.store, [{ ...signature, size: signature.size + 1 }]);
    expect(reasonOf(await verifyIn({ ...scene, store: wrong }))).toBe('unreadable');
    expect((await verifyIn({ ...scene, store: listing(scene.store, [signature]) })).verdict).toBe('trusted');
  });

  it('that the registry does not deliver is told apart from one that is wrong', async () => {
    const scene = await openScene();
    const slow = await signIn(scene);
    await signIn(scene, { by: await chainOf(1) });
    const store = silentAbout(scene.store, [slow.signature.digest]);
    const outcome = await verifyIn({ ...scene, store });
    expect(
      outcome.signatures.map(
        (record) => toReport(outcome).signatures.find(({ digest }) => digest === record.descriptor.digest)?.code,
      ),
    ).toContain('unavailable');
    expect(reasonOf(outcome)).toBe('signer-unknown');
  });
});

describe('a registry that does not answer', () => {
  it('gives no verdict when there is nothing to judge yet', async () => {
    const scene = await openScene();
    const silent = unavailable();
    const store = recordStore(scene.store, { findManifest: () => Promise.reject(silent) }).store;
    await expect(verifyIn({ ...scene, store }, { subject: 'v1' })).rejects.toBe(silent);
  });

  it('gives no verdict when it delivers none of the signatures', async () => {
    const scene = await openScene();
    const { signature } = await signIn(scene);
    const store = silentAbout(scene.store, [signature.digest]);
    await expect(verifyIn({ ...scene, store })).rejects.toThrow(code('CONTENT_NOT_FOUND'));
  });

  it('is not asked any longer once the artifact turns out to be missing', async () => {
    const scene = await openScene();
    let stopped: Promise<unknown> | undefined;
    let begin: () => void;
    const begun = new Promise<void>((resolve) => (begin = resolve));
    const store = recordStore(scene.store, {
      // oxlint-disable-next-line require-yield -- a listing that would go on for ever
      async *referrers(_, { signal } = {}) {
        stopped = new Promise((resolve) => signal?.addEventListener('abort', () => resolve('stopped')));
        begin();
        await stopped;
      },
      findManifest: () => begun.then(() => undefined),
    }).store;
    const missing = digestOf(encodeUtf8('missing'));
    await expect(verifyIn({ ...scene, store }, { subject: missing })).rejects.toMatchObject({
      code: 'NOTARY_SUBJECT_NOT_FOUND',
    });
    await expect(stopped).resolves.toBe('stopped');
  });

  it('ends at once when the caller aborts', async () => {
    const scene = await openScene();
    await signIn(scene);
    await expect(verifyIn(scene, { signal: AbortSignal.abort() })).rejects.toThrow(
      expect.objectContaining({ name: 'AbortError' }),
    );
  });
});

describe('an envelope of more than a megabyte', () => {
  const userMetadata = { notes: 'x'.repeat(1_200_000) };

  it('is fetched when its turn comes, and counts', async () => {
    const scene = await openScene();
    await signIn(scene, { userMetadata });
    expect((await verifyIn(scene)).verdict).toBe('trusted');
  });

  it('is recorded like any other when it cannot be fetched then', async () => {
    const scene = await openScene();
    const { envelopeDescriptor } = await signIn(scene, { userMetadata });
    await scene.store.deleteBlob(envelopeDescriptor.digest);
    expect(reasonOf(await verifyIn(scene))).toBe('unreadable');
  });
});

describe('a defect', () => {
  it('of the store is no statement about a signature', async () => {
    const scene = await openScene();
    await signIn(scene);
    const store = recordStore(scene.store, { fetchBlob: () => Promise.reject(withKind('internal')) }).store;
    await expect(verifyIn({ ...scene, store })).rejects.toMatchObject({ kind: 'internal' });
  });
});

describe('what goes wrong while judging', () => {
  it('is not mistaken for a signature that cannot be read', async () => {
    const scene = await openScene();
    await signIn(scene);
    const broken = unavailable();
    await expect(verifyIn(scene, { revocation: () => Promise.reject(broken) })).rejects.toBe(broken);
  });
});

describe('the limit of signatures', () => {
  for (const maxSignatures of [0, -1, 1.5, Number.NaN]) {
    it(`cannot be ${maxSignatures} [-VER-01]`, async () => {
      const scene = await openScene();
      await expect(verifyIn(scene, { maxSignatures })).rejects.toThrow(code('NOTARY_REQUEST_INVALID'));
    });
  }

  it('cannot be asked for without room to work', async () => {
    await expect(verifyIn(await openScene(), { concurrency: 0 })).rejects.toThrow(code('NOTARY_REQUEST_INVALID'));
  });

  it('lets as many signatures be examined and no more, and says so [+VER-01 +OC-51]', async () => {
    const scene = await openScene();
    for (let publisher = 1; publisher <= 4; publisher++) await signIn(scene, { by: await chainOf(publisher) });
    const outcome = await verifyIn(scene, { maxSignatures: 3 });
    expect(outcome).toMatchObject({ verdict: 'untrusted', isLimitReached: true });
    expect(outcome.signatures.length).toBe(3);
  });

  it('is not reported as reached when everything was examined [+VER-05]', async () => {
    const scene = await openScene();
    for (let publisher = 1; publisher <= 3; publisher++) await signIn(scene, { by: await chainOf(publisher) });
    expect(await verifyIn(scene, { maxSignatures: 3 })).toMatchObject({ isLimitReached: false });
  });

  it('is not exhausted by junk before a signature whose thumbprints are trusted [+STORE-14 +OC-51]', async () => {
    const scene = await openScene();
    for (let publisher = 1; publisher <= 4; publisher++) await signIn(scene, { by: await chainOf(publisher) });
    const good = await signIn(scene);
    const all = await listed(scene);
    expect(all.at(-1)?.digest).toBe(good.signature.digest);
    const outcome = await verifyIn(scene, { maxSignatures: 1 });
    expect(outcome).toMatchObject({ verdict: 'trusted', isLimitReached: false });
  });

  it('is not stretched by an annotation of the outdated name [-OC-31]', async () => {
    const scene = await openScene();
    const { root } = await chainOf();
    const outside = await elsewhere();
    const stranger = await signIn({ ...scene, store: outside }, { by: await chainOf(1) });
    const annotations = { 'io.cncf.notary.x509certs.fingerprint.sha256': JSON.stringify([root.fingerprint]) };
    await signIn(scene, { by: await chainOf(2) });
    const outdated = await pushSignature(scene.store, scene.subject, { envelope: stranger.envelope, annotations });
    const outcome = await verifyIn(scene, { maxSignatures: 1 });
    expect(outcome.signatures.map(({ descriptor }) => descriptor.digest)).not.toContain(outdated.digest);
  });

  it('is not exhausted either when the thumbprints are in upper case, as in the specification’s sample [+STORE-07]', async () => {
    const scene = await openScene();
    const { root } = await chainOf();
    const { envelope } = await signIn({ ...scene, store: await elsewhere() });
    await signIn(scene, { by: await chainOf(1) });
    const annotations = { [thumbprintAnnotation]: JSON.stringify([root.fingerprint.toUpperCase()]) };
    await pushSignature(scene.store, scene.subject, { envelope, annotations });
    expect((await verifyIn(scene, { maxSignatures: 1 })).verdict).toBe('trusted');
  });

  it('gives nothing to junk that copies the thumbprints [-STORE-14]', async () => {
    const scene = await openScene();
    const { root } = await chainOf();
    const { envelope } = await signIn({ ...scene, store: await elsewhere() }, { by: await chainOf(1) });
    const annotations = { [thumbprintAnnotation]: JSON.stringify([root.fingerprint.toUpperCase()]) };
    await pushSignature(scene.store, scene.subject, { envelope, annotations });
    expect(reasonOf(await verifyIn(scene))).toBe('signer-unknown');
  });

  it('stops an endless listing, CVE-2023-33957 and CVE-2023-33958 [-OC-51]', async () => {
    const scene = await openScene();
    const { signature } = await signIn(scene);
    let count = 0;
    const store = recordStore(scene.store, {
      async *referrers() {
        for (;;) {
          count += 1;
          yield { ...signature, digest: digestOf(encodeUtf8(String(count))) };
        }
      },
    }).store;
    const outcome = await verifyIn({ ...scene, store }, { maxSignatures: 2 });
    expect(outcome).toMatchObject({ verdict: 'untrusted', isLimitReached: true });
    expect(count).toBeLessThan(10_010);
  });

  it('of a store’s own ends a listing as ours does: what was listed before counts [+OC-07 +OC-51]', async () => {
    const scene = await openScene();
    const { signature } = await signIn(scene);
    const store = cutListing(scene.store, [signature]);
    expect(await verifyIn({ ...scene, store })).toMatchObject({ verdict: 'trusted' });
  });

  it('of a store’s own is reported when nothing before it is trusted, and is no verdict when nothing is [-OC-07]', async () => {
    const scene = await openScene();
    const { signature } = await signIn(scene, { by: await chainOf(1) });
    const outcome = await verifyIn({ ...scene, store: cutListing(scene.store, [signature]) });
    expect(outcome).toMatchObject({ verdict: 'untrusted', isLimitReached: true });
    await expect(verifyIn({ ...scene, store: cutListing(scene.store, []) })).rejects.toMatchObject({
      code: 'CONTENT_LIMIT',
    });
  });

  it('counts a signature that is listed twice once', async () => {
    const scene = await openScene();
    const { signature } = await signIn(scene, { by: await chainOf(1) });
    const store = listing(scene.store, [signature, signature, signature]);
    expect((await verifyIn({ ...scene, store })).signatures.length).toBe(1);
  });
});

describe('listing signatures', () => {
  it('yields Notary signatures in every form and nothing else [+STORE-10 +STORE-11]', async () => {
    const scene = await openScene();
    const first = await signIn(scene);
    const fallback = await pushSignature(scene.store, scene.subject, { envelope: first.envelope, form: 'fallback' });
    await pushArtifact(scene.store, testReferrer(scene.subject, { artifactType: 'application/spdx+json' }));
    const digests: string[] = [];
    for await (const { descriptor, subject } of listSignatures(scene.store, scene.subject)) {
      expect(subject).toBe(scene.subject);
      digests.push(descriptor.digest);
    }
    expect(digests.toSorted()).toEqual([first.signature.digest, fallback.digest].toSorted());
  });

  it('stops at the limit and says so [+OC-51]', async () => {
    const scene = await openScene();
    for (let publisher = 0; publisher < 3; publisher++) await signIn(scene, { by: await chainOf(publisher) });
    const events: NotaryEvent[] = [];
    const seen: unknown[] = [];
    const options = { maxSignatures: 2, onEvent: (event: NotaryEvent) => events.push(event) };
    for await (const signature of listSignatures(scene.store, scene.subject, options)) seen.push(signature);
    expect([seen.length, events]).toEqual([2, [{ type: 'limit-reached', maxSignatures: 2 }]]);
  });

  it('refuses a limit of zero [-VER-01]', async () => {
    const scene = await openScene();
    const first = listSignatures(scene.store, scene.subject, { maxSignatures: 0 }).next();
    await expect(first).rejects.toThrow(code('NOTARY_REQUEST_INVALID'));
  });
});

describe('without a Notary signature', () => {
  it('names foreign formats that are there', async () => {
    const scene = await openScene();
    await pushArtifact(
      scene.store,
      testReferrer(scene.subject, { artifactType: 'application/vnd.dev.sigstore.bundle.v0.3+json' }),
    );
    await pushArtifact(
      scene.store,
      testReferrer(scene.subject, { artifactType: 'application/vnd.dev.cosign.artifact.sig.v1+json' }),
    );
    await pushArtifact(scene.store, testReferrer(scene.subject, { artifactType: 'application/spdx+json' }));
    const outcome = await verifyIn(scene);
    expect(outcome).toMatchObject({ verdict: 'untrusted', why: { code: 'only-foreign-formats' } });
    expect(
      outcome.verdict === 'untrusted' && outcome.why.code === 'only-foreign-formats' && outcome.why.formats.toSorted(),
    ).toEqual(['cosign', 'sigstore bundle']);
  });

  it('finds a cosign signature by its tag', async () => {
    const scene = await openScene();
    const cosign = testImage({ name: 'cosign' });
    await pushArtifact(scene.store, cosign, `${scene.subject.digest.replace(':', '-')}.sig`);
    expect(await verifyIn(scene)).toMatchObject({ why: { code: 'only-foreign-formats', formats: ['cosign'] } });
  });

  it('does not count Notary signatures among the others', async () => {
    const scene = await openScene();
    await signIn(scene);
    expect(await findOtherReferrers(scene.store, scene.subject)).toEqual([]);
  });

  it('names unsigned artifacts that exist', async () => {
    const scene = await openScene();
    await pushArtifact(scene.store, testReferrer(scene.subject, { artifactType: 'application/spdx+json' }));
    expect(await verifyIn(scene)).toMatchObject({
      why: { code: 'no-signature', others: [{ descriptor: { artifactType: 'application/spdx+json' } }] },
    });
  });

  it('still says that there is none when the store cannot say what else there is', async () => {
    const scene = await openScene();
    let asked = 0;
    const store = recordStore(scene.store, {
      async *referrers() {
        asked += 1;
        if (asked > 1) throw unavailable();
        yield* [];
      },
    }).store;
    expect(await verifyIn({ ...scene, store })).toMatchObject({ why: { code: 'no-signature', others: [] } });
  });
});

describe('the best candidate', () => {
  it('is the one that came furthest in the order of checks', async () => {
    const scene = await openScene();
    await signIn(scene, { by: await chainOf(1) });
    const expired = await signIn(scene, { expirySeconds: 10 });
    await pushSignature(scene.store, scene.subject, { envelope: encodeUtf8('{}') });
    const outcome = await verifyIn(scene);
    expect(outcome).toMatchObject({
      why: { code: 'all-failed', best: { descriptor: { digest: expired.signature.digest } } },
    });
    expect(toReport(outcome)).toMatchObject({ code: 'expired', signature: expired.signature.digest });
  });

  it('is the earlier one of equals', async () => {
    const scene = await openScene();
    const first = await signIn(scene, { by: await chainOf(1) });
    await signIn(scene, { by: await chainOf(2) });
    expect(await verifyIn(scene)).toMatchObject({ why: { best: { descriptor: { digest: first.signature.digest } } } });
  });
});

describe('checks and gates of the caller', () => {
  const refusing: Check = {
    name: 'gate:freshness',
    run: () => ({ status: 'failed', reason: 'the metadata is stale', facts: { code: 'policy', gate: 'freshness' } }),
  };

  it('tighten a verdict, at every level', async () => {
    const scene = await openScene();
    await signIn(scene);
    for (const level of ['strict', 'permissive', 'audit']) {
      const outcome = await verifyIn(scene, {
        gates: [{ ...refusing, validation: 'expiry' }],
        trust: await policyTrust({ level }),
      });
      expect(reasonOf(outcome)).toBe('policy');
    }
  });

  it('cannot rescue a signature', async () => {
    const scene = await openScene();
    await signIn(scene, { by: await chainOf(1) });
    const agreeing: Check = { name: 'gate:agree', run: () => ({ status: 'passed' }) };
    expect(reasonOf(await verifyIn(scene, { gates: [agreeing] }))).toBe('signer-unknown');
  });

  it('cannot leave out a check of the specification [-VER-19]', async () => {
    const scene = await openScene();
    for (const checks of [
      [],
      builtinChecks.slice(1),
      builtinChecks.toReversed(),
      [...builtinChecks.slice(0, -2), ...builtinChecks.slice(-2).toReversed()],
      [...builtinChecks, ...builtinChecks],
    ]) {
      await expect(verifyIn(scene, { checks })).rejects.toThrow(code('NOTARY_REQUEST_INVALID'));
    }
  });

  it('are all run: a gap in the list ends the verification, not the list [-VER-19]', async () => {
    const scene = await openScene();
    await signIn(scene);
    const checks = [...builtinChecks];
    checks.length += 1;
    await expect(verifyIn(scene, { checks, gates: [refusing] })).rejects.toThrow(
      new TypeError('the list of checks has a gap'),
    );
  });

  for (const name of ['authenticity', 'payload']) {
    it(`give no verdict when ${name} passes without saying what it found`, async () => {
      const scene = await openScene();
      await signIn(scene);
      const checks = builtinChecks.map(
        (check): Check => (check.name === name ? { ...check, run: () => ({ status: 'passed' }) } : check),
      );
      const trust = await policyTrust({ override: { revocation: 'skip' } });
      await expect(verifyIn(scene, { checks, trust })).rejects.toThrow(
        new TypeError('a check passed without saying what it found'),
      );
    });
  }

  it('may replace one and add others [+VER-19]', async () => {
    const scene = await openScene();
    await signIn(scene);
    const asked: string[] = [];
    const watched = builtinChecks.map(
      (check): Check => ({ ...check, run: (context) => (asked.push(check.name), check.run(context)) }),
    );
    expect((await verifyIn(scene, { checks: watched })).verdict).toBe('trusted');
    expect(asked).toEqual(builtinChecks.map(({ name }) => name));
  });

  it('need an instant to judge for', async () => {
    await expect(verifyIn(await openScene(), { at: new Date(Number.NaN) })).rejects.toThrow(
      code('NOTARY_REQUEST_INVALID'),
    );
  });
});

describe('events of a verification', () => {
  it('tell the subject, what was listed, each check when it starts and ends, and each judgement', async () => {
    const scene = await openScene();
    const { signature } = await signIn(scene);
    const events: NotaryEvent[] = [];
    await verify({ ...scene, trust: await policyTrust(), at: later(60), onEvent: (event) => events.push(event) });
    expect(events.map(lineOf)).toEqual([
      'subject-resolved',
      'signatures-listed',
      `signature-opened application/jose+json ${signature.digest}`,
      ...around('integrity'),
      ...around('plugin'),
      ...around('criticalAttributes'),
      ...around('authenticity', 'identity-compared'),
      ...around('expiry'),
      ...around('authenticTimestamp', 'timestamp-considered no-store'),
      ...around('revocation'),
      ...around('payload'),
      ...around('userMetadata'),
      'signature-judged',
    ]);
  });

  it('are those of checks that ran: none after an enforced failure, none for what the policy skips', async () => {
    const scene = await openScene();
    await signIn(scene, { expirySeconds: 30 });
    const events: NotaryEvent[] = [];
    await verifyIn(scene, { at: later(60), onEvent: (event) => events.push(event) });
    expect(events.map(lineOf).slice(-4)).toEqual([
      'check-finished authenticity',
      'check-started expiry',
      'check-finished expiry',
      'signature-judged',
    ]);
  });

  it('tell the end of integrity where it fails, too', async () => {
    const scene = await openScene();
    await pushSignature(scene.store, scene.subject, { envelope: encodeUtf8('{}') });
    const events: NotaryEvent[] = [];
    await verifyIn(scene, { onEvent: (event) => events.push(event) });
    expect(events.map(lineOf).slice(-3)).toEqual([...around('integrity'), 'signature-judged']);
  });
});

function around(check: string, ...between: readonly string[]): readonly string[] {
  return [`check-started ${check}`, ...between, `check-finished ${check}`];
}

function lineOf(event: NotaryEvent): string {
  switch (event.type) {
    case 'signature-opened':
      return `${event.type} ${event.mediaType} ${event.signature?.digest}`;
    case 'check-started':
      return `${event.type} ${event.check}`;
    case 'check-finished':
      return `${event.type} ${event.result.check}`;
    case 'timestamp-considered':
      return `${event.type} ${event.decision}`;
    default:
      return event.type;
  }
}

/** Another store with the same image, for signatures that should not be listed in the first. */
async function elsewhere(): Promise<ContentStore> {
  return (await openScene(memoryStore('elsewhere'))).store;
}

function silentAbout(store: ContentStore, digests: readonly string[]): ContentStore {
  const findManifest: ContentStore['findManifest'] = (reference, options) =>
    digests.includes(reference) ? Promise.reject(unavailable()) : store.findManifest(reference, options);
  return recordStore(store, { findManifest }).store;
}

/** As a registry client would throw it. */
function unavailable(): Error {
  return withKind('unavailable');
}

function withKind(kind: ErrorKind): Error {
  return Object.assign(new ContentError('CONTENT_NOT_FOUND', 'the registry does not answer'), { kind });
}
