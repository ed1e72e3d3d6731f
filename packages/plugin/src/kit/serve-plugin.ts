// A plugin as a program: call this once, at the end of the file that is its executable.

import { Console } from 'node:console';
import { readAll } from '@nv2/base';
import { limits } from '../limits.ts';
import { answerCommand } from './answer-command.ts';
import type { PluginDefinition } from './definition.ts';

/**
 * Reads a command and its request, lets `plugin` answer, and sets the exit code. What is logged with `console` goes to standard
 * error, since nothing but the answer may be on standard output (PLUG-07).
 */
export async function servePlugin(plugin: PluginDefinition): Promise<void> {
  globalThis.console = new Console(process.stderr);
  const [, , command = ''] = process.argv;
  const input = command === 'version' ? new Uint8Array() : await readAll(process.stdin, limits.maxOutputBytes);
  const answer = await answerCommand(plugin, command, input);
  process.exitCode = answer.status;
  if (answer.status === 0) process.stdout.write(answer.stdout);
  else process.stderr.write(answer.stderr);
}
