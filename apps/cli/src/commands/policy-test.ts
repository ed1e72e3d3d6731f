import { defineCommand } from '../command.ts';
import { CliError } from '../errors.ts';
import { type Conclusion, exitCodeOf } from '../exit-codes.ts';
import { flag, texts } from '../option.ts';
import { limitOptions, referenceOptions, registryOptions, revocationOptions, trustOptions } from '../options.ts';
import { renderTable } from '../output/table.ts';
import type { Subject } from '../subject.ts';
import { chooseTrust, type TrustChoice } from '../trust-choice.ts';
import { verifyStored } from '../verify-stored.ts';
import { chooseSubject } from './subject-argument.ts';

export const policyTestCommand = defineCommand({
  path: ['policy', 'test'],
  summary: 'show what each of several policies would decide about an artifact',
  description:
    'Decides once for every policy and writes nothing. For a repository without tag and digest it only shows which statement would ' +
    'apply, and contacts nothing. The exit code is that of the least favourable decision.',
  arguments: [
    {
      name: 'subject',
      description: 'host/repository:tag, or host/repository to see which statement applies',
      isOptional: true,
    },
  ],
  options: {
    ...referenceOptions,
    policyFile: texts('--policy-file <file>', 'a policy to test; several times; default: the configured one'),
    scope: trustOptions.scope,
    table: flag('--table', 'accepted: decisions are always printed as a table'),
    ...revocationOptions,
    ...limitOptions,
    ...registryOptions,
  },
  examples: [
    'policy test registry.acme-rockets.io/net-monitor',
    'policy test --table --policy-file development.json --policy-file production.json registry.acme-rockets.io/net-monitor:v1',
  ],
  run: async (values, args, context) => {
    const subject = await chooseSubject(args, values.reference);
    const files = values.policyFile.length === 0 ? [undefined] : values.policyFile;
    let name = subject.text;
    const { concludeOutcome } = await import('../output/verification.ts');
    const decisions = [];
    for (const policyFile of files) {
      const choice = await chooseTrust({ key: undefined, cert: [], policyFile, scope: values.scope }, subject, context);
      assertPolicy(choice);
      const verified = isRepository(subject)
        ? undefined
        : await verifyStored({ subject, trust: choice.trust, flags: { ...values, userMetadata: undefined } }, context);
      name = verified?.name ?? name;
      const code: Conclusion =
        verified === undefined
          ? choice.trust.kind === 'none'
            ? 'not-trusted'
            : 'done'
          : concludeOutcome(verified.outcome);
      const verdict = verified?.outcome.verdict ?? (choice.trust.kind === 'none' ? 'no statement' : 'statement found');
      decisions.push({
        policy: policyFile ?? 'configured',
        verdict,
        code,
        exitCode: exitCodeOf(code),
        decidedBy: choice.decidedBy,
      });
    }
    const worst = decisions.toSorted((a, b) => b.exitCode - a.exitCode)[0]?.code ?? 'done';
    const rows = decisions.map((one) => [one.policy, one.verdict, one.code, String(one.exitCode), one.decidedBy]);
    return {
      conclusion: worst,
      report: { subject: name, decisions },
      result: renderTable(['POLICY', 'VERDICT', 'CODE', 'EXIT', 'DECIDED BY'], rows),
      text: [],
    };
  },
});

function isRepository(subject: Subject): boolean {
  return subject.kind === 'registry' && subject.reference.tag === undefined && subject.reference.digest === undefined;
}

function assertPolicy({ trust }: TrustChoice): void {
  if (trust.kind !== 'none' || trust.because !== 'no-policy') return;
  throw new CliError('CLI_USAGE', 'there is no trust policy to test', {
    hint: 'Create one with `nv2 policy init`, or name files with --policy-file.',
  });
}
