// Everything in one signature, as data and as a tree. All text in it is a stranger's.

import { describeError, encodeBase64, encodeHex, isNv2Error, plainText } from '@nv2/base';
import type { AttributeValue, ExtendedAttribute, UnverifiedEnvelope } from '@nv2/envelope';
import { parsePayload } from '@nv2/notary';
import { parseCertificate, parseTimestampToken } from '@nv2/pki';
import type { ExaminedSignature } from '../examine-signatures.ts';
import { type CertificateDescription, describeCertificate } from './certificate.ts';
import type { TreeNode } from './table.ts';
import { formatName, timeText } from './words.ts';

/** JSON of one signature; the published schema is schemas/inspect.json. */
export interface InspectedSignature {
  readonly digest: string;
  readonly state: string;
  readonly reason?: string;
  readonly format: string;
  readonly algorithm?: string;
  readonly signed?: Readonly<Record<string, unknown>>;
  readonly unsigned?: Readonly<Record<string, unknown>>;
  readonly userMetadata?: Readonly<Record<string, string>>;
  readonly certificates?: readonly (CertificateDescription | { readonly error: string })[];
  readonly artifact?: { readonly mediaType: string; readonly digest: string; readonly size: number };
}

export function describeInspection(examined: ExaminedSignature): InspectedSignature {
  const { descriptor, state, reason, stored, envelope, foreign } = examined;
  const format = foreign ?? (stored === undefined ? 'unknown' : formatName(stored.mediaType));
  const shared = {
    digest: descriptor.digest,
    state,
    ...(reason === undefined ? {} : { reason }),
    format: plainText(format),
  };
  return envelope === undefined ? shared : { ...shared, ...describeEnvelope(envelope) };
}

/** What an envelope says of itself. */
export function describeEnvelope(envelope: UnverifiedEnvelope): Partial<InspectedSignature> {
  const { signed, unsigned, algorithm } = envelope;
  return {
    algorithm,
    signed: {
      contentType: signed.contentType,
      signingScheme: signed.signingScheme,
      signingTime: timeText(signed.signingTime),
      ...(signed.expiry === undefined ? {} : { expiry: timeText(signed.expiry) }),
      ...(signed.verificationPlugin === undefined ? {} : { verificationPlugin: plainText(signed.verificationPlugin) }),
      ...(signed.extended.length === 0 ? {} : { extended: signed.extended.map(describeAttribute) }),
    },
    unsigned: {
      ...(unsigned.signingAgent === undefined ? {} : { signingAgent: plainText(unsigned.signingAgent) }),
      timestamp: unsigned.timestampSignature !== undefined,
      ...(unsigned.timestampSignature === undefined
        ? {}
        : { timestampSignature: describeTimestamp(unsigned.timestampSignature, envelope.signature) }),
    },
    certificates: unsigned.certificateChain.map(describeDer),
    ...describePayload(envelope.payload),
  };
}

/** What the token claims; `nv2 verify` is what asks who vouches for it. */
function describeTimestamp(token: Uint8Array, signature: Uint8Array): Readonly<Record<string, unknown>> {
  try {
    const { earliest, latest, policy, certificates, isAbout } = parseTimestampToken(token);
    if (!isAbout(signature)) return { error: 'the time-stamp is about other data' };
    return {
      earliest: timeText(earliest),
      latest: timeText(latest),
      policy,
      certificates: certificates.map(describeCertificate),
    };
  } catch (error) {
    if (!isNv2Error(error)) throw error;
    return { error: plainText(describeError(error), 300) };
  }
}

function describePayload(payload: Uint8Array): Partial<InspectedSignature> {
  try {
    const { mediaType, digest, size, annotations = {} } = parsePayload(payload);
    const metadata = Object.entries(annotations).map(([key, value]) => [plainText(key), plainText(value, 1000)]);
    return { artifact: { mediaType: plainText(mediaType), digest, size }, userMetadata: Object.fromEntries(metadata) };
  } catch (error) {
    // The state says that the signature is malformed; what can be shown is shown.
    if (!isNv2Error(error)) throw error;
    return {};
  }
}

function describeDer(der: Uint8Array): CertificateDescription | { readonly error: string } {
  try {
    return describeCertificate(parseCertificate(der));
  } catch (error) {
    if (!isNv2Error(error)) throw error;
    return { error: error.message };
  }
}

function describeAttribute({ key, isCritical, value }: ExtendedAttribute): Readonly<Record<string, unknown>> {
  return { key: typeof key === 'string' ? plainText(key) : key, critical: isCritical, value: toJson(value) };
}

function toJson(value: AttributeValue): unknown {
  if (typeof value === 'string') return plainText(value, 1000);
  if (value instanceof Uint8Array) return value.length <= 32 ? encodeHex(value) : encodeBase64(value);
  if (value instanceof Date) return timeText(value);
  if (Array.isArray(value)) return value.map(toJson);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [plainText(name), toJson(member)]));
  }
  return value;
}

/** The subject with its signatures and everything in them. */
export function drawInspection(name: string, signatures: readonly InspectedSignature[]): TreeNode {
  return { label: name, children: signatures.map(drawSignature) };
}

function drawSignature(signature: InspectedSignature): TreeNode {
  return drawInspected(signature.digest, signature);
}

/** One signature under the name of its file. */
export function drawInspected(label: string, signature: InspectedSignature): TreeNode {
  const { digest: _, state, reason, certificates = [], ...rest } = signature;
  const chain = certificates.map((certificate) =>
    'error' in certificate
      ? leaf('unreadable certificate', certificate.error)
      : drawMember(certificate.subject, { ...certificate, subject: undefined }),
  );
  return {
    label,
    children: [
      leaf('state', reason === undefined ? state : `${state}: ${reason}`),
      ...Object.entries(rest).map(([key, value]) => drawMember(key, value)),
      ...(chain.length === 0 ? [] : [{ label: 'certificates', children: chain }]),
    ],
  };
}

function drawMember(key: string, value: unknown): TreeNode {
  if (Array.isArray(value))
    return { label: key, children: value.map((item, index) => drawMember(String(index + 1), item)) };
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    return { label: key, children: members.map(([name, member]) => drawMember(name, member)) };
  }
  return leaf(key, String(value));
}

function leaf(key: string, value: string): TreeNode {
  return { label: `${key}: ${value}`, children: [] };
}
