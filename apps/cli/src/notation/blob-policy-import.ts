import type { NotationCommand } from './command.ts';
import { forceFlag } from './flags.ts';
import { importArgument, importPolicy } from './policy-commands.ts';

export const blobPolicyImportCommand: NotationCommand = {
  path: ['blob', 'policy', 'import'],
  aliases: [],
  usage: '[flags] <file_path>',
  summary: 'Take the trust policy of blobs over from a file',
  examples: ['blob policy import my_policy.json', 'blob policy import --force my_policy.json'],
  flags: [forceFlag],
  checkArguments: importArgument('blob'),
  run: (context) => importPolicy('blob', context),
};
