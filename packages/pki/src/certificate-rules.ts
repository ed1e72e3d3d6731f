// What a single certificate must say to stand at its place in a chain (docs/spec-map.md sections 6.2 and 6.3).

import { findAlgorithm } from './algorithms/find-algorithm.ts';
import type { Certificate, ExtendedKeyUsage, KeyUsageName } from './certificate.ts';
import { oids } from './oids.ts';

/** What a chain is for. */
export type ChainPurpose = 'code-signing' | 'timestamping';

/** A broken rule. */
export interface RuleFailure {
  /** For example `CERT-13`. */
  readonly rule: string;
  readonly reason: string;
}

const forbiddenLeafUsages: readonly KeyUsageName[] = [
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
];

// CERT-19, OC-10, OC-21: with anyExtendedKeyUsage the certificate would be good for all the others as well.
const forbiddenLeafPurposes: ReadonlyMap<string, string> = new Map([
  [oids.anyPurpose, 'anyExtendedKeyUsage'],
  [oids.serverAuth, 'serverAuth'],
  [oids.clientAuth, 'clientAuth'],
  [oids.emailProtection, 'emailProtection'],
  [oids.timeStamping, 'timeStamping'],
  [oids.ocspSigning, 'OCSPSigning'],
]);

/** A place in a chain and what the chain is for. Place 0 is the leaf, which is judged by section 6.3, also where it stands alone (CERT-04). */
export interface ChainPlace {
  readonly purpose: ChainPurpose;
  readonly index: number;
}

/** Sections 6.2 and 6.3: the first broken rule. */
export function findPlaceFailure(certificate: Certificate, place: ChainPlace): RuleFailure | undefined {
  return listPlaceFailures(certificate, place).find((failure) => failure !== undefined);
}

/** Each rule by itself, in the order in which they are looked at, so that nothing hides behind anything. */
export function listPlaceFailures(
  certificate: Certificate,
  { purpose, index }: ChainPlace,
): readonly (RuleFailure | undefined)[] {
  const isTimestamping = purpose === 'timestamping';
  if (index === 0) {
    return [
      findLeafConstraintsFailure(certificate),
      findLeafUsageFailure(certificate, purpose),
      isTimestamping
        ? findTimestampingPurposeFailure(certificate.extendedKeyUsage)
        : findCodeSigningPurposeFailure(certificate.extendedKeyUsage),
      findLeafKeyFailure(certificate),
    ];
  }
  return [
    findCaConstraintsFailure(certificate, index),
    findCaUsageFailure(certificate, purpose),
    isTimestamping ? findTimestampingCaFailure(certificate) : undefined,
  ];
}

function findLeafConstraintsFailure({ basicConstraints }: Certificate): RuleFailure | undefined {
  // CERT-16
  return basicConstraints?.isCa === true ? failure('CERT-16', 'the leaf is a CA certificate') : undefined;
}

function findLeafUsageFailure({ keyUsage }: Certificate, purpose: ChainPurpose): RuleFailure | undefined {
  // CERT-17
  if (keyUsage === undefined) return failure('CERT-17', 'the leaf has no keyUsage');
  if (purpose === 'code-signing' && !keyUsage.isCritical)
    return failure('CERT-17', 'the keyUsage of the leaf is not critical');
  // CERT-18
  if (!keyUsage.usages.has('digitalSignature'))
    return failure('CERT-18', 'the keyUsage of the leaf lacks digitalSignature');
  const forbidden = forbiddenLeafUsages.filter((usage) => keyUsage.usages.has(usage));
  return forbidden.length > 0 ? failure('CERT-18', `the keyUsage of the leaf has ${forbidden.join(', ')}`) : undefined;
}

function findCodeSigningPurposeFailure(purposes: ExtendedKeyUsage | undefined): RuleFailure | undefined {
  // CERT-19; CERT-20: purposes we do not know are allowed.
  const forbidden = (purposes?.oids ?? []).flatMap((oid) => forbiddenLeafPurposes.get(oid) ?? []);
  return forbidden.length > 0
    ? failure('CERT-19', `the extendedKeyUsage of the leaf has ${forbidden.join(', ')}`)
    : undefined;
}

function findTimestampingPurposeFailure(purposes: ExtendedKeyUsage | undefined): RuleFailure | undefined {
  // CERT-21
  if (purposes === undefined) return failure('CERT-21', 'the leaf has no extendedKeyUsage');
  if (!purposes.isCritical) return failure('CERT-21', 'the extendedKeyUsage of the leaf is not critical');
  if (purposes.oids.length === 1 && purposes.oids[0] === oids.timeStamping) return undefined;
  return failure('CERT-21', 'the extendedKeyUsage of the leaf is not timeStamping alone');
}

function findLeafKeyFailure({ key }: Certificate): RuleFailure | undefined {
  // CERT-22, ALG-03, ALG-07
  if (findAlgorithm(key) !== undefined) return undefined;
  const found = key.kind === 'rsa' ? `RSA of ${key.bits} bits` : 'of an unsupported kind';
  return failure(
    'CERT-22',
    `the key of the leaf is ${found}, expected RSA of 2048, 3072 or 4096 bits, P-256, P-384 or P-521`,
  );
}

function findCaConstraintsFailure({ basicConstraints }: Certificate, index: number): RuleFailure | undefined {
  // CERT-12, OC-10
  if (basicConstraints === undefined) return failure('CERT-12', 'a CA certificate has no basicConstraints');
  if (!basicConstraints.isCa) return failure('CERT-12', 'a certificate that issued another is not a CA');
  if (!basicConstraints.isCritical)
    return failure('CERT-12', 'the basicConstraints of a CA certificate are not critical');
  // CERT-13: self-issued intermediates count; the leaf does not.
  const { pathLength } = basicConstraints;
  const below = index - 1;
  if (pathLength === undefined || pathLength >= below) return undefined;
  return failure('CERT-13', `a CA certificate allows ${pathLength} CA certificates below it, the chain has ${below}`);
}

function findCaUsageFailure({ keyUsage }: Certificate, purpose: ChainPurpose): RuleFailure | undefined {
  // CERT-14, CERT-06
  if (keyUsage === undefined) return failure('CERT-14', 'a CA certificate has no keyUsage');
  if (!keyUsage.usages.has('keyCertSign'))
    return failure('CERT-14', 'the keyUsage of a CA certificate lacks keyCertSign');
  if (purpose === 'timestamping' || keyUsage.isCritical) return undefined;
  return failure('CERT-14', 'the keyUsage of a CA certificate is not critical');
}

function findTimestampingCaFailure({ extendedKeyUsage }: Certificate): RuleFailure | undefined {
  // CERT-15: for code signing the purposes of a CA are not evaluated.
  if (extendedKeyUsage === undefined) return undefined;
  const isAllowed = extendedKeyUsage.oids.some((oid) => oid === oids.timeStamping || oid === oids.anyPurpose);
  return isAllowed
    ? undefined
    : failure('CERT-15', 'the extendedKeyUsage of a CA certificate does not allow timeStamping');
}

function failure(rule: string, reason: string): RuleFailure {
  return { rule, reason };
}
