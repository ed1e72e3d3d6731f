// What the commands that write a statement have in common.

import type { StatementDraft, TrustPolicyDraft } from '@nv2/trust';
import type { CommandResult } from '../command.ts';
import { CliError } from '../errors.ts';
import { oneOf, type OptionValues, text, texts } from '../option.ts';

export const statementOptions = {
  name: text('-n, --name <name>', 'name of the statement; default: that of its first trust store'),
  scope: texts('--scope <repository>', "repository it counts for, or '*' for all; several times"),
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
  const { scope, trustStore, identity, level = 'strict', verifyTimestamp } = values;
  if (scope.length === 0) throw missing('--scope', "Name the repositories, or --scope '*' for all of them.");
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
    registryScopes: scope,
    level,
    ...(verifyTimestamp === undefined ? {} : { verifyTimestamp }),
    ...(trustStore.length === 0 ? {} : { trustStores: trustStore }),
    ...(identity.length === 0 ? {} : { trustedIdentities: identity }),
  };
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
          `  ${one.name}: ${one.level}, ${one.scopes.join(' ')}, ${one.trustStores.join(' ')}, ${one.trustedIdentities.join(' | ')}`,
      ),
    ],
  };
}
