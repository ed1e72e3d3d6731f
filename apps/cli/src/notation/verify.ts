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
import { selectPolicyStatement, type SelectStatement } from './policy.ts';
import { dumpStatement } from './statement-dump.ts';
import { nameByDigest, type NotationSubject, openSubject, resolveSubject, warnAboutTag } from './subject.ts';
import { findStoreFailure, type ReportOptions, reportAccepted, reportSkipped } from './verification.ts';

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
    const pluginConfig = parsePairs(textFlags(flags, 'plugin-config'), 'plugin-config');
    const userMetadata = parsePairs(textFlags(flags, 'user-metadata'), 'user-metadata');
    // An invalid policy is told before any registry is asked.
    const select = await selectPolicyStatement(context);
    await using subject = await openSubject(firstArgument(flags), context);
    const descriptor = await resolveSubject(subject, context);
    const hasWarning = warnAboutTag(subject, 'verify', context);
    const name = nameByDigest(subject, descriptor.digest);
    const statement = selectAndLog(select, { scope: textFlag(flags, 'scope') ?? subject.name, name, context });
    const { digest } = descriptor;
    const outcome = await judge(subject, {
      context,
      statement,
      maxSignatures,
      userMetadata,
      pluginConfig,
      digest,
      name,
    });
    report(outcome, { name, context, hasWarning, wording: { statement, at: context.at } });
  },
};

interface SelectOptions {
  readonly scope: string;
  readonly name: string;
  readonly context: NotationContext;
}

/** The reference looks first whether there is anything to do, and says so. */
function selectAndLog(select: SelectStatement, { scope, name, context }: SelectOptions): OciStatement {
  const { log } = context;
  log('info', 'Checking whether signature verification should be skipped or not');
  log('debug', `Check verification level against artifact ${name}`);
  const statement = select(scope, name);
  log('info', `Trust policy configuration: ${dumpStatement(statement)}`);
  if (statement.level.name === 'skip') log('debug', 'Skipping signature verification');
  else log('info', "Check over. The signature verification level is not set to 'skip' in the trust policy.");
  return statement;
}

interface JudgeOptions {
  readonly context: NotationContext;
  readonly statement: OciStatement;
  readonly maxSignatures: number;
  readonly userMetadata: Readonly<Record<string, string>>;
  readonly pluginConfig: Readonly<Record<string, string>>;
  readonly digest: string;
  /** By digest. */
  readonly name: string;
}

async function judge(subject: NotationSubject, options: JudgeOptions): Promise<ArtifactOutcome> {
  const { context, statement, maxSignatures, userMetadata, pluginConfig, digest, name } = options;
  const [{ verify }, { logArtifact }] = await Promise.all([import('@nv2/notary'), import('./log.ts')]);
  const { trustStore } = await context.services.config();
  return verify({
    store: subject.store,
    subject: digest,
    trust: { kind: 'policy', statement, trustStore },
    at: context.at,
    maxSignatures,
    userMetadata,
    revocation: context.services.revocation(),
    plugins: context.services.verificationPlugins(pluginConfig),
    onEvent: logArtifact(context.log, { statement, at: context.at, reference: name, digest }),
    signal: context.io.signal,
  });
}

function report(outcome: ArtifactOutcome, options: ReportOptions): void {
  if (outcome.verdict === 'untrusted') throw failure(outcome, options);
  if (outcome.verdict === 'not-verified' && outcome.because === 'policy-level-skip') return reportSkipped(options);
  reportAccepted(outcome.accepted.outcome, options);
}

function failure(
  outcome: Extract<ArtifactOutcome, { readonly verdict: 'untrusted' }>,
  { name, context }: ReportOptions,
): NotationError {
  if (outcome.why.code !== 'all-failed') {
    return new NotationError(
      `signature verification failed: no signature is associated with ${JSON.stringify(name)}, make sure the artifact was signed successfully`,
    );
  }
  context.debug(
    `Signature verification failed for all the signatures associated with artifact ${outcome.subject.digest}`,
  );
  const failures = outcome.signatures.flatMap(({ outcome: one }) => one.failures);
  return (
    findStoreFailure(failures) ??
    new NotationError(`signature verification failed for all the signatures associated with ${name}`)
  );
}
