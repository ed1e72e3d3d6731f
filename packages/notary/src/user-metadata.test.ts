import { encodeUtf8 } from '@nv2/base';
import { type Descriptor, digestOf } from '@nv2/oci';
import { describe, expect, it } from 'vitest';
import { addUserMetadata, assertUserMetadata } from './user-metadata.ts';

const subject: Descriptor = {
  mediaType: 'a/b',
  digest: digestOf(encodeUtf8('x')),
  size: 1,
  annotations: { kept: 'yes' },
};

describe('adding user metadata', () => {
  it('merges it into the annotations of the subject [+META-01 +SIGN-02]', () => {
    const { annotations } = addUserMetadata(subject, { buildId: '101' });
    expect(annotations).toEqual({ kept: 'yes', buildId: '101' });
  });

  it('changes neither the subject nor the metadata', () => {
    const metadata = { buildId: '101' };
    addUserMetadata(subject, metadata);
    expect([subject.annotations, metadata]).toEqual([{ kept: 'yes' }, { buildId: '101' }]);
  });

  const accepted: readonly (readonly [name: string, metadata: Record<string, string>])[] = [
    ['a key in a domain of one’s own [+META-02]', { 'io.cncf.other': '1' }],
    ['an empty value [+META-04]', { a: '' }],
    ['a key the subject has in other letter case [+META-03]', { Kept: 'no' }],
    ['a key with "=" in it', { 'a=b': '1' }],
    ['none at all', {}],
  ];
  for (const [name, metadata] of accepted) {
    it(`accepts ${name}`, () => {
      expect(addUserMetadata(subject, metadata).annotations).toEqual({ kept: 'yes', ...metadata });
    });
  }

  const refused: readonly (readonly [name: string, metadata: Record<string, string>])[] = [
    ['a reserved key [-META-02 -PAY-07]', { 'io.cncf.notary.x': '1' }],
    ['a reserved prefix without a dot [-META-02 -PAY-07]', { 'io.cncf.notaryx': '1' }],
    ['a key the subject already has [-META-03 -SIGN-02]', { kept: 'no' }],
    ['a key the subject already has, with the same value [-META-03]', { kept: 'yes' }],
    ['an empty key [-META-04 -META-01]', { '': '1' }],
    ['a value that is half a character [-META-04]', { a: '\ud800' }],
    ['a key that is half a character [-META-04]', { '\udc00': 'a' }],
  ];
  for (const [name, metadata] of refused) {
    it(`refuses ${name}`, () => {
      expect(() => addUserMetadata(subject, metadata)).toThrow(
        expect.objectContaining({ code: 'NOTARY_METADATA_INVALID' }),
      );
    });
  }

  it('refuses to look for a reserved key too [-META-07]', () => {
    expect(() => assertUserMetadata({ 'io.cncf.notary.y': '1' })).toThrow(
      expect.objectContaining({ code: 'NOTARY_METADATA_INVALID' }),
    );
  });

  it('lets a caller look for any other key [+META-07 +PAY-07]', () => {
    expect(() => assertUserMetadata({ kept: 'yes' })).not.toThrow();
  });
});
