// Exit codes. This file is the only place where a verdict or an error becomes a number.

import { type ErrorKind, isNv2Error } from '@nv2/base';
import type { ReasonCode } from '@nv2/notary';

/** What each exit code tells a script. */
export const exitCodeMeanings = {
  0: 'accepted, or done',
  1: 'unexpected error: a defect of nv2',
  2: 'wrong usage, or a policy, key list or configuration that is missing or invalid',
  10: 'no signature found',
  11: 'signature does not match the content (tampered or malformed)',
  12: 'signer not trusted',
  13: 'revoked',
  14: 'expired or not yet valid',
  15: 'stale: rollback or freeze',
  16: 'policy not met (required signer, metadata or algorithm)',
  17: 'status could not be established (revocation or freshness unknown)',
  18: 'explicit mistrust',
  20: 'registry or network',
  21: 'authentication',
  22: 'container engine',
} as const;

export type ExitCode = keyof typeof exitCodeMeanings;

/** What a command concluded. Verdicts of a verification, and `done` for everything that simply worked. */
export type Conclusion =
  | 'done'
  | 'accepted'
  | 'not-verified'
  | 'no-signature'
  | 'tampered'
  | 'not-trusted'
  | 'revoked'
  | 'expired'
  | 'policy-not-met'
  | 'unknown-status'
  | 'invalid-input'
  | 'unreachable'
  | 'denied'
  | 'defect';

const byConclusion: Readonly<Record<Conclusion, ExitCode>> = {
  done: 0,
  accepted: 0,
  // ADR 10: a policy that says skip was obeyed, and the report says that nothing was verified.
  'not-verified': 0,
  'invalid-input': 2,
  'no-signature': 10,
  tampered: 11,
  'not-trusted': 12,
  revoked: 13,
  expired: 14,
  'policy-not-met': 16,
  'unknown-status': 17,
  unreachable: 20,
  denied: 21,
  defect: 1,
};

/** What one failed check means for the artifact. */
const byReason: Readonly<Record<ReasonCode, Conclusion>> = {
  altered: 'tampered',
  malformed: 'tampered',
  unreadable: 'tampered',
  'wrong-subject': 'tampered',
  unavailable: 'unreachable',
  // A policy that names a store which cannot be used is a configuration to repair, not a verdict.
  'trust-store': 'invalid-input',
  'no-policy': 'not-trusted',
  'no-statement': 'not-trusted',
  'signer-unknown': 'not-trusted',
  'scheme-refused': 'not-trusted',
  'identity-mismatch': 'not-trusted',
  revoked: 'revoked',
  expired: 'expired',
  'not-yet-valid': 'expired',
  'certificate-expired': 'expired',
  'timestamp-required': 'expired',
  'timestamp-invalid': 'expired',
  'timestamp-unknown': 'unknown-status',
  'revocation-unknown': 'unknown-status',
  'plugin-required': 'unknown-status',
  'plugin-unsuited': 'unknown-status',
  'plugin-outdated': 'unknown-status',
  'plugin-failed': 'unknown-status',
  'plugin-withheld': 'not-trusted',
  'plugin-identity': 'not-trusted',
  // What a plugin objects to is its own; that it objects to a certificate is what it was asked.
  'plugin-revocation': 'revoked',
  'critical-attribute': 'policy-not-met',
  'metadata-mismatch': 'policy-not-met',
  policy: 'policy-not-met',
};

/** Codes whose number does not follow from their family or kind. */
const byErrorCode: Readonly<Record<string, ExitCode>> = {
  CONTENT_MISMATCH: 11,
  OCI_MANIFEST_INVALID: 11,
  OCI_MEDIA_TYPE_UNSUPPORTED: 11,
  CLI_SUBJECT_CHANGED: 11,
  NOTARY_SUBJECT_MISMATCH: 11,
  NOTARY_SIGNATURE_INVALID: 11,
  NOTARY_BLOB_SIGNATURE_EMPTY: 11,
  ENVELOPE_MALFORMED: 11,
  ENVELOPE_UNSUPPORTED: 11,
  CLI_SUBJECT_NOT_FOUND: 20,
  NOTARY_SUBJECT_NOT_FOUND: 20,
  NOTARY_PLATFORM_NOT_FOUND: 20,
  CONTENT_NOT_FOUND: 20,
  CONTENT_READ_ONLY: 2,
  REGISTRY_UNAUTHORIZED: 21,
  REGISTRY_DENIED: 21,
  CLI_NO_CREDENTIALS: 21,
  CONFIG_CREDENTIALS_INVALID: 21,
  CONFIG_CREDENTIALS_INSECURE: 21,
  CONFIG_HELPER_NAME: 21,
  CONFIG_HELPER_NOT_FOUND: 21,
  CONFIG_HELPER_FAILED: 21,
  PLUGIN_CHECKSUM_MISMATCH: 11,
  PLUGIN_DOWNLOAD_FAILED: 20,
  // These are about the user's own disk.
  PLUGIN_DIRECTORY_UNREADABLE: 2,
  PLUGIN_DOWNLOAD_REFUSED: 2,
  PLUGIN_INSTALL_FAILED: 2,
  PLUGIN_NOT_EXECUTABLE: 2,
  PLUGIN_START_FAILED: 2,
  // What a plugin made does not hold together.
  NOTARY_ENVELOPE_REFUSED: 11,
  TRANSPORT_TLS_CONFIG: 2,
  CLI_INTERRUPTED: 1,
};

/** Families of codes: what comes from a registry is 20; what is on the user's own disk or command line is 2. */
const byFamily: readonly (readonly [prefix: string, code: ExitCode])[] = [
  ['REGISTRY_', 20],
  ['TRANSPORT_', 20],
  ['CONFIG_', 2],
  ['TRUST_', 2],
  ['CLI_', 2],
  ['OCI_', 2],
  ['LAYOUT_', 2],
  // Raised here only by a server that cannot start: its directory or address is the user's choice.
  ['SERVER_', 2],
  ['PKI_', 2],
];

const byKind: Readonly<Record<ErrorKind, ExitCode>> = {
  usage: 2,
  malformed: 2,
  'not-found': 2,
  conflict: 2,
  limit: 2,
  denied: 21,
  unavailable: 20,
  internal: 1,
};

/** Several reasons: the one with the largest code. */
export function concludeReasons(reasons: readonly ReasonCode[]): Conclusion {
  const [first = 'tampered', ...rest] = reasons.map((reason) => byReason[reason]);
  return rest.reduce((worst, next) => (byConclusion[next] > byConclusion[worst] ? next : worst), first);
}

/** What several errors make of a run that went on in spite of them: the one with the largest code. */
export function concludeErrors(errors: readonly unknown[]): Conclusion {
  const worst = Math.max(1, ...errors.map(exitCodeOfError));
  const names = Object.keys(byConclusion) as Conclusion[]; // the keys of this very table
  return names.find((name) => byConclusion[name] === worst) ?? 'defect';
}

export function exitCodeOf(conclusion: Conclusion): ExitCode {
  return byConclusion[conclusion];
}

/** The exit code of anything thrown: by its code, else its family, else its kind; what is not ours is a defect. */
export function exitCodeOfError(error: unknown): ExitCode {
  if (!isNv2Error(error)) return 1;
  if (error.kind === 'internal') return 1;
  const family = byFamily.find(([prefix]) => error.code.startsWith(prefix));
  return byErrorCode[error.code] ?? family?.[1] ?? byKind[error.kind];
}
