// What `verify` and `blob verify` say at the end.

import { plainText } from '@nv2/base';
import type { AuditedSignature, Failure, TrustedSignature } from '@nv2/notary';
import { type NotationContext, NotationError } from './command.ts';
import { isStoreMissing, type WordingOptions, wordFailure, wordStoreProblem } from './reasons.ts';
import { renderPaddedTable } from './table.ts';

export interface ReportOptions {
  /** The artifact by digest, or the path of the blob. */
  readonly name: string;
  readonly context: NotationContext;
  /** Whether something was warned about already. */
  readonly hasWarning: boolean;
  readonly wording: WordingOptions;
}

/** VER-02, BLOB-10 */
export function reportSkipped({ name, context: { out }, hasWarning }: Omit<ReportOptions, 'wording'>): void {
  if (hasWarning) out('');
  out(`Trust policy is configured to skip signature verification for ${name}`);
}

/** VER-32: what the policy only logs is warned about, and an empty line sets the result apart from warnings. */
export function reportAccepted(accepted: TrustedSignature | AuditedSignature, options: ReportOptions): void {
  const { name, context, hasWarning, wording } = options;
  const { failures } = accepted;
  for (const failure of failures) {
    context.warn(`${failure.check} was set to "log" and failed with error: ${wordFailure(failure, wording)}`);
  }
  if (hasWarning || failures.length > 0) context.out('');
  context.out(`Successfully verified signature for ${name}`);
  // META-06: only an enforcing level makes metadata worth showing.
  const metadata = accepted.verdict === 'trusted' ? Object.entries(accepted.target.annotations ?? {}) : [];
  if (metadata.length > 0) printMetadata(metadata, context);
}

function printMetadata(metadata: readonly (readonly [string, string])[], { out }: NotationContext): void {
  out('');
  out('The artifact was signed with the following user metadata.');
  out('');
  // A trusted signer is still somebody else: no text of theirs steers a terminal.
  const rows = metadata.map((pair) => pair.map((text) => plainText(text, text.length)));
  for (const line of renderPaddedTable([['KEY', 'VALUE'], ...rows])) out(line);
}

/** A trust store that cannot be used is told by itself, whatever else failed. */
export function findStoreFailure(failures: readonly Failure[]): NotationError | undefined {
  for (const { facts, reason } of failures) {
    if (facts.code !== 'trust-store') continue;
    const text = wordStoreProblem(facts.store, reason);
    const advice = ". Use command 'notation cert add' to create and add trusted certificates to the trust store";
    return new NotationError(isStoreMissing(reason) ? `${text}${advice}` : text);
  }
  return undefined;
}
