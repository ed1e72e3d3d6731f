// Services that make whole envelopes: what they hand out is judged as if a stranger had made it (PLUG-26).

import { encodeUtf8, parseUtf8 } from '@nv2/base';
import {
  type EnvelopeFormat,
  parseEnvelope,
  payloadContentType,
  signEnvelope,
  type SignEnvelopeRequest,
} from '@nv2/envelope';
import { mediaTypes, parseManifest } from '@nv2/oci';
import { mintChain } from '@nv2/testing';
import { describe, expect, it } from 'vitest';
import { type EnvelopeRequest, type EnvelopeSigner, sign, signBlob } from '../src/index.ts';
import { createdAnnotation, thumbprintAnnotation } from '../src/signature-manifest.ts';
import { at, chainOf, cose, jws, later, openScene, type Scene, verifyIn } from './scene.ts';

interface Behaviour {
  readonly format?: EnvelopeFormat;
  readonly change?: Partial<SignEnvelopeRequest>;
  readonly payload?: (payload: string) => string;
  readonly spoil?: (envelope: Uint8Array) => Uint8Array;
  readonly annotations?: Readonly<Record<string, string>>;
}

function service(behaviour: Behaviour = {}): EnvelopeSigner & { readonly asked: EnvelopeRequest[] } {
  const { format = jws, change = {}, payload = (text) => text, spoil = (bytes) => bytes, annotations } = behaviour;
  const asked: EnvelopeRequest[] = [];
  return {
    name: 'the service',
    asked,
    generateEnvelope: async (request) => {
      asked.push(request);
      const { expirySeconds } = request;
      const envelope = await signEnvelope({
        format,
        payload: encodeUtf8(payload(parseUtf8(request.payload))),
        key: (await chainOf()).signingKey,
        signingTime: at,
        signingAgent: 'service/1.0',
        ...(expirySeconds === undefined ? {} : { expiry: later(expirySeconds) }),
        ...change,
      });
      return { envelope: spoil(envelope), ...(annotations ? { annotations } : {}) };
    },
  };
}

function signBy(scene: Scene, key: EnvelopeSigner, options: Partial<Parameters<typeof sign>[0]> = {}) {
  return sign({ ...scene, key, format: jws, at, signingAgent: 'test/1.0', ...options });
}

const refused = (why: RegExp): unknown =>
  expect.objectContaining({ code: 'NOTARY_ENVELOPE_REFUSED', message: expect.stringMatching(why) });

describe('a service that makes envelopes', () => {
  it('signs what it is asked to, and a verifier trusts it [+PLUG-26 +PLUG-25]', async () => {
    for (const format of [jws, cose]) {
      const scene = await openScene();
      const signer = service({ format });
      const { envelope } = await signBy(scene, signer, { format, userMetadata: { build: '1' }, expirySeconds: 3600 });
      expect(signer.asked).toMatchObject([{ mediaType: format.mediaType, expirySeconds: 3600 }]);
      expect(parseEnvelope(envelope, format.mediaType).unsigned.signingAgent).toBe('service/1.0');
      expect(await verifyIn(scene, { userMetadata: { build: '1' } })).toMatchObject({ verdict: 'trusted' });
    }
  });

  it('may use the other scheme, add annotations, and an expiry of its own [+PLUG-26]', async () => {
    const change = { scheme: 'notary.x509.signingAuthority', expiry: later(60) } as const;
    const payload = (text: string) => text.replace('"size"', '"annotations":{"by":"service"},"size"');
    const { envelope } = await signBy(await openScene(), service({ change, payload }));
    const { scheme: signingScheme, expiry } = change;
    expect(parseEnvelope(envelope, jws.mediaType).signed).toMatchObject({ signingScheme, expiry });
  });

  it.each<readonly [string, Behaviour, RegExp]>([
    ['bytes that are no envelope', { spoil: () => encodeUtf8('{}') }, /the service/],
    ['an envelope of the other format', { format: cose }, /JSON|UTF-8/],
    ['an altered envelope', { spoil: flipLast }, /VER-10|signature/],
    ['another payload', { payload: () => '{"targetArtifact":{}}' }, /mediaType/],
    ['another digest', { payload: (text) => text.replace(/sha256:[0-9a-f]{4}/, 'sha256:0000') }, /something else/],
    ['another size', { payload: (text) => text.replace(/"size":/, '"size":1') }, /something else/],
    ['another media type', { payload: (text) => text.replace('oci.image', 'oci.other') }, /something else/],
    ['an annotation less', { payload: (text) => text.replace('"build":"1"', '') }, /"build" is missing or changed/],
    ['an annotation changed', { payload: (text) => text.replace('"1"', '"2"') }, /"build" is missing or changed/],
    ['no expiry', { change: { expiry: undefined } as never }, /does not expire/],
    ['an earlier expiry', { change: { expiry: later(60) } }, /not 3600 s after/],
    ['a later expiry', { change: { expiry: later(7200) } }, /not 3600 s after/],
  ])('is not used when it makes %s [-PLUG-26]', async (_what, behaviour, why) => {
    const scene = await openScene();
    const options = { userMetadata: { build: '1' }, expirySeconds: 3600 };
    await expect(signBy(scene, service(behaviour), options)).rejects.toEqual(refused(why));
    const left: unknown[] = [];
    for await (const referrer of scene.store.referrers(scene.subject)) left.push(referrer);
    expect(left).toEqual([]);
  });

  it.each([
    ['beside the artifact', (text: string) => text.replace(/^\{/, '{"more":1,')],
    ['in the descriptor', (text: string) => text.replace('"mediaType"', '"more":1,"mediaType"')],
  ])('is not used when it adds a foreign member %s [-PAY-13]', async (_where, payload) => {
    await expect(signBy(await openScene(), service({ payload }))).rejects.toEqual(refused(/foreign member "more"/));
  });

  it('may write every member of a descriptor [+PAY-13]', async () => {
    const payload = (text: string) =>
      text.replace('"mediaType"', '"urls":[],"data":"","platform":{},"artifactType":"a/b","mediaType"');
    await expect(signBy(await openScene(), service({ payload }))).resolves.toBeDefined();
  });

  it('is not used when its chain had expired when it signed [-PLUG-26 -SIGN-06]', async () => {
    const { signingKey } = await mintChain({ notBefore: later(-20), notAfter: later(-10) });
    const generateEnvelope = async ({ payload }: EnvelopeRequest) => {
      // Written by hand, since signEnvelope refuses it.
      const signed = {
        contentType: payloadContentType,
        signingScheme: 'notary.x509',
        signingTime: at,
        extended: [],
      } as const;
      const prepared = jws.prepare({ payload, algorithm: signingKey.algorithm, signed });
      const certificateChain = signingKey.chain.map(({ der }) => der);
      return { envelope: prepared.seal(await signingKey.sign(prepared.signedBytes), { certificateChain }) };
    };
    const signing = signBy(await openScene(), { name: 'the service', generateEnvelope });
    await expect(signing).rejects.toEqual(refused(/CERT-/));
  });

  it('cannot be given a time-stamp [-PLUG-26]', async () => {
    const signing = signBy(await openScene(), service(), { timestamp: () => Promise.reject(new Error('asked')) });
    await expect(signing).rejects.toEqual(expect.objectContaining({ code: 'NOTARY_SIGNER_UNSUITED' }));
  });

  it('keeps its annotations beside ours, and out of the reserved namespace [+STORE-09]', async () => {
    const scene = await openScene();
    const annotations = {
      'com.example.profile': 'p',
      'com.example.team': 'service',
      [createdAnnotation]: 'never',
      [thumbprintAnnotation]: '[]',
      'io.cncf.notary.other': 'x',
    };
    const own = { annotations: { 'com.example.team': 'ours' } };
    const { signature } = await signBy(scene, service({ annotations }), own);
    const manifest = await scene.store.findManifest(signature.digest);
    if (manifest === undefined) throw new Error('not stored');
    const { certificates } = await chainOf();
    expect(parseManifest(manifest.bytes, mediaTypes.ociManifest).annotations).toEqual({
      'com.example.profile': 'p',
      'com.example.team': 'ours',
      [createdAnnotation]: '2030-06-01T12:00:00Z',
      [thumbprintAnnotation]: JSON.stringify(certificates.map(({ fingerprint }) => fingerprint)),
    });
  });

  it('is asked for nothing it could not be asked for [-SIGN-04]', async () => {
    const signer = service();
    const signing = signBy(await openScene(), signer, { expirySeconds: -1 });
    await expect(signing).rejects.toEqual(expect.objectContaining({ code: 'NOTARY_REQUEST_INVALID' }));
    expect(signer.asked).toEqual([]);
  });

  it('signs no blob without saying what kind of key it has [-BLOB-09]', async () => {
    const content = { open: () => expect.fail('the blob was read') };
    const request = { content, mediaType: 'text/plain', key: service(), format: jws, at, signingAgent: 'test/1.0' };
    await expect(signBlob(request)).rejects.toEqual(expect.objectContaining({ code: 'NOTARY_SIGNER_UNSUITED' }));
  });
});

function flipLast(envelope: Uint8Array): Uint8Array {
  const text = parseUtf8(envelope);
  const start = text.indexOf('"signature":"') + '"signature":"'.length;
  return encodeUtf8(`${text.slice(0, start)}${text[start] === 'A' ? 'B' : 'A'}${text.slice(start + 1)}`);
}
