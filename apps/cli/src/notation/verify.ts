import type { ArtifactOutcome } from '@nv2/notary';
import type { OciStatement } from '@nv2/trust';
import {
  checkExperimental,
  type NotationCommand,
  type NotationContext,
  NotationError,
  parsePairs,
  referenceArgument,
  requireTogether,
  textFlag,
  textFlags,
} from './command.ts';
import { loggingFlags, registryFlags } from './flags.ts';
import { parseMaxSignatures } from './list.ts';
import { logOutcome } from './log.ts';
import { selectPolicyStatement } from './policy.ts';
import { nameByDigest, type NotationSubject, openSubject, resolveSubject, warnAboutTag } from './subject.ts';

export const verifyCommand: NotationCommand = {
  name: 'verify',
  aliases: [],
  usage: 'notation verify [flags] <reference>',
  summary: 'Verify artifacts',
  flags: [
    ...registryFlags,
    ...loggingFlags,
    { name: 'user-metadata', short: 'm', kind: 'strings' },
    { name: 'plugin-config', kind: 'strings' },
    { name: 'max-signatures', kind: 'int' },
    { name: 'oci-layout', kind: 'bool' },
    { name: 'scope', kind: 'string' },
  ],
  run: async (context) => {
    const { flags, warn } = context;
    const reference = referenceArgument(flags, 'verify');
    checkExperimental(context, 'verify', ['oci-layout', 'scope']);
    requireTogether(flags, ['oci-layout', 'scope']);
    const maxSignatures = parseMaxSignatures(textFlag(flags, 'max-signatures'));
    const userMetadata = parsePairs(textFlags(flags, 'user-metadata'), 'user-metadata');
    if (flags.deprecated.length > 0) {
      warn("flag '--allow-referrers-api' is deprecated and will be removed in future versions.");
    }
    // An invalid policy is told before any registry is asked.
    const select = await selectPolicyStatement(context);
    await using subject = await openSubject(reference, context);
    const descriptor = await resolveSubject(subject, context);
    const hasTagWarning = warnAboutTag(subject, 'verify', context);
    const name = nameByDigest(subject, descriptor.digest);
    const statement = select(textFlag(flags, 'scope') ?? subject.name, name);
    const outcome = await judge(subject, {
      context,
      statement,
      maxSignatures,
      userMetadata,
      digest: descriptor.digest,
    });
    logOutcome(outcome, context);
    report(outcome, { name, context, hasTagWarning });
  },
};

interface JudgeOptions {
  readonly context: NotationContext;
  readonly statement: OciStatement;
  readonly maxSignatures: number;
  readonly userMetadata: Readonly<Record<string, string>>;
  readonly digest: string;
}

async function judge(subject: NotationSubject, options: JudgeOptions): Promise<ArtifactOutcome> {
  const { context, statement, maxSignatures, userMetadata, digest } = options;
  const { verify } = await import('@nv2/notary');
  const { trustStore } = await context.services.config();
  return verify({
    store: subject.store,
    subject: digest,
    trust: { kind: 'policy', statement, trustStore },
    at: context.at,
    maxSignatures,
    userMetadata,
    signal: context.io.signal,
  });
}

interface ReportOptions {
  readonly name: string;
  readonly context: NotationContext;
  readonly hasTagWarning: boolean;
}

function report(outcome: ArtifactOutcome, { name, context, hasTagWarning }: ReportOptions): void {
  const { out } = context;
  if (outcome.verdict === 'untrusted') throw failure(outcome, name);
  if (outcome.verdict === 'not-verified' && outcome.because === 'policy-level-skip') {
    if (hasTagWarning) out('');
    return out(`Trust policy is configured to skip signature verification for ${name}`);
  }
  const { failures } = outcome.accepted.outcome;
  for (const { check, reason } of failures) context.warn(`${check} was set to "log" and failed with error: ${reason}`);
  if (hasTagWarning || failures.length > 0) out('');
  out(`Successfully verified signature for ${name}`);
  const metadata =
    outcome.verdict === 'trusted' ? Object.entries(outcome.accepted.outcome.target.annotations ?? {}) : [];
  if (metadata.length > 0) printMetadata(metadata, context);
}

function failure(outcome: Extract<ArtifactOutcome, { readonly verdict: 'untrusted' }>, name: string): NotationError {
  const { why } = outcome;
  if (why.code !== 'all-failed') {
    return new NotationError(
      `signature verification failed: no signature is associated with ${JSON.stringify(name)}, make sure the artifact was signed successfully`,
    );
  }
  const facts = outcome.signatures.flatMap((record) => ('failures' in record.outcome ? record.outcome.failures : []));
  const store = facts.find((one) => one.facts.code === 'trust-store');
  if (store !== undefined && store.facts.code === 'trust-store') {
    const [type = '', storeName = ''] = store.facts.store.split(':');
    // A store that is there and cannot be used has a reason of its own.
    const isMissing = /does not exist|not found|no trust store/.test(store.reason);
    const missing = `the trust store ${JSON.stringify(storeName)} of type ${JSON.stringify(type)} does not exist. Use command 'notation cert add' to create and add trusted certificates to the trust store`;
    return new NotationError(isMissing ? missing : store.reason);
  }
  return new NotationError(`signature verification failed for all the signatures associated with ${name}`);
}

/** Columns are separated by three spaces and every cell is padded. */
function printMetadata(metadata: readonly (readonly [string, string])[], { out }: NotationContext): void {
  const rows = [['KEY', 'VALUE'] as const, ...metadata];
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  out('');
  out('The artifact was signed with the following user metadata.');
  out('');
  for (const row of rows) out(row.map((cell, column) => `${cell.padEnd(widths[column] ?? 0)}   `).join(''));
}
