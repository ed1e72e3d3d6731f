import type { Command } from '../command.ts';
import { completionCommand } from './completion.ts';
import { versionCommand } from './version.ts';

export const builtinCommands: readonly Command[] = [versionCommand, completionCommand];
