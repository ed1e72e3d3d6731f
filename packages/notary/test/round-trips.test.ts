// How often a verification asks the registry, and for what.

import { encodeUtf8 } from '@nv2/base';
import type { ContentStore } from '@nv2/content';
import { describe, expect, it } from 'vitest';
import type { NotaryEvent } from '../src/index.ts';
import { pushSignature } from './forged.ts';
import { recordStore } from './recorded-store.ts';
import { chainOf, openScene, type Scene, signIn, verifyIn } from './scene.ts';

/** A store that lists by digest alone, as registries do. */
function asRegistry(scene: Scene): ReturnType<typeof recordStore> {
  return recordStore(scene.store, {
    referrers: (subject, options) => scene.store.referrers({ ...scene.subject, digest: subject.digest }, options),
  });
}

/** What was begun while something else was still under way counts as one step with it. */
function recordSteps(store: ContentStore): {
  readonly store: ContentStore;
  readonly steps: readonly (readonly string[])[];
} {
  const steps: string[][] = [];
  let open = 0;
  const step = async <T>(name: string, answer: () => Promise<T>): Promise<T> => {
    if (open === 0) steps.push([]);
    steps.at(-1)?.push(name);
    open += 1;
    try {
      // A few turns, so that what is asked for at once overlaps.
      for (let turn = 0; turn < 20; turn++) await Promise.resolve();
      return await answer();
    } finally {
      open -= 1;
    }
  };
  const wrapped: Partial<ContentStore> = {
    findManifest: (reference, options) => step('manifest', () => store.findManifest(reference, options)),
    fetchBlob: (descriptor, options) => step('blob', () => store.fetchBlob(descriptor, options)),
    async *referrers(subject, options) {
      const listed = await step('listing', async () => {
        const all = [];
        for await (const descriptor of store.referrers(subject, options)) all.push(descriptor);
        return all;
      });
      yield* listed;
    },
  };
  return { store: Object.assign(Object.create(store), wrapped), steps };
}

describe('verifying one signature', () => {
  it('takes four steps for a tag: manifest, listing, signature manifest, envelope', async () => {
    const scene = await openScene();
    await signIn(scene);
    const { store, steps } = recordSteps(asRegistry(scene).store);
    expect((await verifyIn({ ...scene, store }, { subject: 'v1' })).verdict).toBe('trusted');
    expect(steps).toEqual([['manifest'], ['listing'], ['manifest'], ['blob']]);
  });

  it('takes three for a digest, whose manifest and listing are asked for at once', async () => {
    const scene = await openScene();
    await signIn(scene);
    const { store, steps } = recordSteps(asRegistry(scene).store);
    expect((await verifyIn({ ...scene, store }, { subject: scene.subject.digest })).verdict).toBe('trusted');
    expect(steps.map((step) => step.toSorted())).toEqual([['listing', 'manifest'], ['manifest'], ['blob']]);
  });

  it('takes one less when the signature manifest carries the envelope', async () => {
    const scene = await openScene();
    await signIn(scene, { inlineEnvelope: true });
    const { store, steps } = recordSteps(asRegistry(scene).store);
    expect((await verifyIn({ ...scene, store }, { subject: 'v1' })).verdict).toBe('trusted');
    expect(steps).toEqual([['manifest'], ['listing'], ['manifest']]);
  });

  it('takes no manifest again that the caller has fetched', async () => {
    const scene = await openScene();
    await signIn(scene);
    const { store, steps } = recordSteps(asRegistry(scene).store);
    await verifyIn({ ...scene, store });
    expect(steps).toEqual([['listing'], ['manifest'], ['blob']]);
  });

  it('never asks for a layer or config of the artifact', async () => {
    const scene = await openScene();
    const { envelopeDescriptor } = await signIn(scene);
    const recorded = recordStore(scene.store);
    await verifyIn({ ...scene, store: recorded.store }, { subject: 'v1' });
    expect(recorded.calls.filter((call) => call.startsWith('fetchBlob'))).toEqual([
      `fetchBlob ${envelopeDescriptor.mediaType}`,
    ]);
  });

  it('reads nothing beyond a first signature that is hinted and good', async () => {
    const scene = await openScene();
    await signIn(scene);
    for (let publisher = 1; publisher <= 3; publisher++) await signIn(scene, { by: await chainOf(publisher) });
    const recorded = recordStore(scene.store);
    await verifyIn({ ...scene, store: recorded.store });
    expect(recorded.calls.filter((call) => call.startsWith('findManifest ')).length).toBe(1);
  });
});

describe('a listing that was asked for by digest alone', () => {
  it('is asked for again, with the whole subject, where the store compares it', async () => {
    const scene = await openScene();
    await signIn(scene);
    const recorded = recordStore(scene.store);
    expect((await verifyIn({ ...scene, store: recorded.store }, { subject: scene.subject.digest })).verdict).toBe(
      'trusted',
    );
    expect(recorded.calls.filter((call) => call.startsWith('referrers')).length).toBe(2);
  });

  it('cannot hide the real one behind referrers of a subject of no size', async () => {
    const scene = await openScene();
    const { envelope } = await signIn(scene);
    const nobody = { mediaType: 'application/octet-stream', digest: scene.subject.digest, size: 0 };
    await pushSignature(scene.store, nobody, { envelope });
    const outcome = await verifyIn(scene, { subject: scene.subject.digest });
    expect(outcome.verdict).toBe('trusted');
    expect(outcome.signatures.length).toBe(2);
  });

  it('does not double the limit', async () => {
    const scene = await openScene();
    const nobody = { mediaType: 'application/octet-stream', digest: scene.subject.digest, size: 0 };
    for (const text of ['a', 'b']) await pushSignature(scene.store, nobody, { envelope: encodeUtf8(text) });
    for (let publisher = 1; publisher <= 3; publisher++) await signIn(scene, { by: await chainOf(publisher) });
    const outcome = await verifyIn(scene, { subject: scene.subject.digest, maxSignatures: 3 });
    expect([outcome.signatures.length, outcome.isLimitReached]).toEqual([3, true]);
  });

  it('does not examine anything twice', async () => {
    const scene = await openScene();
    await signIn(scene, { by: await chainOf(1) });
    const { store } = asRegistry(scene);
    const outcome = await verifyIn({ ...scene, store }, { subject: scene.subject.digest });
    expect(outcome.signatures.length).toBe(1);
  });

  it('is dropped without a trace when the subject does not exist', async () => {
    const scene = await openScene();
    const store = recordStore(scene.store, {
      // oxlint-disable-next-line require-yield -- it fails before there is anything to yield
      async *referrers() {
        throw new Error('the listing fails too');
      },
    }).store;
    const digest = scene.subject.digest.replace(/.$/, (last) => (last === '0' ? '1' : '0'));
    await expect(verifyIn({ ...scene, store }, { subject: digest })).rejects.toThrow(
      expect.objectContaining({ code: 'NOTARY_SUBJECT_NOT_FOUND' }),
    );
  });
});

describe('inline data of a layer', () => {
  for (const [name, data] of [
    ['is not the envelope', encodeUtf8('something else')],
    ['is empty', new Uint8Array()],
  ] as const) {
    it(`that ${name} is ignored with a note, and the envelope is fetched`, async () => {
      const scene = await openScene();
      const { envelope, signature } = await signIn(scene);
      await scene.store.deleteManifest(signature.digest);
      const forged = await pushSignature(scene.store, scene.subject, { envelope, data });
      const events: NotaryEvent[] = [];
      expect((await verifyIn(scene, { onEvent: (event) => events.push(event) })).verdict).toBe('trusted');
      expect(events).toContainEqual({
        type: 'inline-data-ignored',
        signature: expect.objectContaining({ digest: forged.digest }),
      });
    });
  }

  it('that claims a larger size than 32 KiB is ignored with a note', async () => {
    const scene = await openScene();
    const { envelope, signature } = await signIn(scene, { userMetadata: { a: 'x'.repeat(40_000) } });
    await scene.store.deleteManifest(signature.digest);
    await pushSignature(scene.store, scene.subject, { envelope, data: envelope });
    const events: NotaryEvent[] = [];
    expect((await verifyIn(scene, { onEvent: (event) => events.push(event) })).verdict).toBe('trusted');
    expect(events.map(({ type }) => type)).toContain('inline-data-ignored');
  });
});
