import { digestOf, emptyJsonDescriptor, mediaTypes, parseManifest } from '@nv2/oci';
import { describe, expect, it } from 'vitest';
import { packManifest } from './pack.ts';

const bytes = new TextEncoder().encode('layer');
const layer = { mediaType: 'application/jose+json', digest: digestOf(bytes), size: bytes.length };
const subject = { mediaType: mediaTypes.ociManifest, digest: digestOf(bytes), size: 7 };

describe('packing a manifest', () => {
  it('gives an OCI image manifest with an empty config', () => {
    const manifest = packManifest({
      artifactType: 'application/vnd.example',
      layers: [layer],
      subject,
      annotations: { a: '1' },
    });
    expect(manifest.descriptor).toEqual({
      mediaType: mediaTypes.ociManifest,
      digest: digestOf(manifest.bytes),
      size: manifest.bytes.length,
    });
    expect(parseManifest(manifest.bytes, mediaTypes.ociManifest)).toEqual({
      kind: 'image',
      mediaType: mediaTypes.ociManifest,
      artifactType: 'application/vnd.example',
      config: emptyJsonDescriptor,
      layers: [layer],
      subject,
      annotations: { a: '1' },
    });
  });

  it('names a subject by its content alone', () => {
    const chatty = {
      ...subject,
      annotations: { from: 'a listing' },
      artifactType: 'a/b',
      platform: { os: 'a', architecture: 'b' },
    };
    const manifest = packManifest({ artifactType: 'a/b', layers: [layer], subject: chatty });
    expect(parseManifest(manifest.bytes, mediaTypes.ociManifest).subject).toEqual(subject);
  });

  it('puts an empty layer where there is none', () => {
    const manifest = packManifest({ artifactType: 'a/b', layers: [] });
    expect(parseManifest(manifest.bytes, mediaTypes.ociManifest)).toMatchObject({ layers: [emptyJsonDescriptor] });
  });

  it('takes the media type of the config for the artifact type, as before OCI 1.1', () => {
    const config = { ...emptyJsonDescriptor, mediaType: mediaTypes.notarySignature };
    const manifest = packManifest({ config, layers: [layer] });
    expect(parseManifest(manifest.bytes, mediaTypes.ociManifest)).toMatchObject({ config });
  });

  it('gives equal bytes for equal options', () => {
    const one = packManifest({ artifactType: 'a/b', layers: [layer], annotations: { b: '2', a: '1' } });
    const other = packManifest({ annotations: { a: '1', b: '2' }, layers: [layer], artifactType: 'a/b' });
    expect(other).toEqual(one);
  });

  it.each([
    ['no artifact type and an empty config', { layers: [layer] }],
    ['an artifact type that is no media type', { artifactType: 'signature', layers: [layer] }],
    ['the empty JSON for an artifact type', { artifactType: mediaTypes.emptyJson, layers: [layer] }],
  ])('refuses %s', (_, options) => {
    expect(() => packManifest(options)).toThrow(expect.objectContaining({ code: 'OCI_MANIFEST_INVALID' }));
  });
});
