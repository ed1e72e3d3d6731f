import { AsnArray, AsnParser, AsnPropTypes, AsnType, AsnTypeTypes } from '@peculiar/asn1-schema';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BaseError, type baseErrors } from './base-errors.ts';
import { concatBytes } from './bytes.ts';
import { isEqualBytes } from './crypto.ts';
import { parseHex } from './crypto.ts';
import { type DerElement, decodeDer, decodeFirstDer, derTag } from './der.ts';

const limits = { maxBytes: 1000 };

function codeOf(run: () => unknown): keyof typeof baseErrors | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    if (error instanceof BaseError) return error.code;
    throw error;
  }
}

/** SEQUENCE OF ANY, for the oracle. */
class Members extends AsnArray<ArrayBuffer> {}
AsnType({ type: AsnTypeTypes.Sequence, itemType: AsnPropTypes.Any })(Members);

/** Random well-formed DER, as a tree of SEQUENCEs and OCTET STRINGs. */
const wellFormed = fc.letrec<{ element: Uint8Array }>((tie) => ({
  element: fc.oneof(
    { maxDepth: 6 },
    fc.uint8Array({ maxLength: 300 }).map((content) => encode(0x04, content)),
    fc.array(tie('element'), { maxLength: 4 }).map((members) => encode(0x30, concatBytes(members))),
  ),
})).element;

function encode(tag: number, content: Uint8Array): Uint8Array {
  const { length } = content;
  const header =
    length < 0x80 ? [tag, length] : length < 0x100 ? [tag, 0x81, length] : [tag, 0x82, length >> 8, length & 0xff];
  return concatBytes([Uint8Array.from(header), content]);
}

function reencode(element: DerElement): Uint8Array {
  if (!element.isConstructed) return encode(element.tag, element.content);
  const parts: Uint8Array[] = [];
  for (const members = element.members(); !members.isAtEnd; ) parts.push(reencode(members.readAny('a member')));
  return encode(element.tag, concatBytes(parts));
}

describe('strict DER structure', () => {
  it.each([
    ['an empty input', ''],
    ['a lone tag', '30'],
    ['content cut short', '0402aa'],
    ['a length cut short', '0482'],
    ['trailing bytes', '040000'],
    ['an indefinite length', '30800000'],
    ['a long form where the short one does', '04810100'],
    ['a long form with a leading zero', `0482007f${'00'.repeat(127)}`],
    ['a length in five octets', '0485000000000100'],
    ['the reserved first length octet', '04ff'],
    ['a tag number in several octets', '1f8100'],
    ['the end-of-contents tag', '0000'],
    ['a constructed OCTET STRING', '24020400'],
    ['a primitive SEQUENCE', '1000'],
    ['a primitive SET', '1100'],
    ['disorder inside an unvisited member', '3006300402aa0500'],
    ['a member longer than its parent', '300304020000'],
    ['disorder inside a context-specific member', 'a003040500'],
  ])('refuses %s', (_, hex) => {
    expect(codeOf(() => decodeDer(parseHex(hex), limits))).toBe('DER_MALFORMED');
  });

  it.each([
    ['an empty SEQUENCE', '3000'],
    ['a context-specific primitive member', '30038001ff'],
    ['the shortest long form', `048180${'00'.repeat(128)}`],
    ['a length of two octets', `04820100${'00'.repeat(256)}`],
  ])('reads %s', (_, hex) => {
    expect(codeOf(() => decodeDer(parseHex(hex), limits))).toBeUndefined();
  });

  it('refuses more bytes than allowed before reading any', () => {
    const noise = new Uint8Array(1001);
    expect(codeOf(() => decodeDer(noise, limits))).toBe('DER_LIMIT');
    expect(codeOf(() => decodeFirstDer(encode(0x04, noise), limits))).toBe('DER_LIMIT');
  });

  it('refuses one level of nesting more than allowed, and takes exactly as many', () => {
    const nested = (levels: number): Uint8Array => {
      let der = encode(0x04, new Uint8Array(0));
      for (let level = 0; level < levels; level++) der = encode(0x30, der);
      return der;
    };
    expect(codeOf(() => decodeDer(nested(3), { ...limits, maxDepth: 3 }))).toBeUndefined();
    expect(codeOf(() => decodeDer(nested(4), { ...limits, maxDepth: 3 }))).toBe('DER_LIMIT');
    expect(codeOf(() => decodeDer(nested(33), limits))).toBe('DER_LIMIT');
  });

  it('survives nesting that would overflow the stack', () => {
    let der = encode(0x04, new Uint8Array(0));
    for (let level = 0; level < 12_000; level++) der = encode(0x30, der);
    expect(codeOf(() => decodeDer(der, { maxBytes: 100_000 }))).toBe('DER_LIMIT');
  });

  it('finds the first of several concatenated elements', () => {
    const first = decodeFirstDer(parseHex('0401aa0401bb'), limits);
    expect(first.byteLength).toBe(3);
    expect(Array.from(first.content)).toEqual([0xaa]);
  });

  it('hands out views, not copies', () => {
    const bytes = parseHex('30030401aa');
    const inner = decodeDer(bytes, limits).members().read(derTag.octetString, 'octets');
    bytes[4] = 0xbb;
    expect(Array.from(inner.content)).toEqual([0xbb]);
    expect(inner.bytes.buffer).toBe(bytes.buffer);
  });
});

describe('reading members', () => {
  const open = (hex: string): ReturnType<DerElement['members']> => decodeDer(parseHex(hex), limits).members();

  it('takes members in order and skips optional ones that are absent', () => {
    const members = open('3006020101040100');
    expect(members.findNext(derTag.boolean)).toBeUndefined();
    expect(members.read(derTag.integer, 'a number').tag).toBe(derTag.integer);
    expect(members.findNext(derTag.octetString)).toBeDefined();
    expect(members.isAtEnd).toBe(true);
    expect(codeOf(() => members.readEnd('all'))).toBeUndefined();
  });

  it('refuses another tag, a missing member, a member too many and members of a primitive element', () => {
    expect(codeOf(() => open('3003020101').read(derTag.oid, 'an OID'))).toBe('DER_MALFORMED');
    expect(codeOf(() => open('3000').read(derTag.oid, 'an OID'))).toBe('DER_MALFORMED');
    expect(codeOf(() => open('3000').readAny('anything'))).toBe('DER_MALFORMED');
    expect(codeOf(() => open('3003020101').readEnd('all'))).toBe('DER_MALFORMED');
    expect(codeOf(() => decodeDer(parseHex('020101'), limits).members())).toBe('DER_MALFORMED');
  });

  it('does not read past its parent into the next element', () => {
    const outer = open('30053000020101');
    const inner = outer.read(derTag.sequence, 'inner').members();
    expect(inner.findNext(derTag.integer)).toBeUndefined();
    expect(codeOf(() => inner.read(derTag.integer, 'a number'))).toBe('DER_MALFORMED');
  });
});

describe('properties of the DER reader', () => {
  it('gives back exactly what was encoded', () => {
    fc.assert(
      fc.property(wellFormed, (der) => {
        expect(isEqualBytes(reencode(decodeDer(der, { maxBytes: 1_000_000 })), der)).toBe(true);
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it('throws nothing but its own errors on noise', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (noise) => {
        expect([undefined, 'DER_MALFORMED', 'DER_LIMIT']).toContain(codeOf(() => decodeDer(noise, limits)));
      }),
      { seed: 1, numRuns: 3000 },
    );
  });

  it('finds the same members as an independent reader in everything it accepts', () => {
    let accepted = 0;
    // Tags and lengths only: the oracle also judges the values of universal types.
    const octets = fc.constantFrom(0x00, 0x04, 0x30, 0x7f, 0x80, 0x81, 0x82, 0x83, 0xa0);
    const rooted = fc
      .array(wellFormed, { minLength: 1, maxLength: 4 })
      .map((members) => encode(0x30, concatBytes(members)));
    fc.assert(
      fc.property(rooted, fc.nat(), octets, (der, position, octet) => {
        const mutated = Uint8Array.from(der);
        mutated[1 + (position % (der.length - 1))] = octet;
        if (codeOf(() => decodeDer(mutated, { maxBytes: 1_000_000 })) !== undefined) return;
        accepted++;
        const ours: number[][] = [];
        const members = decodeDer(mutated, { maxBytes: 1_000_000 }).members();
        while (!members.isAtEnd) ours.push([...members.readAny('a member').bytes]);
        const theirs = [...AsnParser.parse(mutated, Members)].map((member) => [...new Uint8Array(member)]);
        expect(ours).toEqual(theirs);
      }),
      { seed: 1, numRuns: 500 },
    );
    expect(accepted).toBeGreaterThan(50);
  });
});
