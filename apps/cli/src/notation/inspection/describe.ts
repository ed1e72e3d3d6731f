// What `inspect` of the reference shows of one envelope, before it becomes a tree or JSON. Nothing in it is verified.

import type { AttributeValue, UnverifiedEnvelope } from '@nv2/envelope';
import { parsePayload, type TargetArtifact } from '@nv2/notary';
import { type AlgorithmName, type Certificate, parseCertificate } from '@nv2/pki';
import type { ShownTime } from '../reference-text/time.ts';
import { renderValue } from '../reference-text/value.ts';
import { describeTimestamp, type ShownTimestamp } from './timestamp.ts';

export interface InspectedSignature {
  readonly algorithm: string;
  readonly envelopeType: string;
  readonly contentType: string;
  readonly signingScheme: string;
  readonly signingTime: ShownTime;
  readonly expiry?: ShownTime;
  /** Every other signed attribute, those of verification plugins included. */
  readonly extended: readonly (readonly [key: string, value: string])[];
  readonly signingAgent?: string;
  readonly timestamp?: ShownTimestamp;
  readonly certificates: readonly Certificate[];
  readonly target: TargetArtifact;
}

/** Under the digest of its signature manifest. */
export interface NamedSignature {
  readonly digest: string;
  readonly signature: InspectedSignature;
}

/** @throws PkiError for a certificate that is none; NotaryError for a payload that is none */
export function describeEnvelope(envelope: UnverifiedEnvelope): InspectedSignature {
  const { signed, unsigned, writtenTimes } = envelope;
  const expiry = writtenTimes?.expiry ?? signed.expiry;
  const { timestampSignature, signingAgent } = unsigned;
  return {
    algorithm: algorithmNames[envelope.algorithm],
    envelopeType: envelope.mediaType,
    contentType: signed.contentType,
    signingScheme: signed.signingScheme,
    signingTime: writtenTimes?.signingTime ?? signed.signingTime,
    ...(expiry === undefined ? {} : { expiry }),
    extended: describeExtended(envelope),
    ...(signingAgent === undefined ? {} : { signingAgent }),
    ...(timestampSignature === undefined
      ? {}
      : { timestamp: describeTimestamp(timestampSignature, envelope.signature) }),
    certificates: unsigned.certificateChain.map((der) => parseCertificate(der)),
    target: parsePayload(envelope.payload),
  };
}

/** As plugins know them (PLUG-20). */
const algorithmNames: Readonly<Record<AlgorithmName, string>> = {
  PS256: 'RSASSA-PSS-SHA-256',
  PS384: 'RSASSA-PSS-SHA-384',
  PS512: 'RSASSA-PSS-SHA-512',
  ES256: 'ECDSA-SHA-256',
  ES384: 'ECDSA-SHA-384',
  ES512: 'ECDSA-SHA-512',
};

function describeExtended({ signed, writtenTimes }: UnverifiedEnvelope): InspectedSignature['extended'] {
  const plugin: readonly (readonly [string, AttributeValue | undefined])[] = [
    ['io.cncf.notary.verificationPlugin', signed.verificationPlugin],
    ['io.cncf.notary.verificationPluginMinVersion', signed.verificationPluginMinVersion],
  ];
  const others = signed.extended.map(({ key, value }) => [String(key), value] as const);
  return [...plugin, ...others].flatMap(([key, value]) =>
    value === undefined ? [] : [[key, renderValue(value, writtenTimes !== undefined)] as const],
  );
}
