import { noArguments } from './arguments.ts';
import type { NotationCommand } from './command.ts';
import { showPolicy } from './policy-commands.ts';

export const blobPolicyShowCommand: NotationCommand = {
  path: ['blob', 'policy', 'show'],
  aliases: [],
  usage: '[flags]',
  summary: 'Show the trust policy of blobs',
  examples: ['blob policy show > my_policy.json'],
  flags: [],
  checkArguments: noArguments,
  run: (context) => showPolicy('blob', context),
};
