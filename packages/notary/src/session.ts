// What stays the same over one verification, however many signatures it looks at.

import { builtinFormats, type EnvelopeFormat } from '@nv2/envelope';
import type { Annotations } from '@nv2/oci';
import {
  type CertificateCache,
  checkRevocationOffline,
  createCertificateCache,
  type RevocationChecker,
} from '@nv2/pki';
import { builtinChecks } from './checks/builtin.ts';
import type { Check, ExpectedSubject } from './checks/check.ts';
import { NotaryError } from './errors.ts';
import type { NotaryEventListener } from './events.ts';
import { createTimestampChecker, type TimestampChecker } from './timestamp.ts';
import { type PreparedTrust, prepareTrust, type VerificationTrust } from './trust.ts';
import { assertUserMetadata } from './user-metadata.ts';
import type { VerificationPlugins } from './verification-plugin.ts';

/** What every kind of verification takes. */
export interface VerificationOptions {
  readonly trust: VerificationTrust;
  /** The instant to judge for. Read the clock once per command and pass it down. */
  readonly at: Date;
  /** Pairs that the signer must have stated (META-05). */
  readonly userMetadata?: Annotations;
  /** Default {@link builtinChecks}. Checks may be replaced or added, none left out, and their order stays (VER-19). */
  readonly checks?: readonly Check[];
  /** Run after the checks and are always enforced, so they can only tighten a verdict. */
  readonly gates?: readonly Check[];
  readonly formats?: readonly EnvelopeFormat[];
  /** Parsed certificates and proven links; never a verdict. Default: one for this verification. */
  readonly cache?: CertificateCache;
  /** Default: offline, which passes only chains that name no revocation source. */
  readonly revocation?: RevocationChecker;
  /** Default: pki's, which asks `revocation` about the authority. */
  readonly timestamp?: TimestampChecker;
  /** Default: none, so that a signature that demands a verification plugin fails (PLUG-51). */
  readonly plugins?: VerificationPlugins;
  readonly onEvent?: NotaryEventListener;
  readonly signal?: AbortSignal;
}

/** What of it holds for any number of instants. */
export type TimelessOptions = Omit<VerificationOptions, 'at' | 'signal'>;

export interface VerificationSession {
  readonly trust: PreparedTrust;
  readonly at: Date;
  readonly userMetadata: Annotations;
  readonly checks: readonly Check[];
  readonly formats: readonly EnvelopeFormat[];
  readonly cache: CertificateCache;
  readonly checkRevocation: RevocationChecker;
  readonly checkTimestamp: TimestampChecker;
  readonly plugins: VerificationPlugins | undefined;
  readonly onEvent: NotaryEventListener | undefined;
  readonly signal: AbortSignal | undefined;
}

/** A session and what its signatures must be about. */
export type SubjectSession = VerificationSession & { readonly subject: ExpectedSubject };

/**
 * @throws NotaryError `NOTARY_REQUEST_INVALID` for an incomplete list of checks or an invalid instant,
 * `NOTARY_METADATA_INVALID`, `NOTARY_ANCHORS_INVALID`
 */
export function openSession(options: VerificationOptions): VerificationSession {
  const { at, signal } = options;
  assertInstant(at);
  return { ...prepareSession(options), at, signal };
}

export type PreparedSession = Omit<VerificationSession, 'at' | 'signal'>;

/**
 * A session for one instant and one subject. Member by member: V8 makes a hash table of an object that others are spread into,
 * and then looks up every member anew.
 *
 * @throws NotaryError `NOTARY_REQUEST_INVALID` for an invalid instant
 */
export function sessionFor(
  prepared: PreparedSession,
  { at, signal, subject }: Pick<SubjectSession, 'at' | 'subject'> & { readonly signal?: AbortSignal | undefined },
): SubjectSession {
  assertInstant(at);
  const { trust, userMetadata, checks, formats, cache, checkRevocation, checkTimestamp, plugins, onEvent } = prepared;
  return {
    trust,
    at,
    subject,
    userMetadata,
    checks,
    formats,
    cache,
    checkRevocation,
    checkTimestamp,
    plugins,
    onEvent,
    signal,
  };
}

function assertInstant(at: Date): void {
  if (!Number.isNaN(at.getTime())) return;
  throw new NotaryError('NOTARY_REQUEST_INVALID', 'the instant of verification is not a time');
}

/** @throws as {@link openSession}, but for the instant */
export function prepareSession(options: TimelessOptions): PreparedSession {
  const { userMetadata = {}, checks = builtinChecks, gates = [], cache = createCertificateCache() } = options;
  assertUserMetadata(userMetadata); // META-07
  assertComplete(checks);
  return {
    trust: prepareTrust(options.trust),
    userMetadata,
    checks: gates.length === 0 ? checks : [...checks, ...gates.map(toGate)],
    formats: options.formats ?? builtinFormats,
    cache,
    checkRevocation: options.revocation ?? checkRevocationOffline,
    checkTimestamp: options.timestamp ?? createTimestampChecker({ cache }),
    plugins: options.plugins,
    onEvent: options.onEvent,
  };
}

// VER-19: a list without one of the specification's checks would accept what it has to refuse.
function assertComplete(checks: readonly Check[]): void {
  if (checks === builtinChecks) return;
  const builtin = builtinChecks.map(({ name }) => name);
  const given = checks.map(({ name }) => name).filter((name) => builtin.includes(name));
  if (given.length === builtin.length && given.every((name, index) => name === builtin[index])) return;
  throw new NotaryError(
    'NOTARY_REQUEST_INVALID',
    `checks must contain ${builtin.join(', ')} once and in this order, found ${given.join(', ')}`,
  );
}

// A gate has no validation, hence no policy can soften it.
function toGate(gate: Check): Check {
  return { name: gate.name, run: (context) => gate.run(context) };
}
