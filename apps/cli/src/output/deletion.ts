// What deleting signatures did, or would do.

import { plainText } from '@nv2/base';
import type { CommandResult } from '../command.ts';
import type { Removal, RemovalResult } from '../delete-signatures.ts';
import type { ExaminedSignature } from '../examine-signatures.ts';
import { concludeErrors } from '../exit-codes.ts';
import { nextOf, reportFailure } from '../report-failure.ts';
import { countText, timeText } from './words.ts';

/** What is shown of a signature that is to go. */
export function toRemoval({ descriptor, outcome }: ExaminedSignature, reason?: string): Removal {
  const claims = outcome !== undefined && 'claims' in outcome ? outcome.claims : undefined;
  return {
    digest: descriptor.digest,
    ...(reason === undefined ? {} : { reason }),
    ...(claims === undefined ? {} : { signer: claims.chain[0].subject, time: timeText(claims.signingTime) }),
  };
}

export interface DeletionFacts {
  /** By digest. */
  readonly subject: string;
  /** Signatures that were found. */
  readonly found: number;
  readonly dryRun: boolean;
  /** The words of the command. */
  readonly command: string;
  /** More lines for people. */
  readonly remarks?: readonly string[];
}

export function planLines(subject: string, plan: readonly Removal[]): readonly string[] {
  return [
    `nv2: ${subject}: ${countText(plan.length, 'signature')} to delete`,
    ...plan.map((removal) => `  ${lineOf(removal)}`),
  ];
}

/** Standard output: the digests that are gone, or with `--dry-run` would be. */
export function describeDeletion(results: readonly RemovalResult[], facts: DeletionFacts): CommandResult {
  const { subject, found, dryRun, command, remarks = [] } = facts;
  const count = (status: RemovalResult['status']): number => results.filter((one) => one.status === status).length;
  const failures = results.flatMap(({ status, error }) => (status === 'failed' ? [error] : []));
  const shown = results.filter(({ status }) => status === 'deleted' || (dryRun && status === 'planned'));
  const kept = found - shown.length;
  return {
    conclusion: failures.length === 0 ? 'done' : concludeErrors(failures),
    report: {
      subject,
      dryRun,
      deleted: count('deleted'),
      kept,
      signatures: results.map(({ error, ...removal }) => ({
        ...removal,
        ...(error === undefined ? {} : { error: reportFailure(error) }),
      })),
    },
    result: shown.map(({ digest }) => digest),
    text: [
      `nv2: ${subject}: ${verdictOf(facts, count)}`,
      ...results.map((result) => `  ${lineOf(result)}${stateOf(result)}`),
      `  ${countText(kept, 'signature')} ${kept === 1 ? 'stays' : 'stay'}`,
      ...remarks.map((line) => `  ${line}`),
      ...nextOf(failures, command),
    ],
  };
}

function verdictOf({ dryRun }: DeletionFacts, count: (status: RemovalResult['status']) => number): string {
  if (count('failed') > 0) return `${countText(count('failed'), 'signature')} could not be deleted`;
  if (count('deleted') > 0) return `done, ${countText(count('deleted'), 'signature')} deleted`;
  if (count('planned') === 0) return 'done, nothing to delete';
  return dryRun ? `${countText(count('planned'), 'signature')} would be deleted` : 'nothing was deleted';
}

function lineOf({ digest, signer, time, reason }: Removal): string {
  const about = signer === undefined ? '' : `  ${signer}  ${time}`;
  return `${digest}${about}${reason === undefined ? '' : `: ${plainText(reason, 500)}`}`;
}

function stateOf({ status, error }: RemovalResult): string {
  return status === 'failed' ? `: failed: ${reportFailure(error).message}` : '';
}
