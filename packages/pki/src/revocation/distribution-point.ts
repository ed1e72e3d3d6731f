// What a CRL covers (RFC 5280 sections 4.2.1.13, 5.2.5 and 6.3.3): the certificate says where its status is published, the
// CRL says of which certificates and reasons it speaks. Both must agree, or a CRL for others passes for the right one (OC-05).

import {
  BaseError,
  type DerElement,
  type DerReader,
  decodeDer,
  derTag,
  encodeHex,
  parseDerBitString,
  parseDerBoolean,
} from '@nv2/base';
import type { Certificate, CertificateExtension } from '../certificate.ts';
import { maxCertificateBytes, maxListedItems } from '../limits.ts';
import { oids } from '../oids.ts';
import { urlText } from './sources.ts';

/** One distribution point of a certificate or of a freshestCRL extension. */
export interface DistributionPoint {
  readonly urls: readonly string[];
  /** Names of every kind, as hexadecimal DER. */
  readonly names: ReadonlySet<string>;
  /** {@link allReasons} unless it is for some only. */
  readonly reasons: number;
  /** Somebody else than the issuer of the certificate publishes there. */
  readonly isIndirect: boolean;
}

export interface IssuingDistributionPoint {
  /** Absent: the CRL does not say where it is published. */
  readonly names?: ReadonlySet<string>;
  readonly onlyUsers: boolean;
  readonly onlyCas: boolean;
  readonly onlyAttributes: boolean;
  readonly isIndirect: boolean;
  readonly reasons: number;
}

/** One bit for each of the eight reasons that a CRL can be limited to. */
export const allReasons = 0xff;

const tag = { name: 0xa0, reasons: 0x81, issuer: 0xa2 } as const;
const fullNameTag = 0xa0;
const relativeNameTag = 0xa1;
const uriTag = 0x86;

/** The points of a certificate that have a URL, in order. @throws BaseError `DER_MALFORMED`, `DER_LIMIT` */
export function findDistributionPoints({ extensions }: Pick<Certificate, 'extensions'>): readonly DistributionPoint[] {
  const extension = extensions.find(({ oid }) => oid === oids.crlDistributionPoints);
  return extension === undefined ? [] : parsePoints(extension.value).filter(({ urls }) => urls.length > 0);
}

/** Where the delta of a base CRL is (REV-27). @throws BaseError `DER_MALFORMED`, `DER_LIMIT` */
export function findFreshestUrls(extensions: readonly CertificateExtension[]): readonly string[] {
  const extension = extensions.find(({ oid }) => oid === oids.freshestCrl);
  return extension === undefined ? [] : parsePoints(extension.value).flatMap(({ urls }) => urls);
}

/** @throws BaseError `DER_MALFORMED` */
export function findIssuingDistributionPoint(
  extensions: readonly CertificateExtension[],
): IssuingDistributionPoint | undefined {
  const extension = extensions.find(({ oid }) => oid === oids.issuingDistributionPoint);
  if (extension === undefined) return undefined;
  const members = open(extension.value, 'issuingDistributionPoint');
  const name = members.findNext(tag.name);
  const point = {
    ...(name === undefined ? {} : { names: new Set(namesOf(name).map(({ bytes }) => encodeHex(bytes))) }),
    onlyUsers: isSet(members.findNext(0x81)),
    onlyCas: isSet(members.findNext(0x82)),
    reasons: reasonsOf(members.findNext(0x83)),
    isIndirect: isSet(members.findNext(0x84)),
    onlyAttributes: isSet(members.findNext(0x85)),
  };
  members.readEnd('issuingDistributionPoint');
  return point;
}

/** Why a CRL with this scope says nothing about a certificate at one of its points; `undefined` when it does. */
export function findScopeProblem(
  scope: IssuingDistributionPoint | undefined,
  certificate: Pick<Certificate, 'basicConstraints'>,
  point: DistributionPoint | undefined,
): string | undefined {
  if (point?.isIndirect === true) return 'the certificate names another issuer of its CRL, which is not supported';
  if (scope === undefined) return undefined;
  const isCa = certificate.basicConstraints?.isCa === true;
  if (scope.isIndirect) return 'it is an indirect CRL, which is not supported';
  if (scope.onlyAttributes) return 'it is about attribute certificates only';
  if (scope.onlyUsers && isCa) return 'it is about end-entity certificates only, and this is a CA';
  if (scope.onlyCas && !isCa) return 'it is about CA certificates only';
  if (scope.names === undefined) return undefined;
  if (point === undefined) return undefined;
  const isNamed = [...scope.names].some((name) => point.names.has(name));
  return isNamed ? undefined : 'it is published for another distribution point than the one the certificate names';
}

function parsePoints(value: Uint8Array): readonly DistributionPoint[] {
  const points: DistributionPoint[] = [];
  for (const list = open(value, 'a list of distribution points'); !list.isAtEnd; ) {
    if (points.length >= maxListedItems)
      throw new BaseError('DER_LIMIT', `more than ${maxListedItems} distribution points`);
    points.push(parsePoint(list.read(derTag.sequence, 'a distribution point').members()));
  }
  return points;
}

function parsePoint(members: DerReader): DistributionPoint {
  const name = members.findNext(tag.name);
  const reasons = members.findNext(tag.reasons);
  const issuer = members.findNext(tag.issuer);
  members.readEnd('a distribution point');
  const names = name === undefined ? [] : namesOf(name);
  const urls = names.filter((candidate) => candidate.tag === uriTag).map(urlText);
  return {
    urls,
    names: new Set(names.map(({ bytes }) => encodeHex(bytes))),
    reasons: reasonsOf(reasons),
    isIndirect: issuer !== undefined,
  };
}

/** The general names of a DistributionPointName. A name relative to the issuer has none that could be compared. */
function namesOf(element: DerElement): readonly DerElement[] {
  const choice = element.members();
  const name = choice.readAny('the name of a distribution point');
  choice.readEnd('the name of a distribution point');
  if (name.tag === relativeNameTag) return [];
  if (name.tag !== fullNameTag) throw malformed('a distribution point has a name of an unknown kind');
  const names: DerElement[] = [];
  for (const members = name.members(); !members.isAtEnd; ) {
    if (names.length >= maxListedItems) throw new BaseError('DER_LIMIT', `more than ${maxListedItems} names`);
    names.push(members.readAny('a name'));
  }
  return names;
}

/** ReasonFlags: bit 0 is not used, bits 1 to 8 are the reasons. */
function reasonsOf(element: DerElement | undefined): number {
  if (element === undefined) return allReasons;
  const { bytes } = parseDerBitString(element);
  const bits = ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0);
  return (bits >> 7) & allReasons;
}

function isSet(element: DerElement | undefined): boolean {
  return element !== undefined && parseDerBoolean(element);
}

function open(value: Uint8Array, what: string): DerReader {
  const element = decodeDer(value, { maxBytes: maxCertificateBytes });
  if (element.tag !== derTag.sequence) throw malformed(`${what} is not a SEQUENCE`);
  return element.members();
}

function malformed(problem: string): BaseError {
  return new BaseError('DER_MALFORMED', problem);
}
