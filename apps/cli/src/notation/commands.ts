import type { NotationCommand } from './command.ts';
import { listCommand } from './list.ts';
import { signCommand } from './sign.ts';
import { verifyCommand } from './verify.ts';
import { versionCommand } from './version.ts';

export const notationCommands: readonly NotationCommand[] = [listCommand, signCommand, verifyCommand, versionCommand];
