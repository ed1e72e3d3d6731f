// The `notation` face: the reference's flags, texts and exit codes over the same operations.

import { compose } from '../compose.ts';
import type { Io } from '../io.ts';
import { createRedactor, type Redactor } from '../redactor.ts';
import type { NotationCommand, NotationContext } from './command.ts';
import { notationCommands } from './commands.ts';
import { type Log, renderLogEntry } from './log-entry.ts';
import { type CommandTree, type FoundCommand, findCommand, findCommandWord, suggestCommands } from './find-command.ts';
import { wordError } from './error-words.ts';
import { createEventTeller } from './events.ts';
import { checkExperimental, checkGroups, checkRequired } from './flag-checks.ts';
import { notationGroups, rootGroup } from './groups.ts';
import { commandHelp, groupHelp, groupUsage } from './help.ts';
import { helpFlag, isTrue, parseFlags, type ParsedFlags } from './pflag.ts';
import { traceExchange } from './trace.ts';
import { notationVersion } from './version.ts';

const tree: CommandTree = { root: rootGroup, groups: notationGroups, commands: notationCommands };

/** Runs one command of the `notation` face; 0 on success, 1 on any failure. Never throws. */
export async function runNotation(argv: readonly string[], io: Io): Promise<number> {
  const first = findCommandWord(argv);
  if (first !== undefined && argv[first] === 'help') {
    return showHelp([...argv.slice(0, first), ...argv.slice(first + 1)], io);
  }
  const found = findCommand(argv, tree);
  return found.kind === 'command' ? runCommand(found.command, found.words, io) : runGroup(found, io);
}

/** `notation help WORD…`, which succeeds whatever it is asked. */
function showHelp(words: readonly string[], io: Io): number {
  const found = findCommand(words, tree);
  if (found.kind === 'command') io.stdout.write(commandHelp(found.command, io.env));
  else if (found.group === rootGroup && findCommandWord(found.words) !== undefined) {
    const topics = words.map((word) => `\`${word}\``).join(' ');
    io.stderr.write(`Unknown help topic [${topics}]\n${groupUsage(rootGroup, tree)}`);
  } else io.stdout.write(groupHelp(found.group, tree));
  return 0;
}

/** A group has nothing to run: it prints its help. Only the program itself minds words that it does not know. */
function runGroup({ group, words }: Extract<FoundCommand, { readonly kind: 'group' }>, io: Io): number {
  const at = group === rootGroup ? findCommandWord(words) : undefined;
  if (at !== undefined) {
    const word = words[at] ?? '';
    const suggestions = suggestCommands(word, tree).map((name) => `\t${name}\n`);
    const hint = suggestions.length === 0 ? '' : `\nDid you mean this?\n${suggestions.join('')}\n`;
    io.stderr.write(
      `Error: unknown command ${JSON.stringify(word)} for "notation"\n${hint}Run 'notation --help' for usage.\n`,
    );
    return 1;
  }
  try {
    parseFlags(words, [helpFlag('')]);
  } catch (error) {
    io.stderr.write(`Error: ${wordError(error)}\n`);
    return 1;
  }
  io.stdout.write(groupHelp(group, tree));
  return 0;
}

async function runCommand(command: NotationCommand, words: readonly string[], io: Io): Promise<number> {
  const redactor = createRedactor();
  let services: NotationContext['services'] | undefined;
  try {
    const flags = parseFlags(words, [...command.flags, helpFlag('')]);
    if (isTrue(flags.values.get('help')?.at(-1))) {
      io.stdout.write(commandHelp(command, io.env));
      return 0;
    }
    const context = openContext({ command, flags, io, redactor });
    services = context.services;
    for (const step of steps) await step(context);
    return 0;
  } catch (error) {
    io.stderr.write(`Error: ${redactor.redact(wordError(error))}\n`);
    return 1;
  } finally {
    await services?.close();
  }
}

/** What happens after the flags were read. The order can be seen from outside, so it is the reference's. */
const steps: readonly ((context: NotationContext) => void | Promise<void>)[] = [
  ({ command, flags }) => command.checkArguments(flags.args, flags),
  // Secrets leave the environment before anything else runs.
  async ({ services }) => void (await services.secrets()),
  checkExperimental,
  ({ flags, warn }) => {
    for (const flag of flags.deprecated) warn(flag.deprecated ?? '');
  },
  (context) => context.command.checkEarly?.(context),
  checkRequired,
  checkGroups,
  (context) => context.command.run(context),
];

interface ContextParts {
  readonly command: NotationCommand;
  readonly flags: ParsedFlags;
  readonly io: Io;
  readonly redactor: Redactor;
}

function openContext({ command, flags, io, redactor }: ContextParts): NotationContext {
  const isDebug = isTrue(flags.values.get('debug')?.at(-1));
  const log: Log = (level, message) =>
    isDebug ? io.stderr.write(renderLogEntry(io.now(), level, redactor.redact(message))) : undefined;
  const debug = (message: string): void => log('debug', message);
  const warn = (message: string): void => io.stderr.write(`Warning: ${redactor.redact(message)}\n`);
  return {
    io,
    at: io.now(),
    command,
    flags,
    services: compose({
      io,
      redactor,
      debug: () => undefined,
      warn: () => undefined,
      userAgent: `notation/${notationVersion}`,
      onEvent: createEventTeller({ warn, debug }),
      ...(isDebug ? { trace: (exchange) => traceExchange(exchange, debug) } : {}),
    }),
    out: (line) => io.stdout.write(`${line}\n`),
    warn,
    log,
    debug,
  };
}
