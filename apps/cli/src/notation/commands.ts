// Every command of the `notation` face, one line each.

import type { NotationCommand } from './command.ts';
import { blobInspectCommand } from './blob-inspect.ts';
import { blobSignCommand } from './blob-sign.ts';
import { blobVerifyCommand } from './blob-verify.ts';
import { completionCommands } from './completion.ts';
import { inspectCommand } from './inspect.ts';
import { listCommand } from './list.ts';
import { signCommand } from './sign.ts';
import { verifyCommand } from './verify.ts';
import { versionCommand } from './version.ts';

export const notationCommands: readonly NotationCommand[] = [
  ...completionCommands(() => notationCommands),
  blobInspectCommand,
  blobSignCommand,
  blobVerifyCommand,
  inspectCommand,
  listCommand,
  signCommand,
  verifyCommand,
  versionCommand,
];
