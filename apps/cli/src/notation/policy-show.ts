import { noArguments } from './arguments.ts';
import type { NotationCommand } from './command.ts';
import { showPolicy } from './policy-commands.ts';

export const policyShowCommand: NotationCommand = {
  path: ['policy', 'show'],
  aliases: [],
  usage: '[flags]',
  summary: 'Show the trust policy of OCI artifacts',
  examples: ['policy show > my_policy.json'],
  flags: [],
  checkArguments: noArguments,
  run: (context) => showPolicy('oci', context),
};
