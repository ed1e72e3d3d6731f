// What the reference writes to its debug log while it verifies, at the moments when it happens; scripts look for these words.

import { assertNever } from '@nv2/base';
import type { CheckName, CheckResult, NotaryEvent, NotaryEventListener, TimestampDecision } from '@nv2/notary';
import type { Log } from './log-entry.ts';
import { type WordingOptions, wordFailure } from './reasons.ts';
import { dumpStatement } from './statement-dump.ts';

const announcements: Partial<Readonly<Record<CheckName, string>>> = {
  authenticity: 'Validating cert chain',
  expiry: 'Validating expiry',
  authenticTimestamp: 'Validating authentic timestamp',
  revocation: 'Validating revocation',
};

/** A listener for verifications of blobs, and part of that for artifacts. */
export function logChecks(log: Log, wording: WordingOptions): NotaryEventListener {
  let decision: TimestampDecision = 'no-store';
  return (event) => {
    switch (event.type) {
      case 'check-started': {
        const line = announcements[event.check];
        if (line !== undefined) log('debug', line);
        return;
      }
      case 'identity-compared':
        return log('debug', 'Validating trust identity');
      case 'timestamp-considered':
        ({ decision } = event);
        return logDecision(decision, log);
      case 'check-finished':
        return logResult(event.result, { log, wording, decision });
      default:
        return;
    }
  };
}

function logDecision(decision: TimestampDecision, log: Log): void {
  const scheme = decision === 'authority-decides' ? 'notary.x509.signingAuthority' : 'notary.x509';
  log('debug', `Under signing scheme ${scheme}...`);
  switch (decision) {
    case 'authority-decides':
      return;
    case 'no-store':
      return log('info', 'Timestamp verification disabled: no tsa trust store is configured in trust policy');
    case 'certificates-valid':
      return log(
        'info',
        'Timestamp verification disabled: verifyTimestamp is set to "afterCertExpiry" and signing cert chain unexpired',
      );
    case 'token-decides':
      log('debug', 'Performing timestamp verification...');
      return log('debug', 'Checking timestamp countersignature existence...');
    default:
      return assertNever(decision);
  }
}

interface ResultParts {
  readonly log: Log;
  readonly wording: WordingOptions;
  readonly decision: TimestampDecision;
}

/** The validations of the policy; of other checks the reference tells only how the signature ended. */
const validations: readonly CheckName[] = ['integrity', 'authenticity', 'expiry', 'authenticTimestamp', 'revocation'];

function logResult(result: CheckResult, { log, wording, decision }: ResultParts): void {
  const { check, status } = result;
  switch (status) {
    case 'skipped':
      return;
    case 'passed':
      if (check === 'authenticTimestamp' && decision === 'token-decides')
        log('debug', 'Timestamp verification: Success');
      if (check === 'revocation')
        log('debug', 'No verification impacting errors encountered while checking revocation, status is OK');
      return;
    case 'failed':
    case 'inconclusive': {
      if (result.facts.code === 'metadata-mismatch') {
        for (const pair of result.facts.missing)
          log('error', `User required metadata ${pair} is not present in the signature`);
      }
      if (!validations.includes(check)) return;
      const reason = `Failure reason: ${wordFailure(result, wording)}`;
      return result.action === 'enforce'
        ? log('error', `${check} validation failed. ${reason}`)
        : log('warning', `${check} validation failed with validation action set to "logged". ${reason}`);
    }
    default:
      return assertNever(status);
  }
}

export interface ArtifactLogOptions extends WordingOptions {
  /** The artifact by digest, under the name for which the statement was chosen. */
  readonly reference: string;
  readonly digest: string;
}

/** A listener for verifications of artifacts in a registry or layout. */
export function logArtifact(log: Log, options: ArtifactLogOptions): NotaryEventListener {
  const { reference, digest, statement } = options;
  const checks = logChecks(log, options);
  return (event: NotaryEvent) => {
    switch (event.type) {
      case 'subject-resolved':
        return log('debug', 'Fetching signature manifests');
      case 'signature-opened': {
        const { mediaType = '', digest: manifest = '' } = event.signature ?? {};
        log('info', `Processing signature with manifest mediaType: ${mediaType} and digest: ${manifest}`);
        log(
          'debug',
          `Verify signature against artifact ${digest} referenced as ${reference} in signature media type ${event.mediaType}`,
        );
        return log('info', `Trust policy configuration: ${dumpStatement(statement)}`);
      }
      case 'signature-judged': {
        const { outcome, descriptor } = event.record;
        if (outcome.verdict !== 'untrusted') {
          return log(
            'debug',
            `Signature verification succeeded for artifact ${digest} with signature digest ${descriptor.digest}`,
          );
        }
        const [failure] = outcome.failures;
        return log(
          'warning',
          `Signature ${descriptor.digest} failed verification with error: ${wordFailure(failure, options)}`,
        );
      }
      default:
        return checks(event);
    }
  };
}
