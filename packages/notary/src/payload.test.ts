import { encodeUtf8, parseUtf8 } from '@nv2/base';
import { type Descriptor, digestOf } from '@nv2/oci';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodePayload, parsePayload } from './payload.ts';

const digest = digestOf(encodeUtf8('an image'));
const descriptor: Descriptor = { mediaType: 'application/vnd.oci.image.manifest.v1+json', digest, size: 528 };
const member = `"mediaType":"${descriptor.mediaType}","digest":"${digest}","size":528`;

function refused(text: string): void {
  expect(() => parsePayload(encodeUtf8(text))).toThrow(expect.objectContaining({ code: 'NOTARY_PAYLOAD_INVALID' }));
}

describe('encoding a payload', () => {
  it('wraps the descriptor in targetArtifact [+PAY-02 +PAY-03]', () => {
    expect(parseUtf8(encodePayload(descriptor))).toBe(`{"targetArtifact":{${member}}}`);
  });

  it('signs annotations, sorted [+PAY-04 +META-01]', () => {
    const text = parseUtf8(encodePayload({ ...descriptor, annotations: { b: '2', a: '1' } }));
    expect(text).toBe(`{"targetArtifact":{${member},"annotations":{"a":"1","b":"2"}}}`);
  });

  it('leaves out what is not signed: artifact type, URLs, inline data, platform [-PAY-04]', () => {
    const rich = {
      ...descriptor,
      artifactType: 'application/x',
      urls: ['https://example.com'],
      data: Uint8Array.of(1),
      platform: { os: 'linux', architecture: 'amd64' },
    };
    expect(encodePayload(rich)).toEqual(encodePayload(descriptor));
  });

  it('leaves out an empty map of annotations', () => {
    expect(encodePayload({ ...descriptor, annotations: {} })).toEqual(encodePayload(descriptor));
  });

  it('is a JSON object, as JWS wants it [+PAY-12]', () => {
    expect(JSON.parse(parseUtf8(encodePayload(descriptor)))).toBeTypeOf('object');
  });
});

describe('parsing a payload', () => {
  const accepted: readonly (readonly [name: string, text: string])[] = [
    [
      'members in any order [+PAY-11]',
      `{"targetArtifact":{"size":528,"digest":"${digest}","mediaType":"${descriptor.mediaType}"}}`,
    ],
    ['white space [+PAY-11]', ` {\n"targetArtifact" : {${member}}\t} `],
    ['unknown members beside the target [+PAY-13]', `{"targetArtifact":{${member}},"other":{"a":[1,null]}}`],
    [
      'unknown members within the target [+PAY-13]',
      `{"targetArtifact":{${member},"artifactType":"a/b","platform":{}}}`,
    ],
  ];
  for (const [name, text] of accepted) {
    it(`reads ${name}`, () => {
      expect(parsePayload(encodeUtf8(text))).toEqual(descriptor);
    });
  }

  const rejected: readonly (readonly [name: string, text: string])[] = [
    ['no JSON [-PAY-12]', 'targetArtifact'],
    ['an array instead of an object [-PAY-12]', `[{"targetArtifact":{${member}}}]`],
    ['no bytes [-PAY-10]', ''],
    ['no targetArtifact [-PAY-02]', `{"target":{${member}}}`],
    ['a targetArtifact that is no object [-PAY-02]', '{"targetArtifact":"x"}'],
    ['no media type [-PAY-03]', `{"targetArtifact":{"digest":"${digest}","size":528}}`],
    ['no digest [-PAY-03]', '{"targetArtifact":{"mediaType":"a/b","size":528}}'],
    ['no size [-PAY-03]', `{"targetArtifact":{"mediaType":"a/b","digest":"${digest}"}}`],
    ['a size that is text [-PAY-03]', `{"targetArtifact":{"mediaType":"a/b","digest":"${digest}","size":"528"}}`],
    ['a negative size [-PAY-03]', `{"targetArtifact":{"mediaType":"a/b","digest":"${digest}","size":-1}}`],
    ['a fractional size [-PAY-03]', `{"targetArtifact":{"mediaType":"a/b","digest":"${digest}","size":1.5}}`],
    [
      'a size above 2^53-1 [-PAY-03]',
      `{"targetArtifact":{"mediaType":"a/b","digest":"${digest}","size":9007199254740993}}`,
    ],
    [
      'a digest in upper case [-PAY-05]',
      `{"targetArtifact":{"mediaType":"a/b","digest":"${digest.toUpperCase().replace('SHA', 'sha')}","size":528}}`,
    ],
    [
      'a digest of SHA-1 [-PAY-06]',
      `{"targetArtifact":{"mediaType":"a/b","digest":"sha1:${'a'.repeat(40)}","size":528}}`,
    ],
    ['annotations that are not text [-META-04]', `{"targetArtifact":{${member},"annotations":{"a":1}}}`],
    ['annotations that are a list [-META-04]', `{"targetArtifact":{${member},"annotations":["a"]}}`],
    ['a duplicate member', `{"targetArtifact":{${member},"size":528}}`],
    ['a duplicate target', `{"targetArtifact":{${member}},"targetArtifact":{${member}}}`],
    ['a duplicate annotation', `{"targetArtifact":{${member},"annotations":{"a":"1","a":"2"}}}`],
    ['a second target in other letter case', `{"targetArtifact":{${member}},"TargetArtifact":{}}`],
    ['a second digest in other letter case', `{"targetArtifact":{${member},"Digest":"x"}}`],
    ['a second size written with a long s', `{"targetArtifact":{${member},"\u017fize":1}}`],
    ['something after the value', `{"targetArtifact":{${member}}} {}`],
    ['deep nesting', `{"targetArtifact":{${member}},"x":${'['.repeat(40)}${']'.repeat(40)}}`],
  ];
  for (const [name, text] of rejected) it(`refuses ${name}`, () => refused(text));

  it('keeps annotations that differ only in case, for their keys are data [+META-04]', () => {
    const text = `{"targetArtifact":{${member},"annotations":{"a":"1","A":"2","__proto__":"3"}}}`;
    expect(Object.entries(parsePayload(encodeUtf8(text)).annotations ?? {})).toEqual([
      ['a', '1'],
      ['A', '2'],
      ['__proto__', '3'],
    ]);
  });

  it('refuses more than four megabytes', () => {
    refused(`{"targetArtifact":{${member}},"x":"${'x'.repeat(4 * 1024 * 1024)}"}`);
  });

  it('throws nothing but its own error, whatever it is fed', () => {
    const pieces = [
      '{',
      '}',
      '[',
      ']',
      ':',
      ',',
      '"',
      '\\u0000',
      'targetArtifact',
      'size',
      '1',
      'null',
      member,
      '\u017f',
      ' ',
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 24 }), (parts) => {
        try {
          parsePayload(encodeUtf8(parts.join('')));
        } catch (error) {
          expect(error).toMatchObject({ code: 'NOTARY_PAYLOAD_INVALID' });
        }
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  it('gives back what was encoded', () => {
    // Every code point but surrogates; the library's own arbitrary of them takes seconds to set up.
    const character = fc.oneof(fc.integer({ min: 0, max: 0xd7ff }), fc.integer({ min: 0xe000, max: 0x10_ffff }));
    const texts = fc.string({ unit: character.map((point) => String.fromCodePoint(point)) });
    const annotations = fc.dictionary(texts, texts, { minKeys: 1, noNullPrototype: true });
    fc.assert(
      fc.property(fc.nat(), annotations, texts, (size, annotations, mediaType) => {
        const target = { mediaType, digest, size, annotations };
        expect(parsePayload(encodePayload(target))).toEqual(target);
      }),
      { seed: 1, numRuns: 200 },
    );
  });
});
