// CRLs and OCSP answers that the user has brought along, for places from which no responder can be reached. What a file is
// shows in its bytes, whatever its name; what it says counts only with the same signatures and times as from the network.

import { describeError, encodeHex, isNv2Error, parsePem } from '@nv2/base';
import type { Certificate } from '../certificate.ts';
import { PkiError } from '../errors.ts';
import { maxCrlBytes, maxOcspResponseBytes } from '../limits.ts';
import { type Crl, parseCrl } from './parse-crl.ts';
import { type OcspResponse, parseOcspResponse } from './parse-ocsp.ts';

/** A file of revocation data. */
export interface RevocationFile {
  /** For messages: its path. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface NamedCrl {
  readonly name: string;
  readonly crl: Crl;
}

export interface NamedOcspResponse {
  readonly name: string;
  readonly response: OcspResponse;
}

export interface RevocationData {
  /** Of this issuer by name; the newest first. */
  findCrls(issuer: Certificate): readonly NamedCrl[];
  /** With something about this serial number; the newest first. */
  findOcspResponses(certificate: Certificate): readonly NamedOcspResponse[];
}

export interface IndexedRevocationData {
  readonly data: RevocationData;
  readonly crls: number;
  readonly ocspResponses: number;
  /** Files that are neither. */
  readonly unusable: readonly { readonly name: string; readonly reason: string }[];
}

/** Parses and indexes files: CRLs as DER or PEM, OCSP responses as DER. Nothing in them is trusted by being there. */
export function indexRevocationData(files: Iterable<RevocationFile>): IndexedRevocationData {
  const crls: NamedCrl[] = [];
  const responses: NamedOcspResponse[] = [];
  const unusable: { readonly name: string; readonly reason: string }[] = [];
  for (const { name, bytes } of files) {
    try {
      const found = parseFile(bytes);
      if ('responses' in found) responses.push({ name, response: found });
      else crls.push({ name, crl: found });
    } catch (error) {
      if (!isNv2Error(error)) throw error;
      unusable.push({ name, reason: describeError(error) }); // one bad file must not hide the good ones
    }
  }
  const newestCrls = crls.toSorted((a, b) => b.crl.thisUpdate.getTime() - a.crl.thisUpdate.getTime());
  const newestResponses = responses.toSorted(
    (a, b) => b.response.producedAt.getTime() - a.response.producedAt.getTime(),
  );
  const byIssuer = groupBy(newestCrls, ({ crl }) => [encodeHex(crl.issuer.der)]);
  const bySerial = groupBy(newestResponses, ({ response }) => response.responses.map(({ id }) => id.serialNumber));
  return {
    data: {
      findCrls: ({ subject }) => byIssuer.get(encodeHex(subject.der)) ?? [],
      findOcspResponses: ({ serialNumber }) => bySerial.get(serialNumber) ?? [],
    },
    crls: crls.length,
    ocspResponses: responses.length,
    unusable,
  };
}

const sequenceTag = 0x30;
const enumeratedTag = 0x0a;

function parseFile(bytes: Uint8Array): Crl | OcspResponse {
  if (bytes[0] !== sequenceTag) return parseCrl(parsePemCrl(bytes));
  // The first member tells them apart: a status, or the signed part.
  return firstMemberTag(bytes) === enumeratedTag ? parseSmall(bytes) : parseCrl(bytes);
}

function parseSmall(bytes: Uint8Array): OcspResponse {
  if (bytes.length <= maxOcspResponseBytes) return parseOcspResponse(bytes);
  throw new PkiError(
    'PKI_OCSP_INVALID',
    `an OCSP response of ${bytes.length} bytes is larger than ${maxOcspResponseBytes}`,
  );
}

function parsePemCrl(bytes: Uint8Array): Uint8Array {
  const [block, ...more] = parsePem(bytes);
  if (block?.label === 'X509 CRL' && more.length === 0 && block.der.length <= maxCrlBytes) return block.der;
  throw new PkiError('PKI_CRL_INVALID', 'a PEM file is not one CRL');
}

function firstMemberTag(bytes: Uint8Array): number | undefined {
  const first = bytes[1] ?? 0;
  return bytes[first < 0x80 ? 2 : 2 + (first & 0x7f)];
}

function groupBy<Item>(items: readonly Item[], keys: (item: Item) => readonly string[]): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    for (const key of new Set(keys(item))) {
      const group = groups.get(key) ?? [];
      group.push(item);
      groups.set(key, group);
    }
  }
  return groups;
}
