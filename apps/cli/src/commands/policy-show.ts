import { defineCommand } from '../command.ts';
import { problemLines, reportProblems } from './policy-problems.ts';
import { policyKindOption, readPolicyOrExplain } from './policy-file.ts';

export const policyShowCommand = defineCommand({
  path: ['policy', 'show'],
  summary: 'print the trust policy as it is',
  description:
    'Prints the bytes of the file. When the policy is not valid it is printed all the same, with what is wrong, and the exit code is 2.',
  arguments: [],
  options: { ...policyKindOption },
  examples: ['policy show', 'policy show --kind blob'],
  run: async (values, _args, context) => {
    const kind = values.kind ?? 'oci';
    const [{ lintTrustPolicy }, policy] = await Promise.all([import('@nv2/trust'), readPolicyOrExplain(kind, context)]);
    const problems = lintTrustPolicy(policy.bytes, { kind });
    const isValid = !problems.some((problem) => problem.severity === 'error');
    const content = new TextDecoder().decode(policy.bytes);
    return {
      conclusion: isValid ? 'done' : 'invalid-input',
      report: { path: policy.path, valid: isValid, content, problems: reportProblems(problems) },
      result: [content.replace(/\n$/, '')],
      text:
        problems.length === 0
          ? []
          : [`nv2: ${policy.path}: ${isValid ? 'valid, with remarks' : 'not valid'}`, ...problemLines(problems)],
    };
  },
});
