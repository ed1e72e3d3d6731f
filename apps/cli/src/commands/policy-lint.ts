import { defineCommand } from '../command.ts';
import { policyKindOption, readPolicyOrExplain } from './policy-file.ts';
import { problemLines, reportProblems } from './policy-problems.ts';

export const policyLintCommand = defineCommand({
  path: ['policy', 'lint'],
  summary: 'check a trust policy and list everything that is wrong with it',
  arguments: [{ name: 'file', description: 'default: the configured policy', isOptional: true }],
  options: { ...policyKindOption },
  examples: ['policy lint', 'policy lint production.json'],
  run: async (values, [file], context) => {
    const kind = values.kind ?? 'oci';
    const [{ lintTrustPolicy }, policy] = await Promise.all([
      import('@nv2/trust'),
      readPolicyOrExplain(kind, context, file),
    ]);
    const problems = lintTrustPolicy(policy.bytes, { kind });
    const isValid = !problems.some((problem) => problem.severity === 'error');
    return {
      conclusion: isValid ? 'done' : 'invalid-input',
      report: { path: policy.path, valid: isValid, problems: reportProblems(problems) },
      result: [],
      text: [`nv2: ${policy.path}: ${isValid ? 'valid' : 'not valid'}`, ...problemLines(problems)],
    };
  },
});
