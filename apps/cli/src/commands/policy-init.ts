import { defineCommand } from '../command.ts';
import { CliError } from '../errors.ts';
import { flag } from '../option.ts';
import { draftStatement, reportPolicy, statementOptions } from './policy-statement.ts';

export const policyInitCommand = defineCommand({
  path: ['policy', 'init'],
  summary: 'write a trust policy with one statement',
  description:
    'A statement says for which repositories it counts (or, of a policy for blobs, by which name it is used), which certificates are anchors and who below them may sign. Add more with ' +
    '`nv2 policy set`.',
  arguments: [],
  options: { ...statementOptions, force: flag('--force', 'replace an existing policy') },
  examples: [
    "policy init --scope '*' --trust-store ca:wabbit-networks --identity 'x509.subject: C=US, ST=WA, O=Wabbit Networks'",
    "policy init --scope registry.acme-rockets.io/net-monitor --trust-store ca:acme --identity '*'",
    "policy init --kind blob --name releases --global --trust-store ca:wabbit-networks --identity '*'",
  ],
  run: async (values, _args, { services }) => {
    const kind = values.kind ?? 'oci';
    const [{ createTrustPolicy, encodeTrustPolicy }, config] = await Promise.all([
      import('@nv2/trust'),
      services.config(),
    ]);
    const draft = createTrustPolicy(kind, [draftStatement(values)]);
    const bytes = encodeTrustPolicy(draft);
    const existing = await config.findTrustPolicy(kind);
    if (existing !== undefined && !values.force) {
      throw new CliError('CLI_FILE_EXISTS', `there is a trust policy already: ${existing.path}`, {
        hint: '`nv2 policy set` adds or changes a statement; --force replaces the whole policy.',
      });
    }
    const { path } = await config.importTrustPolicy(bytes, { kind });
    return reportPolicy({ path, draft, did: existing === undefined ? 'created' : 'replaced' });
  },
});
