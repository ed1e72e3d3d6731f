import { quoteText } from '@nv2/base';
import { defineCommand } from '../command.ts';
import { CliError } from '../errors.ts';
import { text } from '../option.ts';
import { draftStatement, reportPolicy, statementOptions } from './policy-statement.ts';

export const policySetCommand = defineCommand({
  path: ['policy', 'set'],
  summary: 'add a statement to the trust policy, replace the one of that name, or remove one',
  arguments: [],
  options: { ...statementOptions, remove: text('--remove <name>', 'remove the statement of this name instead') },
  examples: [
    "policy set --scope registry.acme-rockets.io/net-monitor --trust-store ca:acme --identity '*'",
    'policy set --remove acme',
  ],
  run: async (values, _args, { services }) => {
    const [trust, config] = await Promise.all([import('@nv2/trust'), services.config()]);
    const kind = values.kind ?? 'oci';
    const existing = await config.findTrustPolicy(kind);
    if (existing === undefined) {
      throw new CliError('CLI_USAGE', `there is no trust policy${kind === 'blob' ? ' for blobs' : ''} to change`, {
        hint: `Create one with \`nv2 policy init${kind === 'blob' ? ' --kind blob' : ''}\`.`,
      });
    }
    const before = trust.parseTrustPolicyDraft(existing.bytes, { kind });
    const { remove } = values;
    if (remove !== undefined && !before.statements.some((statement) => statement.name === remove)) {
      const names = before.statements.map((statement) => quoteText(statement.name)).join(', ');
      throw new CliError('CLI_USAGE', `no statement is called ${quoteText(remove)}; there is ${names}`);
    }
    const after =
      remove === undefined
        ? trust.withStatement(before, draftStatement(values))
        : trust.withoutStatement(before, remove);
    const { path } = await config.importTrustPolicy(trust.encodeTrustPolicy(after), { kind });
    return reportPolicy({ path, draft: after, did: 'changed' });
  },
});
