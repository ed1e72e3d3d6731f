// What a check is. One file per check beside this one; their order is builtin.ts.

import type { HashName } from '@nv2/base';
import type { VerifiedEnvelope } from '@nv2/envelope';
import type { Annotations, Descriptor, Digest } from '@nv2/oci';
import type { Certificate, CertificateChain, RevocationChecker, Timestamp } from '@nv2/pki';
import type { ValidationType } from '@nv2/trust';
import type { NotaryEventListener } from '../events.ts';
import type { CertificateStatus } from '../certificate-status.ts';
import type { FailureFacts } from '../failure-facts.ts';
import type { CheckName } from '../outcome.ts';
import type { TargetArtifact } from '../payload.ts';
import type { TimestampChecker } from '../timestamp.ts';
import type { PreparedTrust } from '../trust.ts';
import type {
  PluginOpinion,
  VerificationCapability,
  VerificationPlugin,
  VerificationPlugins,
} from '../verification-plugin.ts';

/** What a signature must be about. */
export type ExpectedSubject =
  | { readonly kind: 'artifact'; readonly descriptor: Descriptor }
  /** A blob is measured with the hash of the signer's key (BLOB-04). An absent media type is not compared. */
  | {
      readonly kind: 'blob';
      measure(hash: HashName): Promise<{ readonly digest: Digest; readonly size: number }>;
      readonly mediaType?: string;
    };

/** What earlier checks found out. */
export interface Knowledge {
  /** The configured certificate that the chain contains: from authenticity. Absent for chains nobody trusts (OC-12). */
  readonly anchor?: Certificate;
  /** How many certificates of the chain, the leaf first, are at or below a configured one: from authenticity. */
  readonly vouched?: number;
  /** Authenticity holds: store and identity, whoever judged that. */
  readonly isAuthentic?: true;
  /** The plugin that the signature demands, ready to be asked: from plugin. */
  readonly interview?: Interview;
  /** When the signature existed, as a trusted authority says: from the time-stamp, where one was judged. */
  readonly timestamp?: Timestamp;
  /** The payload, parsed: from payload. */
  readonly target?: TargetArtifact;
}

/**
 * Everything a check may look at. It holds a verified envelope, and only the integrity check can make one, so no check can
 * come before it (VER-19).
 */
export interface CheckContext {
  readonly envelope: VerifiedEnvelope;
  readonly chain: CertificateChain;
  /** The instant of this verification. */
  readonly at: Date;
  readonly subject: ExpectedSubject;
  readonly trust: PreparedTrust;
  /** Pairs the signer must have stated. */
  readonly userMetadata: Annotations;
  readonly checkRevocation: RevocationChecker;
  readonly checkTimestamp: TimestampChecker;
  /** Absent: a signature that demands a plugin fails (PLUG-51). */
  readonly plugins?: VerificationPlugins | undefined;
  readonly learned: Knowledge;
  readonly onEvent?: NotaryEventListener | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What a check finds, before any policy says what that means. `learned` is added to what later checks know. */
export type Finding = {
  /** What was established about single certificates: from revocation. */
  readonly certificates?: readonly CertificateStatus[];
} & (
  | { readonly status: 'passed'; readonly learned?: Knowledge }
  | {
      readonly status: 'failed';
      readonly reason: string;
      readonly facts: FailureFacts;
      readonly learned?: Knowledge;
      /** No policy can soften it, as what a plugin owes (PLUG-46, PLUG-48). */
      readonly atEveryLevel?: true;
    }
  | {
      readonly status: 'inconclusive';
      readonly reason: string;
      readonly facts: FailureFacts;
      readonly cause?: unknown;
      readonly atEveryLevel?: true;
    }
);

/** What is not passed. */
export type Refusal = Exclude<Finding, { readonly status: 'passed' }>;

/** A signature and the plugin it demands, which is asked once, whichever check needs the answer first. See interview.ts. */
export interface Interview {
  readonly plugin: VerificationPlugin;
  /** PLUG-41: what the plugin can judge and the policy wants judged. */
  readonly capabilities: readonly VerificationCapability[];
  readonly wasAsked: boolean;
  /** Starts the plugin at the first call. A refusal means that there is no opinion; it counts at every level (PLUG-48). */
  ask(capability: VerificationCapability): Promise<PluginOpinion | Refusal>;
}

/** One question about an intact signature. */
export interface Check {
  readonly name: CheckName;
  /** The validation of the policy that governs it; absent: always enforced (TP-16). */
  readonly validation?: ValidationType;
  /** Throws only on misuse, on a defect, and when aborted. */
  run(context: CheckContext): Finding | Promise<Finding>;
}

export const passed: Finding = { status: 'passed' };

export function failed(facts: FailureFacts, reason: string): Extract<Finding, { readonly status: 'failed' }> {
  return { status: 'failed', reason, facts };
}

export function inconclusive(
  facts: FailureFacts,
  reason: string,
): Extract<Finding, { readonly status: 'inconclusive' }> {
  return { status: 'inconclusive', reason, facts };
}
