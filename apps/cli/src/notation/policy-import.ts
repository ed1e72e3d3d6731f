import type { NotationCommand } from './command.ts';
import { forceFlag } from './flags.ts';
import { importArgument, importPolicy } from './policy-commands.ts';

export const policyImportCommand: NotationCommand = {
  path: ['policy', 'import'],
  aliases: [],
  usage: '[flags] <file_path>',
  summary: 'Take the trust policy of OCI artifacts over from a file',
  examples: ['policy import my_policy.json', 'policy import --force my_policy.json'],
  flags: [forceFlag],
  checkArguments: importArgument('oci'),
  run: (context) => importPolicy('oci', context),
};
