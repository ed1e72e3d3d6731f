import { encodeUtf8, isEqualBytes } from '@nv2/base';
import { type ContentStore, fetchBytes, memoryStore } from '@nv2/content';
import { findFormat, parseEnvelope } from '@nv2/envelope';
import { digestOf, emptyJsonDescriptor, inlineContent, mediaTypes, parseManifest } from '@nv2/oci';
import { mintChain, pushArtifact, testImage, toSigningKey } from '@nv2/testing';
import { describe, expect, it } from 'vitest';
import { createSignature, type NotaryEvent, parsePayload, resolveSubject, sign, storeSignature } from '../src/index.ts';
import { createdAnnotation, thumbprintAnnotation } from '../src/signature-manifest.ts';
import { at, chainOf, cose, jws, later, openScene, signIn, verifyIn } from './scene.ts';
import { sealJwsByHand } from './forged.ts';
import { recordStore } from './recorded-store.ts';

const code = (expected: string): unknown => expect.objectContaining({ code: expected });

async function signingOptions(): Promise<Parameters<typeof createSignature>[0]> {
  const { subject } = await openScene();
  return { subject, key: (await chainOf()).signingKey, format: jws, at, signingAgent: 'test/1.0' };
}

async function storedManifest(store: ContentStore, digest: string): Promise<ReturnType<typeof parseManifest>> {
  const manifest = await store.findManifest(digest);
  if (manifest === undefined) throw new Error('not stored');
  return parseManifest(manifest.bytes, manifest.descriptor.mediaType);
}

describe('making a signature', () => {
  for (const format of [jws, cose]) {
    it(`signs the descriptor and nothing else as ${format.name} [+PAY-01 +PAY-09 +PAY-10 +SIGN-03]`, async () => {
      const options = await signingOptions();
      const { envelope, mediaType } = await createSignature({ ...options, format });
      const parsed = parseEnvelope(envelope, mediaType);
      expect(mediaType).toBe(format.mediaType);
      expect(parsed.signed.contentType).toBe(mediaTypes.notaryPayload);
      expect(parsePayload(parsed.payload)).toEqual({ ...options.subject });
    });
  }

  it('has no format for anything but the two media types [-SIGN-03]', () => {
    expect([findFormat('pgp'), findFormat('')]).toEqual([undefined, undefined]);
  });

  it('uses scheme notary.x509 and the given time, cut to seconds [+SIGN-05]', async () => {
    const options = await signingOptions();
    const { envelope } = await createSignature({ ...options, at: new Date(at.getTime() + 987) });
    const { signed } = parseEnvelope(envelope, mediaTypes.jws);
    expect([signed.signingScheme, signed.signingTime]).toEqual(['notary.x509', at]);
  });

  it('does not sign at what is not a time [-SIGN-05]', async () => {
    const options = await signingOptions();
    await expect(createSignature({ ...options, at: new Date(Number.NaN) })).rejects.toThrow(
      code('NOTARY_REQUEST_INVALID'),
    );
  });

  it('counts expiry from the signing time [+SIGN-04]', async () => {
    const { envelope } = await createSignature({ ...(await signingOptions()), expirySeconds: 3600 });
    expect(parseEnvelope(envelope, mediaTypes.jws).signed.expiry).toEqual(later(3600));
  });

  it('takes zero seconds for no expiry [+SIGN-04]', async () => {
    const { envelope } = await createSignature({ ...(await signingOptions()), expirySeconds: 0 });
    expect(parseEnvelope(envelope, mediaTypes.jws).signed.expiry).toBeUndefined();
  });

  for (const expirySeconds of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 8e12]) {
    it(`refuses an expiry of ${expirySeconds} seconds [-SIGN-04]`, async () => {
      const options = await signingOptions();
      await expect(createSignature({ ...options, expirySeconds })).rejects.toThrow(code('NOTARY_REQUEST_INVALID'));
    });
  }

  it('signs user metadata as annotations of the payload [+META-01 +SIGN-02]', async () => {
    const { envelope } = await createSignature({ ...(await signingOptions()), userMetadata: { buildId: '101' } });
    expect(parsePayload(parseEnvelope(envelope, mediaTypes.jws).payload).annotations).toEqual({ buildId: '101' });
  });

  it('refuses reserved user metadata [-META-02 -SIGN-02]', async () => {
    const options = await signingOptions();
    const request = createSignature({ ...options, userMetadata: { 'io.cncf.notary.x': '1' } });
    await expect(request).rejects.toThrow(code('NOTARY_METADATA_INVALID'));
  });

  it('names the agent, and the key’s own after it [+SIGN-11]', async () => {
    const options = await signingOptions();
    const key = { ...options.key, agent: 'my-plugin/1.0.0' };
    const { envelope } = await createSignature({ ...options, key });
    expect(parseEnvelope(envelope, mediaTypes.jws).unsigned.signingAgent).toBe('test/1.0 my-plugin/1.0.0');
  });

  it('appends nothing for a key without an agent [-SIGN-11]', async () => {
    const { envelope } = await createSignature(await signingOptions());
    expect(parseEnvelope(envelope, mediaTypes.jws).unsigned.signingAgent).toBe('test/1.0');
  });

  it('signs nothing when the time-stamp cannot be had [-SIGN-08]', async () => {
    const options = await signingOptions();
    const request = createSignature({ ...options, timestamp: () => Promise.reject(new Error('no answer')) });
    await expect(request).rejects.toThrow('no answer');
  });

  it('signs without a time-stamp where none is asked for [+SIGN-08]', async () => {
    const { envelope } = await createSignature(await signingOptions());
    expect(parseEnvelope(envelope, mediaTypes.jws).unsigned.timestampSignature).toBeUndefined();
  });

  it('accepts a chain that is valid at the signing time [+SIGN-06]', async () => {
    const { signingKey } = await mintChain({ notBefore: later(-1), notAfter: later(1) });
    await expect(createSignature({ ...(await signingOptions()), key: signingKey })).resolves.toBeDefined();
  });

  it('refuses a chain that has expired at the signing time [-SIGN-06]', async () => {
    const { signingKey } = await mintChain({ notBefore: later(-10), notAfter: later(-1) });
    const request = createSignature({ ...(await signingOptions()), key: signingKey });
    await expect(request).rejects.toThrow(code('ENVELOPE_CHAIN_INVALID'));
  });

  it('hands out an envelope that verifies [+SIGN-07]', async () => {
    const scene = await openScene();
    await signIn(scene);
    expect((await verifyIn(scene)).verdict).toBe('trusted');
  });

  it('hands out nothing when the key signed something else [-SIGN-07]', async () => {
    const options = await signingOptions();
    const { signingKey } = await chainOf();
    const key = { ...signingKey, sign: () => signingKey.sign(encodeUtf8('something else')) };
    await expect(createSignature({ ...options, key })).rejects.toThrow(code('ENVELOPE_KEY_MISMATCH'));
  });

  it('refuses a key that does not belong to the chain', async () => {
    const other = await chainOf(1);
    const key = toSigningKey(other.key, (await chainOf()).certificates);
    await expect(createSignature({ ...(await signingOptions()), key })).rejects.toThrow(code('ENVELOPE_KEY_MISMATCH'));
  });

  it('stops when aborted', async () => {
    const signal = AbortSignal.abort();
    await expect(createSignature({ ...(await signingOptions()), signal })).rejects.toThrow(
      expect.objectContaining({ name: 'AbortError' }),
    );
  });
});

describe('storing a signature', () => {
  it('writes the default form of the signature manifest [+STORE-01 +STORE-02 +STORE-05 +STORE-06]', async () => {
    const scene = await openScene();
    const { signature, envelopeDescriptor } = await signIn(scene);
    const { mediaType, digest, size } = scene.subject;
    expect(signature.mediaType).toBe(mediaTypes.ociManifest);
    expect(await storedManifest(scene.store, signature.digest)).toMatchObject({
      kind: 'image',
      artifactType: mediaTypes.notarySignature,
      config: emptyJsonDescriptor,
      layers: [envelopeDescriptor],
      subject: { mediaType, digest, size },
    });
  });

  it('writes the fallback form when asked to, which verifies as well [+STORE-03 +STORE-11]', async () => {
    const scene = await openScene();
    const { signature } = await signIn(scene, { form: 'fallback' });
    const manifest = await storedManifest(scene.store, signature.digest);
    expect(manifest).toMatchObject({ kind: 'image', config: { mediaType: mediaTypes.notarySignature, size: 2 } });
    expect(manifest.artifactType).toBeUndefined();
    expect((await verifyIn(scene)).verdict).toBe('trusted');
  });

  it('lists the chain’s thumbprints in lower case, root included [+STORE-07 +OC-31]', async () => {
    const scene = await openScene();
    const chain = await chainOf(0, { length: 3 });
    const { signature } = await signIn(scene, { by: chain });
    const { annotations = {} } = await storedManifest(scene.store, signature.digest);
    expect(annotations[thumbprintAnnotation]).toBe(
      JSON.stringify(chain.certificates.map(({ fingerprint }) => fingerprint)),
    );
    expect(Object.keys(annotations)).not.toContain('io.cncf.notary.x509certs.fingerprint.sha256');
  });

  it('states the signing time in UTC seconds [+STORE-08]', async () => {
    const scene = await openScene();
    const { signature } = await signIn(scene, { at: new Date(at.getTime() + 999) });
    expect((await storedManifest(scene.store, signature.digest)).annotations?.[createdAnnotation]).toBe(
      '2030-06-01T12:00:00Z',
    );
  });

  it('refuses an envelope without a signing time [-STORE-08]', async () => {
    const scene = await openScene();
    const envelope = await sealJwsByHand(scene.subject, { 'io.cncf.notary.signingTime': '0001-01-01T00:00:00Z' });
    const request = storeSignature({ ...scene, envelope, mediaType: mediaTypes.jws });
    await expect(request).rejects.toThrow(code('NOTARY_SIGNATURE_INVALID'));
  });

  it('keeps further annotations beside its own [+STORE-09]', async () => {
    const scene = await openScene();
    const { signature } = await signIn(scene, {
      annotations: { 'com.example.team': 'a', [createdAnnotation]: 'never' },
    });
    const { annotations } = await storedManifest(scene.store, signature.digest);
    expect(annotations).toMatchObject({ 'com.example.team': 'a', [createdAnnotation]: '2030-06-01T12:00:00Z' });
  });

  it('refuses further annotations in the reserved namespace [-STORE-09 -STORE-07]', async () => {
    const scene = await openScene();
    const request = signIn(scene, { annotations: { [thumbprintAnnotation]: '[]' } });
    await expect(request).rejects.toThrow(code('NOTARY_METADATA_INVALID'));
  });

  it('pushes envelope, config and manifest in this order [+SIGN-09]', async () => {
    const scene = await openScene();
    const recorded = recordStore(scene.store);
    await signIn({ ...scene, store: recorded.store });
    const pushes = recorded.calls.filter((call) => call.startsWith('push'));
    expect(pushes).toEqual([
      `pushBlob ${mediaTypes.jws}`,
      `pushBlob ${mediaTypes.emptyJson}`,
      `pushManifest ${mediaTypes.ociManifest}`,
    ]);
  });

  it('pushes nothing when the subject is not in the store [-SIGN-09]', async () => {
    const { subject } = await openScene();
    const recorded = recordStore(memoryStore());
    await expect(signIn({ store: recorded.store, subject })).rejects.toThrow(code('NOTARY_SUBJECT_NOT_FOUND'));
    expect(recorded.calls.filter((call) => call.startsWith('push'))).toEqual([]);
  });

  it('refuses a subject that the store knows with another size [-SIGN-01]', async () => {
    const scene = await openScene();
    const subject = { ...scene.subject, size: scene.subject.size + 1 };
    await expect(signIn({ ...scene, subject })).rejects.toThrow(code('NOTARY_SUBJECT_MISMATCH'));
  });

  it('leaves the subject and its tag as they were', async () => {
    const scene = await openScene();
    const before = await scene.store.findManifest('v1');
    await signIn(scene);
    expect(await scene.store.findManifest('v1')).toEqual(before);
  });

  it('adds a second signature beside the first [+STORE-16]', async () => {
    const scene = await openScene();
    const first = await signIn(scene);
    const second = await signIn(scene, { by: await chainOf(1) });
    const listed: string[] = [];
    for await (const { digest } of scene.store.referrers(scene.subject)) listed.push(digest);
    expect(listed.toSorted()).toEqual([first.signature.digest, second.signature.digest].toSorted());
  });

  it('gives the same envelope the same manifest, and storing it twice changes nothing', async () => {
    const scene = await openScene();
    const { envelope } = await createSignature({ ...(await signingOptions()), subject: scene.subject });
    const request = { ...scene, envelope, mediaType: mediaTypes.jws };
    const first = await storeSignature(request);
    expect(await storeSignature(request)).toEqual(first);
  });

  it('refuses an envelope about something else', async () => {
    const scene = await openScene();
    const other = testImage({ name: 'other' });
    await pushArtifact(scene.store, other);
    const { envelope } = await createSignature({ ...(await signingOptions()), subject: other.manifest.descriptor });
    const request = storeSignature({ ...scene, envelope, mediaType: mediaTypes.jws });
    await expect(request).rejects.toThrow(code('NOTARY_SIGNATURE_INVALID'));
  });

  for (const [name, envelope, mediaType] of [
    ['no envelope', encodeUtf8('{}'), mediaTypes.jws],
    ['of another media type', encodeUtf8('{}'), 'application/json'],
    ['empty', new Uint8Array(), mediaTypes.cose],
  ] as const) {
    it(`refuses bytes that are ${name}`, async () => {
      const request = storeSignature({ ...(await openScene()), envelope, mediaType });
      await expect(request).rejects.toThrow(code('NOTARY_SIGNATURE_INVALID'));
    });
  }

  it('tells what it stored', async () => {
    const scene = await openScene();
    const events: NotaryEvent[] = [];
    const { signature } = await signIn(scene, { onEvent: (event) => events.push(event) });
    expect(events).toEqual([{ type: 'signature-stored', signature }]);
  });
});

describe('an inline envelope', () => {
  it('is in the manifest and in the store as well', async () => {
    const scene = await openScene();
    const { signature, envelope, envelopeDescriptor } = await signIn(scene, { inlineEnvelope: true });
    const manifest = await storedManifest(scene.store, signature.digest);
    const [layer = envelopeDescriptor] = manifest.kind === 'image' ? manifest.layers : [];
    expect(isEqualBytes(inlineContent(layer) ?? new Uint8Array(), envelope)).toBe(true);
    expect(await fetchBytes(scene.store, envelopeDescriptor, { maxBytes: 1e6 })).toEqual(envelope);
  });

  it('is left out unless asked for, and when it is larger than 32 KiB', async () => {
    const scene = await openScene();
    const plain = await signIn(scene);
    const large = await signIn(scene, { inlineEnvelope: true, userMetadata: { a: 'x'.repeat(40_000) } });
    for (const { signature } of [plain, large]) {
      const manifest = await storedManifest(scene.store, signature.digest);
      expect(manifest.kind === 'image' && manifest.layers[0]?.data).toBeUndefined();
    }
  });
});

describe('resolving a subject', () => {
  it('gives the manifest that a tag names [+SIGN-01 +VER-03]', async () => {
    const { store, subject } = await openScene();
    expect((await resolveSubject(store, 'v1')).descriptor).toEqual(subject);
  });

  it('gives the manifest of a digest [+SIGN-01 +VER-03 +OC-52]', async () => {
    const { store, subject } = await openScene();
    expect((await resolveSubject(store, subject.digest)).descriptor.digest).toBe(subject.digest);
  });

  it('says that a tag does not exist', async () => {
    const { store } = await openScene();
    await expect(resolveSubject(store, 'v2')).rejects.toThrow(code('NOTARY_SUBJECT_NOT_FOUND'));
  });

  it('refuses another manifest than that of the digest asked for, CVE-2023-33959 [-SIGN-01 -VER-03 -OC-52]', async () => {
    const { store } = await openScene();
    const other = testImage({ name: 'other' }).manifest;
    const liar: ContentStore = Object.assign(Object.create(store), { findManifest: () => store.findManifest('v1') });
    await expect(resolveSubject(liar, other.descriptor.digest)).rejects.toThrow(code('NOTARY_SUBJECT_MISMATCH'));
  });

  it('recomputes digest and size instead of believing them [-OC-52]', async () => {
    const { store, subject } = await openScene();
    const manifest = { descriptor: subject, bytes: encodeUtf8('{"schemaVersion":2}') };
    const liar: ContentStore = Object.assign(Object.create(store), { findManifest: () => Promise.resolve(manifest) });
    await expect(resolveSubject(liar, subject.digest)).rejects.toThrow(code('NOTARY_SUBJECT_MISMATCH'));
  });
});

describe('signing under a foreign hash', () => {
  it('takes the digest as the store gives it, whatever the key’s hash [+PAY-06]', async () => {
    const scene = await openScene();
    const key = (await chainOf(0, { keyType: 'p384' })).signingKey;
    const { envelope } = await sign({ ...scene, key, format: jws, at, signingAgent: 'test/1.0' });
    expect(parsePayload(parseEnvelope(envelope, mediaTypes.jws).payload).digest).toBe(scene.subject.digest);
    expect(scene.subject.digest).toBe(digestOf((await resolveSubject(scene.store, 'v1')).bytes));
  });
});
