// The `notation` face: the reference's flags, texts and exit codes over the same operations.

import { describeError } from '@nv2/base';
import { compose } from '../compose.ts';
import type { Io } from '../io.ts';
import { createRedactor } from '../redactor.ts';
import { notationCommands } from './commands.ts';
import { boolFlag, type NotationCommand, type NotationContext, NotationError } from './command.ts';
import { commandHelp, rootHelp } from './help.ts';
import { parseFlags, splitCommand } from './pflag.ts';
import { traceExchange } from './trace.ts';
import { notationVersion } from './version.ts';

/** Runs one command of the `notation` face; 0 on success, 1 on any failure. Never throws. */
export async function runNotation(argv: readonly string[], io: Io): Promise<number> {
  const { command: word, rest } = splitCommand(argv);
  const isHelp = word === 'help';
  const name = isHelp ? splitCommand(rest).command : word;
  if (name === undefined) return runRoot(rest, io);
  const command = notationCommands.find((candidate) => candidate.name === name || candidate.aliases.includes(name));
  if (command === undefined) {
    io.stderr.write(
      `Error: unknown command ${JSON.stringify(name)} for "notation"\nRun 'notation --help' for usage.\n`,
    );
    return 1;
  }
  if (isHelp || rest.includes('--help') || rest.includes('-h')) {
    io.stdout.write(commandHelp(command));
    return 0;
  }
  return runCommand(command, rest, io);
}

function runRoot(rest: readonly string[], io: Io): number {
  const unknown = rest.find((word) => word.startsWith('-') && word !== '-h' && word !== '--help');
  if (unknown !== undefined) {
    io.stderr.write(`Error: unknown flag: ${unknown}\n`);
    return 1;
  }
  io.stdout.write(rootHelp(notationCommands));
  return 0;
}

async function runCommand(command: NotationCommand, words: readonly string[], io: Io): Promise<number> {
  const redactor = createRedactor();
  let services: ReturnType<typeof compose> | undefined;
  try {
    // The order is observable: flags, arguments, set-up, the command's own checks.
    const flags = parseFlags(words, command.flags);
    const isDebug = boolFlag(flags, 'debug');
    const debug = (message: string): void =>
      isDebug ? io.stderr.write(logLine(io, redactor.redact(message))) : undefined;
    const context: NotationContext = {
      io,
      at: io.now(),
      flags,
      services: compose({
        io,
        redactor,
        debug: () => undefined,
        warn: () => undefined,
        userAgent: `notation/${notationVersion}`,
        ...(isDebug ? { trace: (exchange) => traceExchange(exchange, debug) } : {}),
      }),
      out: (line) => io.stdout.write(`${line}\n`),
      warn: (message) => io.stderr.write(`Warning: ${message}\n`),
      debug,
    };
    services = context.services;
    await command.run(context);
    return 0;
  } catch (error) {
    const message = error instanceof NotationError || isFlagError(error) ? error.message : describeError(error);
    io.stderr.write(`Error: ${redactor.redact(message)}\n`);
    return 1;
  } finally {
    await services?.close();
  }
}

function isFlagError(error: unknown): error is Error {
  return error instanceof Error && error.name === 'FlagError';
}

function logLine(io: Io, message: string): string {
  return `time=${io.now().toISOString().replace('Z', '000000Z')} level=debug msg=${message}\n`;
}
