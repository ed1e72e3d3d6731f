// What the commands that write a statement have in common.

import type { StatementDraft, TrustPolicyDraft } from '@nv2/trust';
import type { CommandResult } from '../command.ts';
import { CliError } from '../errors.ts';
import { flag, oneOf, type OptionValues, text, texts } from '../option.ts';
import { policyKindOption } from './policy-file.ts';

export const statementOptions = {
  ...policyKindOption,
  name: text('-n, --name <name>', 'name of the statement; default: that of its first trust store'),
  scope: texts('--scope <repository>', "repository it counts for, or '*' for all; several times"),
  global: flag('--global', 'with --kind blob: it counts where no statement is named'),
  trustStore: texts(
    '--trust-store <type:name>',
    'certificates that are anchors, for example ca:wabbit-networks; several times',
  ),
  identity: texts(
    '--identity <identity>',
    "who may sign: 'x509.subject: C=…, ST=…, O=…', or '*' for anybody below the anchors",
  ),
  level: oneOf('--level <level>', 'what a failed check means', ['strict', 'permissive', 'audit', 'skip'], {
    defaultText: 'strict',
  }),
  verifyTimestamp: oneOf('--verify-timestamp <when>', 'when a time-stamp is needed', ['always', 'afterCertExpiry']),
} as const;

/** @throws CliError `CLI_USAGE` where something without a safe default is missing */
export function draftStatement(values: OptionValues<typeof statementOptions>): StatementDraft {
  const { scope, trustStore, identity, level = 'strict', verifyTimestamp, kind = 'oci' } = values;
  assertKind(values);
  if (level !== 'skip') {
    if (trustStore.length === 0)
      throw missing('--trust-store', 'See `nv2 cert list`; for example --trust-store ca:wabbit-networks.');
    if (identity.length === 0) {
      throw missing(
        '--identity',
        "Name who may sign, or --identity '*' for everybody with a certificate from those anchors.",
      );
    }
  }
  const name = values.name ?? trustStore[0]?.split(':')[1] ?? 'default';
  return {
    name,
    ...(kind === 'oci' ? { registryScopes: scope } : { isGlobal: values.global }),
    level,
    ...(verifyTimestamp === undefined ? {} : { verifyTimestamp }),
    ...(trustStore.length === 0 ? {} : { trustStores: trustStore }),
    ...(identity.length === 0 ? {} : { trustedIdentities: identity }),
  };
}

/** A policy for artifacts speaks of repositories, one for files of names. @throws CliError `CLI_USAGE` */
function assertKind({ scope, kind = 'oci', global, name }: OptionValues<typeof statementOptions>): void {
  if (kind === 'oci') {
    if (scope.length === 0) throw missing('--scope', "Name the repositories, or --scope '*' for all of them.");
    if (global)
      throw new CliError('CLI_USAGE', '--global is for policies of --kind blob', { hint: "Use --scope '*'." });
    return;
  }
  if (scope.length > 0) throw new CliError('CLI_USAGE', 'files have no repository, so --kind blob takes no --scope');
  if (name !== undefined || global) return;
  throw missing(
    '--name or --global',
    '`nv2 blob verify --policy-name NAME` uses the one of that name, otherwise the global one decides.',
  );
}

function missing(option: string, hint: string): CliError {
  return new CliError('CLI_USAGE', `a statement needs ${option}`, { hint });
}

/** What was written, for people and as data. */
export function reportPolicy(options: {
  readonly path: string;
  readonly draft: TrustPolicyDraft;
  readonly did: 'created' | 'replaced' | 'changed' | 'imported';
}): CommandResult {
  const { path, draft, did } = options;
  const statements = draft.statements.map((statement) => ({
    name: statement.name,
    scopes: statement.registryScopes ?? [],
    ...(draft.kind === 'blob' ? { global: statement.isGlobal === true } : {}),
    level: statement.level,
    trustStores: statement.trustStores ?? [],
    trustedIdentities: statement.trustedIdentities ?? [],
  }));
  return {
    conclusion: 'done',
    report: { path, did, statements },
    result: [path],
    text: [
      `nv2: trust policy ${did}`,
      ...statements.map(
        (one) =>
          `  ${one.name}: ${[one.level, placeOf(one), one.trustStores.join(' '), one.trustedIdentities.join(' | ')].join(', ')}`,
      ),
    ],
  };
}

function placeOf({ scopes, global }: { readonly scopes: readonly string[]; readonly global?: boolean }): string {
  if (global === undefined) return scopes.join(' ');
  return global ? 'files without a name' : 'files by its name';
}
