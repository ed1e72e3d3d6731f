// The rules on protected headers that JWS and COSE share (docs/spec-map.md section 2). Each format first turns its header
// into a ProtectedHeader; what the attributes mean is decided here, once.

import { type Mutable, quoteText } from '@nv2/base';
import { attributeNames as names, payloadContentType, signedAttributeNames } from './attribute-names.ts';
import type { AttributeValue, ExtendedAttribute, SignedAttributes, SigningScheme } from './envelope.ts';
import { malformed, unsupported } from './errors.ts';
import { isSemanticVersion } from './semantic-version.ts';

export type Label = string | number;

export interface ProtectedHeader {
  readonly contentType: string;
  readonly critical: readonly Label[];
  /** Every protected header but algorithm, content type and the critical list, in envelope order. */
  readonly attributes: ReadonlyMap<Label, AttributeValue>;
  /** Headers that the format itself defines, which a critical list must not name. */
  isRegistered(label: Label): boolean;
  /** Reads a time of this format's form. */
  findTime(value: AttributeValue): Date | undefined;
  readonly rules: HeaderRules;
}

/** Where each format's specification says what is checked here. */
export interface HeaderRules {
  readonly contentType: string;
  /** The critical list holds what it must. */
  readonly critical: string;
  /** … nothing registered. */
  readonly criticalRegistered: string;
  /** … and only names that exist, once. */
  readonly criticalExists: string;
  readonly time: string;
  readonly timePresence: string;
}

/** @throws EnvelopeError `ENVELOPE_MALFORMED` or `ENVELOPE_UNSUPPORTED`, with the broken rule */
export function parseSignedAttributes(header: ProtectedHeader): SignedAttributes {
  const { contentType, rules } = header;
  // PAY-01, ATTR-06
  if (contentType !== payloadContentType) {
    throw unsupported(rules.contentType, `content type is ${quoteText(contentType)}, expected ${payloadContentType}`);
  }
  const critical = parseCritical(header);
  const signingScheme = parseScheme(header, critical);
  const signingTime = parseSigningTime(header, critical, signingScheme);
  const expiry = parseExpiry(header, critical);
  const verificationPlugin = parsePluginText(header, critical, names.verificationPlugin, 'ATTR-12');
  const verificationPluginMinVersion = parsePluginVersion(header, critical);
  const extended = parseExtended(header, critical);
  const signed: Mutable<SignedAttributes> = {
    contentType: payloadContentType,
    signingScheme,
    signingTime,
    extended,
  };
  if (expiry !== undefined) signed.expiry = expiry;
  if (verificationPlugin !== undefined) signed.verificationPlugin = verificationPlugin;
  if (verificationPluginMinVersion !== undefined) signed.verificationPluginMinVersion = verificationPluginMinVersion;
  return signed;
}

function parseCritical(header: ProtectedHeader): ReadonlySet<Label> {
  const { rules } = header;
  const labels = new Set<Label>();
  for (const label of header.critical) {
    if (header.isRegistered(label)) throw malformed(rules.criticalRegistered, `critical list names ${show(label)}`);
    if (labels.has(label)) throw malformed(rules.criticalExists, `critical list names ${show(label)} twice`);
    if (!header.attributes.has(label)) {
      throw malformed(rules.criticalExists, `critical list names ${show(label)}, which the protected header lacks`);
    }
    labels.add(label);
  }
  // ATTR-03, ATTR-11: a claim that decides nothing must not be critical.
  if (labels.has(names.signingTime)) throw malformed('ATTR-03', `critical list names ${names.signingTime}`);
  return labels;
}

// What is returned is the text that is written here: comparing a text with itself again takes no time, and what is cut out of a
// document keeps all of the document in memory.
const signingSchemes = ['notary.x509', 'notary.x509.signingAuthority'] as const satisfies readonly SigningScheme[];

function parseScheme(header: ProtectedHeader, critical: ReadonlySet<Label>): SigningScheme {
  const value = header.attributes.get(names.signingScheme);
  requireCritical(critical, names.signingScheme, header.rules.critical);
  // ATTR-01, ATTR-02
  const scheme = signingSchemes.find((name) => name === value);
  if (scheme !== undefined) return scheme;
  throw unsupported('ATTR-01', `signing scheme ${describe(value)} is not one of the Notary Project`);
}

// SIG-JWS-13, SIG-COSE-10, OC-14, EXP-05: each scheme has its own time and forbids the other's.
function parseSigningTime(header: ProtectedHeader, critical: ReadonlySet<Label>, scheme: SigningScheme): Date {
  const { attributes, rules } = header;
  const isAuthority = scheme === 'notary.x509.signingAuthority';
  const wanted = isAuthority ? names.authenticSigningTime : names.signingTime;
  const forbidden = isAuthority ? names.signingTime : names.authenticSigningTime;
  if (attributes.has(forbidden)) throw malformed(rules.timePresence, `${forbidden} is present under ${scheme}`);
  const value = attributes.get(wanted);
  if (value === undefined) throw malformed(rules.timePresence, `${wanted} is missing under ${scheme}`);
  if (isAuthority) requireCritical(critical, wanted, rules.critical); // ATTR-04
  return parseTime(header, wanted, value);
}

// ATTR-05
function parseExpiry(header: ProtectedHeader, critical: ReadonlySet<Label>): Date | undefined {
  const value = header.attributes.get(names.expiry);
  if (value === undefined) return undefined;
  requireCritical(critical, names.expiry, header.rules.critical);
  return parseTime(header, names.expiry, value);
}

// ATTR-13
function parsePluginVersion(header: ProtectedHeader, critical: ReadonlySet<Label>): string | undefined {
  const version = parsePluginText(header, critical, names.verificationPluginMinVersion, 'ATTR-13');
  if (version === undefined || isSemanticVersion(version)) return version;
  throw malformed('ATTR-13', `plugin version ${quoteText(version)} is not a semantic version`);
}

// ATTR-12
function parsePluginText(
  header: ProtectedHeader,
  critical: ReadonlySet<Label>,
  name: string,
  rule: string,
): string | undefined {
  const value = header.attributes.get(name);
  if (value === undefined) return undefined;
  if (typeof value !== 'string' || value.trim() === '') throw malformed(rule, `${name} is not a non-blank string`);
  requireCritical(critical, name, rule);
  return value;
}

// ATTR-09
function parseExtended(header: ProtectedHeader, critical: ReadonlySet<Label>): readonly ExtendedAttribute[] {
  const extended: ExtendedAttribute[] = [];
  for (const [key, value] of header.attributes) {
    if (signedAttributeNames.has(key)) continue;
    const isCritical = critical.has(key);
    if (isCritical && !isPluginValue(value)) {
      throw malformed('ATTR-17', `critical attribute ${show(key)} is not a string, a number or null`);
    }
    extended.push({ key, isCritical, value });
  }
  return extended;
}

/** ATTR-17: whether a value can be handed to a plugin. */
export function isPluginValue(value: AttributeValue): boolean {
  return typeof value === 'string' || Number.isFinite(value) || value === null;
}

function requireCritical(critical: ReadonlySet<Label>, label: Label, rule: string): void {
  if (!critical.has(label)) throw malformed(rule, `critical list lacks ${label}`);
}

function parseTime(header: ProtectedHeader, label: Label, value: AttributeValue): Date {
  const time = header.findTime(value);
  if (time === undefined) throw malformed(header.rules.time, `${label} is not a time: ${describe(value)}`);
  return time;
}

function show(label: Label): string {
  return quoteText(String(label));
}

function describe(value: AttributeValue | undefined): string {
  return typeof value === 'string' ? quoteText(value) : `(${value === undefined ? 'missing' : typeof value})`;
}
