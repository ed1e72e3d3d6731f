// Every command of the `notation` face, one line each.

import type { NotationCommand } from './command.ts';
import { completionCommands } from './completion.ts';
import { listCommand } from './list.ts';
import { signCommand } from './sign.ts';
import { verifyCommand } from './verify.ts';
import { versionCommand } from './version.ts';

export const notationCommands: readonly NotationCommand[] = [
  ...completionCommands(() => notationCommands),
  listCommand,
  signCommand,
  verifyCommand,
  versionCommand,
];
