import { defineCommand } from '../command.ts';
import { CliError } from '../errors.ts';
import { readInputFile, resolvePath } from '../files.ts';
import { flag } from '../option.ts';
import { policyKindOption } from './policy-file.ts';
import { problemLines, reportProblems } from './policy-problems.ts';

export const policyImportCommand = defineCommand({
  path: ['policy', 'import'],
  summary: 'take a trust policy over from a file, after checking it',
  arguments: [{ name: 'file', description: 'the policy to take over' }],
  options: { ...policyKindOption, force: flag('--force', 'replace an existing policy') },
  examples: ['policy import production.json', 'policy import --force production.json'],
  run: async (values, [file = ''], context) => {
    const kind = values.kind ?? 'oci';
    const [{ lintTrustPolicy }, config] = await Promise.all([import('@nv2/trust'), context.services.config()]);
    const bytes = await readInputFile(resolvePath(context.io.cwd, file));
    const problems = lintTrustPolicy(bytes, { kind });
    if (problems.some((problem) => problem.severity === 'error')) {
      return {
        conclusion: 'invalid-input',
        report: { path: file, imported: false, problems: reportProblems(problems) },
        result: [],
        text: [`nv2: ${file}: not valid, nothing was changed`, ...problemLines(problems)],
      };
    }
    const existing = await config.findTrustPolicy(kind);
    if (existing !== undefined && !values.force) {
      throw new CliError('CLI_FILE_EXISTS', `there is a trust policy already: ${existing.path}`, {
        hint: 'Replace it with --force.',
      });
    }
    const { path } = await config.importTrustPolicy(bytes, { kind });
    return {
      conclusion: 'done',
      report: { path, imported: true, problems: reportProblems(problems) },
      result: [path],
      text: ['nv2: trust policy imported', ...problemLines(problems)],
    };
  },
});
