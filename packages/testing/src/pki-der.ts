// Names and PEM, for test data that no well-behaved library would write.

import { encodeBase64, encodeDer, encodeDerOid, encodeUtf8 } from '@nv2/base';

export interface TestNameAttribute {
  /** A short name such as `CN`, or a dotted OID. */
  readonly type: string;
  readonly value: string;
  /** UTF8String unless another type is asked for. */
  readonly as?: 'utf8' | 'printable' | 'ia5' | 't61' | 'numeric' | 'bmp' | 'universal';
}

/** RDNs in encoding order; as text `C=US,ST=WA,O=Example,CN=a` without escapes, `+` joining attributes of one RDN. */
export type TestName = string | readonly (readonly TestNameAttribute[])[];

/** A Name. */
export function encodeName(name: TestName): Uint8Array {
  const rdns = typeof name === 'string' ? parseTestName(name) : name;
  return encodeDer(0x30, ...rdns.map((attributes) => encodeDer(0x31, ...attributes.map(encodeAttribute))));
}

/** One PEM block. */
export function toPem(label: string, der: Uint8Array): string {
  const lines = encodeBase64(der).match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}

const attributeOids: Readonly<Record<string, string>> = {
  C: '2.5.4.6',
  ST: '2.5.4.8',
  L: '2.5.4.7',
  O: '2.5.4.10',
  OU: '2.5.4.11',
  CN: '2.5.4.3',
  STREET: '2.5.4.9',
  POSTALCODE: '2.5.4.17',
  SERIALNUMBER: '2.5.4.5',
  DC: '0.9.2342.19200300.100.1.25',
  UID: '0.9.2342.19200300.100.1.1',
  emailAddress: '1.2.840.113549.1.9.1',
};

const stringTags = {
  utf8: 0x0c,
  numeric: 0x12,
  printable: 0x13,
  t61: 0x14,
  ia5: 0x16,
  universal: 0x1c,
  bmp: 0x1e,
} as const;

function parseTestName(text: string): readonly (readonly TestNameAttribute[])[] {
  if (text === '') return [];
  return text.split(',').map((rdn) =>
    rdn.split('+').map((attribute) => {
      const [type = '', value = ''] = attribute.trim().split('=', 2);
      return { type, value };
    }),
  );
}

function encodeAttribute({ type, value, as = 'utf8' }: TestNameAttribute): Uint8Array {
  return encodeDer(
    0x30,
    encodeDerOid(attributeOids[type] ?? type),
    encodeDer(stringTags[as], encodeCharacters(value, as)),
  );
}

function encodeCharacters(value: string, as: keyof typeof stringTags): Uint8Array {
  const width = { bmp: 2, universal: 4 }[as as string];
  if (as === 'utf8') return encodeUtf8(value);
  return Uint8Array.from(
    Array.from(value, (character) => character.codePointAt(0) ?? 0).flatMap((point) =>
      width === undefined ? [point] : [point >>> 24, point >>> 16, point >>> 8, point].slice(4 - width),
    ),
  );
}
