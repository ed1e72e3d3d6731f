import { encodeUtf8 } from '@nv2/base';
import {
  type Descriptor,
  digestOf,
  emptyJsonDescriptor,
  encodeManifest,
  type ImageManifest,
  mediaTypes,
} from '@nv2/oci';
import { describe, expect, it } from 'vitest';
import { parseSignatureManifest } from './signature-manifest.ts';

const subject: Descriptor = { mediaType: mediaTypes.ociManifest, digest: digestOf(encodeUtf8('subject')), size: 7 };
const envelope: Descriptor = { mediaType: mediaTypes.jws, digest: digestOf(encodeUtf8('envelope')), size: 8 };
const config: Descriptor = { ...emptyJsonDescriptor, mediaType: mediaTypes.notarySignature };

const standard: ImageManifest = {
  kind: 'image',
  mediaType: mediaTypes.ociManifest,
  artifactType: mediaTypes.notarySignature,
  config: emptyJsonDescriptor,
  layers: [envelope],
  subject,
};
const { artifactType: _, ...untyped } = standard;
const artifact = {
  kind: 'artifact',
  mediaType: mediaTypes.ociArtifactManifest,
  artifactType: mediaTypes.notarySignature,
  blobs: [envelope],
  subject,
} as const;

function parse(manifest: Parameters<typeof encodeManifest>[0]): ReturnType<typeof parseSignatureManifest> {
  return parseSignatureManifest(encodeManifest(manifest), manifest.mediaType, subject);
}

describe('reading a signature manifest', () => {
  const accepted: readonly (readonly [name: string, manifest: Parameters<typeof encodeManifest>[0], form: string])[] = [
    ['the default form [+STORE-01 +STORE-02 +STORE-04 +STORE-05 +STORE-06]', standard, 'default'],
    [
      'a COSE envelope [+STORE-05 +VER-07]',
      { ...standard, layers: [{ ...envelope, mediaType: mediaTypes.cose }] },
      'default',
    ],
    ['the fallback form without artifact type [+STORE-03 +STORE-11]', { ...untyped, config }, 'fallback'],
    ['the withdrawn artifact manifest [+STORE-12]', artifact, 'legacy'],
    [
      'a subject with further members [+STORE-06]',
      { ...standard, subject: { ...subject, annotations: { a: 'b' } } },
      'default',
    ],
  ];
  for (const [name, manifest, form] of accepted) {
    it(`accepts ${name}`, () => {
      expect(parse(manifest)).toMatchObject({ form, envelope: { digest: envelope.digest } });
    });
  }

  it('takes the envelope of an image from layers, not blobs [+OC-36]', () => {
    expect(parse(standard).envelope).toEqual(envelope);
  });

  const refused: readonly (readonly [name: string, manifest: Parameters<typeof encodeManifest>[0]])[] = [
    ['the Notary artifact type with another config [-STORE-04 -STORE-02]', { ...standard, config }],
    ['another artifact type [-STORE-02]', { ...standard, artifactType: 'application/x' }],
    ['neither artifact type nor signature config [-STORE-03 -STORE-11]', untyped],
    ['an artifact manifest of another type [-STORE-12]', { ...artifact, artifactType: 'application/x' }],
    ['no layer [-STORE-05]', { ...standard, layers: [] }],
    ['two layers [-STORE-05]', { ...standard, layers: [envelope, envelope] }],
    [
      'a layer of another media type [-STORE-05 -VER-07]',
      { ...standard, layers: [{ ...envelope, mediaType: 'application/json' }] },
    ],
    ['two blobs [-STORE-12]', { ...artifact, blobs: [envelope, envelope] }],
    [
      'another subject digest [-STORE-06]',
      { ...standard, subject: { ...subject, digest: digestOf(encodeUtf8('other')) } },
    ],
    ['another subject size [-STORE-06]', { ...standard, subject: { ...subject, size: 8 } }],
    [
      'another subject media type [-STORE-06]',
      { ...standard, subject: { ...subject, mediaType: mediaTypes.ociIndex } },
    ],
    [
      'an index [-STORE-13 -STORE-01]',
      {
        kind: 'index',
        mediaType: mediaTypes.ociIndex,
        artifactType: mediaTypes.notarySignature,
        manifests: [envelope],
        subject,
      },
    ],
  ];
  for (const [name, manifest] of refused) {
    it(`refuses ${name}`, () => {
      expect(() => parse(manifest)).toThrow(expect.objectContaining({ code: 'NOTARY_MANIFEST_INVALID' }));
    });
  }

  it('refuses a manifest without any subject [-STORE-06]', () => {
    const { subject: _, ...orphan } = standard;
    expect(() => parse(orphan)).toThrow(expect.objectContaining({ code: 'NOTARY_MANIFEST_INVALID' }));
  });

  it('refuses an envelope in blobs of an image manifest [-OC-36]', () => {
    const text = JSON.stringify({
      schemaVersion: 2,
      mediaType: mediaTypes.ociManifest,
      artifactType: mediaTypes.notarySignature,
      config: emptyJsonDescriptor,
      blobs: [envelope],
      subject,
    });
    expect(() => parseSignatureManifest(encodeUtf8(text), mediaTypes.ociManifest, subject)).toThrow(
      expect.objectContaining({ code: 'NOTARY_MANIFEST_INVALID' }),
    );
  });

  it('refuses bytes that are no manifest, with the reason as cause [-STORE-01]', () => {
    expect(() => parseSignatureManifest(encodeUtf8('{}'), mediaTypes.ociManifest, subject)).toThrow(
      expect.objectContaining({
        code: 'NOTARY_MANIFEST_INVALID',
        cause: expect.objectContaining({ code: 'OCI_MANIFEST_INVALID' }),
      }),
    );
  });
});
