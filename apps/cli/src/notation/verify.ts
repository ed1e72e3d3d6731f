import type { ArtifactOutcome } from '@nv2/notary';
import type { OciStatement } from '@nv2/trust';
import { referenceArgument } from './arguments.ts';
import {
  firstArgument,
  type NotationCommand,
  type NotationContext,
  NotationError,
  parsePairs,
  textFlag,
  textFlags,
} from './command.ts';
import {
  layoutFlag,
  loggingFlags,
  maxSignaturesFlag,
  pluginConfigFlag,
  referrersApiFlag,
  registryFlags,
  userMetadataFlag,
} from './flags.ts';
import { parseMaxSignatures } from './list.ts';
import { logOutcome } from './log.ts';
import { selectPolicyStatement } from './policy.ts';
import { nameByDigest, type NotationSubject, openSubject, resolveSubject, warnAboutTag } from './subject.ts';
import { renderPaddedTable } from './table.ts';

export const verifyCommand: NotationCommand = {
  path: ['verify'],
  aliases: [],
  usage: '[flags] <reference>',
  summary: 'Verify the signatures of an artifact',
  examples: ['verify <registry>/<repository>@<digest>', 'verify <registry>/<repository>:<tag>'],
  flags: [
    ...registryFlags,
    ...loggingFlags,
    userMetadataFlag,
    pluginConfigFlag,
    maxSignaturesFlag,
    referrersApiFlag,
    layoutFlag,
    { name: 'scope', kind: 'string', help: 'scope of the trust policy for a layout', isExperimental: true },
  ],
  groups: [{ kind: 'together', names: ['oci-layout', 'scope'] }],
  checkArguments: referenceArgument('verify'),
  run: async (context) => {
    const { flags } = context;
    const maxSignatures = parseMaxSignatures(textFlag(flags, 'max-signatures'));
    parsePairs(textFlags(flags, 'plugin-config'), 'plugin-config');
    const userMetadata = parsePairs(textFlags(flags, 'user-metadata'), 'user-metadata');
    // An invalid policy is told before any registry is asked.
    const select = await selectPolicyStatement(context);
    await using subject = await openSubject(firstArgument(flags), context);
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

function printMetadata(metadata: readonly (readonly [string, string])[], { out }: NotationContext): void {
  out('');
  out('The artifact was signed with the following user metadata.');
  out('');
  for (const line of renderPaddedTable([['KEY', 'VALUE'], ...metadata])) out(line);
}
