// Directory strings by their characters (ID-13): the same name in two string types compares equal.

import { BaseError, type DerElement, derTag, parseUtf8 } from '@nv2/base';

/**
 * The characters of a string value; `undefined` for a type that is not a string.
 *
 * @throws BaseError `DER_MALFORMED` or `UTF8_MALFORMED` when the octets are not of the string type that is announced.
 */
export function findCharacters(element: DerElement): string | undefined {
  const { content } = element;
  switch (element.tag) {
    case derTag.utf8String:
      return parseUtf8Fast(content);
    case derTag.printableString:
      // `*` and `&` are outside the type, but authorities write them, and every reader takes them.
      return checked(asciiText(content), /^[A-Za-z0-9 '()+,\-./:=?*&]*$/, 'PrintableString');
    case derTag.ia5String:
      // eslint-disable-next-line no-control-regex
      return checked(asciiText(content), /^[\u0000-\u007f]*$/, 'IA5String');
    case derTag.visibleString:
      return checked(asciiText(content), /^[ -~]*$/, 'VisibleString');
    case derTag.numericString:
      return checked(asciiText(content), /^[0-9 ]*$/, 'NumericString');
    case derTag.t61String:
      // What carries this label in practice is ISO 8859-1; nobody writes real T.61 code pages.
      return asciiText(content);
    case derTag.bmpString:
      return wideText(content, 2, 'BMPString');
    case derTag.universalString:
      return wideText(content, 4, 'UniversalString');
    default:
      return undefined;
  }
}

// Nearly all values are short and ASCII, which the general decoder takes half a microsecond for.
function parseUtf8Fast(content: Uint8Array): string {
  return content.length < 64 && content.every((octet) => octet < 0x80) ? asciiText(content) : parseUtf8(content);
}

// One character an octet.
function asciiText(content: Uint8Array): string {
  let text = '';
  for (const octet of content) text += String.fromCharCode(octet);
  return text;
}

function checked(text: string, pattern: RegExp, type: string): string {
  if (!pattern.test(text)) throw new BaseError('DER_MALFORMED', `${type} has characters outside its alphabet`);
  return text;
}

function wideText(content: Uint8Array, width: 2 | 4, type: string): string {
  let text = '';
  if (content.length % width !== 0) throw new BaseError('DER_MALFORMED', `${type} of ${content.length} octets`);
  const view = new DataView(content.buffer, content.byteOffset, content.length);
  for (let at = 0; at < content.length; at += width) {
    const point = width === 2 ? view.getUint16(at) : view.getUint32(at);
    // Surrogates are not characters: two of them in a BMPString would compare equal to one character elsewhere.
    if (point > 0x10_ffff || (point >= 0xd800 && point <= 0xdfff)) {
      throw new BaseError('DER_MALFORMED', `${type} has a value that is not a character`);
    }
    text += String.fromCodePoint(point);
  }
  return text;
}
