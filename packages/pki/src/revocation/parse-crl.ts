// Reads a CRL (RFC 5280 section 5.1), strictly and once, and leaves its entries where they are: a large CRL has hundreds of
// thousands, of which one is looked for (scan-crl-entries.ts).

import {
  BaseError,
  type DerElement,
  type DerReader,
  decodeDer,
  decodeOuterDer,
  derTag,
  encodeHex,
  isEqualBytes,
  isNv2Error,
  parseDerBitOctets,
  parseDerSmallInteger,
  parseDerTime,
  parseDerUnsigned,
} from '@nv2/base';
import { type AlgorithmId, parseAlgorithmId } from '../algorithm-id.ts';
import type { CertificateExtension } from '../certificate.ts';
import { type DistinguishedName, parseName } from '../distinguished-name.ts';
import { PkiError } from '../errors.ts';
import { maxCertificateBytes, maxCrlBytes } from '../limits.ts';
import { oids } from '../oids.ts';
import { parseWrappedExtensions } from '../parse-extensions.ts';
import { assertCrlEntries } from './scan-crl-entries.ts';

export interface Crl {
  readonly der: Uint8Array;
  /** The signed part, as found. */
  readonly tbs: Uint8Array;
  readonly signatureAlgorithm: AlgorithmId;
  readonly signature: Uint8Array;
  readonly issuer: DistinguishedName;
  readonly thisUpdate: Date;
  readonly nextUpdate?: Date;
  /** The entries one after another, in DER; each has been found well-formed. */
  readonly entries: Uint8Array;
  readonly extensions: readonly CertificateExtension[];
  /** Unsigned, big-endian. */
  readonly number?: Uint8Array;
  /** A delta CRL: the number of the base that it changes. */
  readonly baseNumber?: Uint8Array;
}

const extensionsTag = 0xa0;
const maxNumberBytes = 32;

/**
 * Parses one DER CRL. The bytes are not copied: a CRL can have 32 MiB, so whoever hands it over keeps from changing it.
 *
 * @throws PkiError `PKI_CRL_INVALID`, also for one that is too large
 */
export function parseCrl(der: Uint8Array): Crl {
  try {
    return parseOuter(der);
  } catch (cause) {
    if (!isNv2Error(cause)) throw cause;
    throw new PkiError('PKI_CRL_INVALID', `${der.length} bytes are not a valid CRL`, { cause });
  }
}

function parseOuter(der: Uint8Array): Crl {
  const outer = openSequence(decodeOuterDer(der, { maxBytes: maxCrlBytes }), 'a CRL');
  const tbs = outer.read(derTag.sequence, 'the signed part');
  const algorithm = walked(outer.read(derTag.sequence, 'a signature algorithm'));
  const signature = parseDerBitOctets(outer.read(derTag.bitString, 'a signature'));
  outer.readEnd('the CRL');
  return {
    der,
    tbs: tbs.bytes,
    signatureAlgorithm: parseAlgorithmId(algorithm),
    signature,
    ...parseTbs(tbs.members(), algorithm),
  };
}

type TbsFields = Omit<Crl, 'der' | 'tbs' | 'signatureAlgorithm' | 'signature'>;

function parseTbs(fields: DerReader, outerAlgorithm: DerElement): TbsFields {
  const version = fields.findNext(derTag.integer);
  // Version 1 is written by leaving it out; nothing but 2 may be written.
  if (version !== undefined && parseDerSmallInteger(version) !== 1) throw malformed('a CRL of an unknown version');
  const innerAlgorithm = fields.read(derTag.sequence, 'a signature algorithm');
  if (!isEqualBytes(innerAlgorithm.bytes, outerAlgorithm.bytes)) {
    throw malformed('the two signature algorithms of the CRL differ');
  }
  const issuer = parseName(walked(fields.read(derTag.sequence, 'an issuer')));
  const thisUpdate = parseDerTime(fields.readAny('thisUpdate'));
  const next = fields.findNext(derTag.utcTime) ?? fields.findNext(derTag.generalizedTime);
  const list = fields.findNext(derTag.sequence);
  const wrapped = fields.findNext(extensionsTag);
  fields.readEnd('the signed part');
  if (version === undefined && wrapped !== undefined) throw malformed('a CRL of version 1 has extensions');
  const entries = list?.content ?? new Uint8Array();
  assertCrlEntries(entries, { allowExtensions: version !== undefined });
  const extensions = wrapped === undefined ? [] : parseWrappedExtensions(walked(wrapped));
  return {
    issuer,
    thisUpdate,
    ...(next === undefined ? {} : { nextUpdate: parseDerTime(next) }),
    entries,
    extensions,
    ...numberOf(extensions, oids.crlNumber, 'number'),
    ...numberOf(extensions, oids.deltaCrlIndicator, 'baseNumber'),
  };
}

function numberOf<Name extends string>(
  extensions: readonly CertificateExtension[],
  oid: string,
  name: Name,
): { readonly [Key in Name]?: Uint8Array } {
  const extension = extensions.find((candidate) => candidate.oid === oid);
  if (extension === undefined) return {};
  const element = decodeDer(extension.value, { maxBytes: maxNumberBytes });
  if (element.tag !== derTag.integer) throw malformed(`a CRL number is not an INTEGER`);
  return { [name]: parseDerUnsigned(element) } as { readonly [Key in Name]?: Uint8Array };
}

/** Whether one CRL number is greater than another. */
export function isNumberAbove(a: Uint8Array, b: Uint8Array): boolean {
  // Without leading zeros, so the longer one is greater, and of equal length hexadecimal text has the order of the numbers.
  return a.length === b.length ? encodeHex(a) > encodeHex(b) : a.length > b.length;
}

/** Walks what decodeOuterDer did not. */
function walked(element: DerElement): DerElement {
  return decodeDer(element.bytes, { maxBytes: maxCertificateBytes });
}

function openSequence(element: DerElement, what: string): DerReader {
  if (element.tag !== derTag.sequence) throw malformed(`${what} is not a SEQUENCE`);
  return element.members();
}

function malformed(problem: string): BaseError {
  return new BaseError('DER_MALFORMED', problem);
}
