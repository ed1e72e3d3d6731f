// Help goes to standard output. The wording is ours; only its place and exit code are the reference's.

import type { NotationCommand } from './command.ts';
import type { NotationFlag } from './pflag.ts';

export function rootHelp(commands: readonly NotationCommand[]): string {
  const rows = commands.map((command) => `  ${command.name.padEnd(12)}${command.summary}`);
  return `Notation - a tool to sign and verify artifacts (nv2)\n\nUsage:\n  notation [command]\n\nAvailable Commands:\n${rows.join('\n')}\n\nUse "notation [command] --help" for more information about a command.\n`;
}

export function commandHelp(command: NotationCommand): string {
  const flags = command.flags.filter(({ deprecated }) => deprecated === undefined).map(flagLine);
  const list = flags.length === 0 ? '' : `\nFlags:\n${flags.join('\n')}\n`;
  return `${command.summary}\n\nUsage:\n  ${command.usage}\n${list}`;
}

function flagLine({ name, short, kind }: NotationFlag): string {
  const head = short === undefined ? '      ' : `  -${short}, `;
  return `${head}--${name}${kind === 'bool' ? '' : ` ${kind === 'strings' ? 'stringArray' : kind}`}`;
}
