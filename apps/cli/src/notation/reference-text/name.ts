// Distinguished names as the reference shows them: grouped by attribute type in an order of its own.

import { encodeDer, encodeHex, encodeUtf8 } from '@nv2/base';
import type { DistinguishedName, NameAttribute } from '@nv2/pki';

/** The types with names, in the order in which they are shown. */
const named: readonly (readonly [oid: string, name: string])[] = [
  ['2.5.4.5', 'SERIALNUMBER'],
  ['2.5.4.3', 'CN'],
  ['2.5.4.11', 'OU'],
  ['2.5.4.10', 'O'],
  ['2.5.4.17', 'POSTALCODE'],
  ['2.5.4.9', 'STREET'],
  ['2.5.4.7', 'L'],
  ['2.5.4.8', 'ST'],
  ['2.5.4.6', 'C'],
];

/**
 * `CN=…,OU=…+OU=…,O=…,L=…,ST=…,C=…`, other types behind them by OID, last first. Of several common names the reference shows the last;
 * all are shown here, so that nobody hides one.
 */
export function renderName(name: DistinguishedName): string {
  const attributes = name.rdns.flat();
  const known = named.map(([oid, type]) =>
    attributes
      .filter((attribute) => attribute.oid === oid)
      .map((attribute) => `${type}=${escape(attribute.value ?? `#${encodeHex(attribute.der)}`)}`)
      .join('+'),
  );
  const others = attributes.filter(({ oid }) => named.every(([type]) => type !== oid)).map(renderOther);
  return [...known.filter((part) => part !== ''), ...others.toReversed()].join(',');
}

/** The reference reads the characters and encodes them again, in the narrower of two string types. */
function renderOther({ oid, value, der }: NameAttribute): string {
  if (value === undefined) return `${oid}=#${encodeHex(der)}`;
  const tag = /^[A-Za-z0-9 '()+,\-./:=?]*$/.test(value) ? 0x13 : 0x0c;
  return `${oid}=#${encodeHex(encodeDer(tag, encodeUtf8(value)))}`;
}

function escape(text: string): string {
  return text.replace(/[,+"\\<>;]|^[ #]| $/g, '\\$&');
}
