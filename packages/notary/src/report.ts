// Outcomes as JSON, for `--format json` and for services. Every time is RFC 3339 in UTC; nothing else is rendered here.

import { assertNever } from '@nv2/base';
import { mediaTypes } from '@nv2/oci';
import type { CertificateStatus } from './certificate-status.ts';
import type { CertificateSummary } from './certificate-summary.ts';
import type {
  ArtifactOutcome,
  CheckName,
  CheckResult,
  OtherReferrer,
  SignatureClaims,
  SignatureOutcome,
  SignatureRecord,
} from './outcome.ts';
import type { ProvenTime } from './timestamp.ts';

export type ReportValue =
  | string
  | number
  | boolean
  | null
  | readonly ReportValue[]
  | { readonly [name: string]: ReportValue };

export interface ContentReport {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly artifactType?: string;
}

export interface CertificateReport {
  readonly subject: string;
  readonly issuer: string;
  readonly fingerprint: string;
  readonly notBefore: string;
  readonly notAfter: string;
}

export interface CheckReport {
  readonly status: CheckResult['status'];
  /** Of a failure: whether the policy enforced it. */
  readonly action?: 'enforce' | 'log';
  readonly because?: 'policy' | 'earlier-failure';
  readonly code?: string;
  readonly reason?: string;
  readonly facts?: { readonly [name: string]: ReportValue };
  /** Of revocation: what is known about each certificate, leaf first, and what each server said. */
  readonly certificates?: readonly { readonly [name: string]: ReportValue }[];
}

export interface SignatureReport {
  /** Of the signature manifest; absent for an envelope that is in no store. */
  readonly digest?: string;
  readonly verdict: SignatureOutcome['verdict'];
  /** What decided: `trusted`, the code of the first enforced failure, or why nothing was verified. */
  readonly code: string;
  readonly reason?: string;
  /** The envelope's format; everything from here to `hasTimestamp` is a claim unless the verdict is `trusted`. */
  readonly format?: string;
  readonly scheme?: string;
  readonly signer?: string;
  readonly chain?: readonly CertificateReport[];
  readonly time?: string;
  readonly expiry?: string;
  readonly signingAgent?: string;
  readonly hasTimestamp?: boolean;
  /** Where a time-stamp was judged and holds: when the signature existed, and who says so. */
  readonly timestamp?: TimestampReport;
  /** Only of a trusted signature. */
  readonly anchor?: CertificateReport;
  readonly trustedBy?: string;
  readonly userMetadata?: { readonly [key: string]: string };
  readonly checks?: Readonly<Partial<Record<CheckName, CheckReport>>>;
}

export interface TimestampReport {
  readonly earliest: string;
  readonly latest: string;
  /** The authority's policy, as an object identifier. */
  readonly policy: string;
  readonly authority: readonly CertificateReport[];
}

export interface ArtifactReport {
  readonly subject: ContentReport;
  readonly verdict: ArtifactOutcome['verdict'];
  readonly code: string;
  readonly policy: { readonly level: string };
  readonly signatures: readonly SignatureReport[];
  readonly isLimitReached: boolean;
  /** The digest of the signature that counts: the accepted one, else the one that came closest. */
  readonly signature?: string;
  /** Where there is no Notary signature: what is there. */
  readonly others?: readonly (ContentReport & { readonly format?: string })[];
}

/** An artifact's outcome as JSON-safe data. */
export function toReport(outcome: ArtifactOutcome): ArtifactReport {
  const { subject, verdict, level, signatures, isLimitReached } = outcome;
  const { mediaType, digest, size } = subject;
  return {
    subject: { mediaType, digest, size },
    verdict,
    ...conclusionOf(outcome),
    policy: { level: level.name },
    signatures: signatures.map(({ descriptor, outcome }) => ({
      digest: descriptor.digest,
      ...toSignatureReport(outcome),
    })),
    isLimitReached,
  };
}

function conclusionOf(outcome: ArtifactOutcome): Pick<ArtifactReport, 'code' | 'signature' | 'others'> {
  switch (outcome.verdict) {
    case 'trusted':
      return { code: 'trusted', signature: outcome.accepted.descriptor.digest };
    case 'not-verified':
      if (outcome.because === 'policy-level-skip') return { code: outcome.because };
      return { code: outcome.because, signature: outcome.accepted.descriptor.digest };
    case 'untrusted': {
      const { why } = outcome;
      if (why.code !== 'all-failed') return { code: why.code, others: why.others.map(toOtherReport) };
      return { code: codeOf(why.best), signature: why.best.descriptor.digest };
    }
    default:
      return assertNever(outcome);
  }
}

function codeOf({ outcome }: SignatureRecord): string {
  return toSignatureReport(outcome).code;
}

/** One signature's outcome as JSON-safe data. */
export function toSignatureReport(outcome: SignatureOutcome): SignatureReport {
  const { verdict } = outcome;
  switch (outcome.verdict) {
    case 'trusted':
      return {
        verdict,
        code: 'trusted',
        ...toClaimsReport(outcome.claims),
        ...toTimestampReport(outcome.timestamp),
        anchor: toCertificateReport(outcome.signer.anchor),
        trustedBy: outcome.signer.trustedBy,
        ...(outcome.target.annotations === undefined ? {} : { userMetadata: { ...outcome.target.annotations } }),
        checks: toChecksReport(outcome.checks),
      };
    case 'untrusted': {
      const [{ facts, reason }] = outcome.failures;
      const claims = outcome.claims === undefined ? {} : toClaimsReport(outcome.claims);
      return {
        verdict,
        code: facts.code,
        reason,
        ...claims,
        ...toTimestampReport(outcome.timestamp),
        checks: toChecksReport(outcome.checks),
      };
    }
    case 'not-verified': {
      const code = outcome.because;
      if (outcome.because === 'policy-level-skip') return { verdict, code };
      const [{ reason }] = outcome.failures;
      return {
        verdict,
        code,
        reason,
        ...toClaimsReport(outcome.claims),
        ...toTimestampReport(outcome.timestamp),
        checks: toChecksReport(outcome.checks),
      };
    }
    default:
      return assertNever(outcome);
  }
}

function toClaimsReport(claims: SignatureClaims): Partial<SignatureReport> {
  const { mediaType, scheme, chain, signingTime, expiry, signingAgent, hasTimestamp } = claims;
  return {
    format: mediaType === mediaTypes.jws ? 'jws' : mediaType === mediaTypes.cose ? 'cose' : mediaType,
    scheme,
    signer: chain[0].subject,
    chain: chain.map(toCertificateReport),
    time: signingTime.toISOString(),
    ...(expiry === undefined ? {} : { expiry: expiry.toISOString() }),
    ...(signingAgent === undefined ? {} : { signingAgent }),
    hasTimestamp,
  };
}

function toTimestampReport(timestamp: ProvenTime | undefined): Pick<SignatureReport, 'timestamp'> {
  if (timestamp === undefined) return {};
  const { earliest, latest, policy, authority } = timestamp;
  return {
    timestamp: {
      earliest: earliest.toISOString(),
      latest: latest.toISOString(),
      policy,
      authority: authority.map(toCertificateReport),
    },
  };
}

function toCertificateReport({
  subject,
  issuer,
  fingerprint,
  notBefore,
  notAfter,
}: CertificateSummary): CertificateReport {
  return { subject, issuer, fingerprint, notBefore: notBefore.toISOString(), notAfter: notAfter.toISOString() };
}

function toChecksReport(checks: readonly CheckResult[]): Readonly<Partial<Record<CheckName, CheckReport>>> {
  return Object.fromEntries(checks.map((result) => [result.check, toCheckReport(result)]));
}

function toCheckReport(result: CheckResult): CheckReport {
  switch (result.status) {
    case 'passed':
      return { status: result.status, ...certificatesOf(result) };
    case 'skipped':
      return { status: result.status, because: result.because };
    case 'failed':
    case 'inconclusive': {
      const { code, ...facts } = result.facts;
      const { status, action, reason } = result;
      return { status, action, code, reason, facts: toFactsReport(facts), ...certificatesOf(result) };
    }
    default:
      return assertNever(result);
  }
}

function certificatesOf({
  certificates,
}: {
  readonly certificates?: readonly CertificateStatus[];
}): Pick<CheckReport, 'certificates'> {
  return certificates === undefined ? {} : { certificates: certificates.map(toStatusReport) };
}

/** The certificate itself is in the chain of the signature. */
function toStatusReport({ certificate, ...status }: CertificateStatus): { readonly [name: string]: ReportValue } {
  const { subject, fingerprint } = certificate;
  return toFactsReport({ subject, fingerprint, ...status });
}

function toFactsReport(facts: object): { readonly [name: string]: ReportValue } {
  return Object.fromEntries(Object.entries(facts).map(([name, fact]) => [name, toReportValue(fact)]));
}

/** Facts are strings, numbers, booleans, times, and lists and objects of these. */
function toReportValue(fact: unknown): ReportValue {
  if (fact instanceof Date) return fact.toISOString();
  if (Array.isArray(fact)) return fact.map(toReportValue);
  if (typeof fact === 'object' && fact !== null) return toFactsReport(fact);
  return typeof fact === 'string' || typeof fact === 'number' || typeof fact === 'boolean' ? fact : null;
}

function toOtherReport({ descriptor, format }: OtherReferrer): ContentReport & { readonly format?: string } {
  const { mediaType, digest, size, artifactType } = descriptor;
  return {
    mediaType,
    digest,
    size,
    ...(artifactType === undefined ? {} : { artifactType }),
    ...(format === undefined ? {} : { format }),
  };
}
