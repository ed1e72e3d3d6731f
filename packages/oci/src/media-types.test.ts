import { describe, expect, it } from 'vitest';
import { isManifestMediaType, isMediaType, manifestMediaTypes, mediaTypes } from './media-types.ts';

describe('media types', () => {
  it.each([...Object.values(mediaTypes), 'a/b', `a/${'b'.repeat(127)}`])('knows the form of %s', (text) => {
    expect(isMediaType(text)).toBe(true);
  });

  it.each(['', 'a', 'a/', '/b', 'a/b/c', 'a/b; charset=utf-8', 'a b/c', '.a/b', 'a/b\n', `a/${'b'.repeat(128)}`])(
    'does not take "%s" for a media type',
    (text) => {
      expect(isMediaType(text)).toBe(false);
    },
  );

  it('asks registries for manifests of both families and never for schema 1', () => {
    expect(manifestMediaTypes.every(isManifestMediaType)).toBe(true);
    expect(isManifestMediaType(mediaTypes.dockerSchema1)).toBe(false);
    expect(isManifestMediaType(mediaTypes.ociConfig)).toBe(false);
  });
});
