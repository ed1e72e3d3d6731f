// What a command is: a row of data (name, arguments, options, words for help) and one function.

import type { Context } from './context.ts';
import type { Conclusion } from './exit-codes.ts';
import type { OptionSpec, OptionSpecs, OptionValues } from './option.ts';

export interface ArgumentSpec {
  readonly name: string;
  readonly description: string;
  readonly isOptional?: boolean;
  readonly isVariadic?: boolean;
  /** The only values it takes, for completion and checking. */
  readonly choices?: readonly string[];
}

/** JSON that a command prints with `--format json`; its schema is in schemas/. */
export type Report = Readonly<Record<string, unknown>>;

/** What a command concluded, as data. Renderers in output/ turn it into streams. */
export interface CommandResult {
  readonly conclusion: Conclusion;
  /** Absent when the command has already written its result: a service does while it runs. */
  readonly report?: Report;
  /** Lines for standard output in text form: the machine result and nothing else (R7). */
  readonly result: readonly string[];
  /** Lines for people, on standard error. */
  readonly text: readonly string[];
}

interface CommandWords {
  /** `['key', 'add']` is `nv2 key add`. */
  readonly path: readonly string[];
  readonly aliases?: readonly string[];
  /** One line for lists of commands. */
  readonly summary: string;
  /** More, for the command's own help. */
  readonly description?: string;
  readonly arguments: readonly ArgumentSpec[];
  /** Command lines without the `nv2 `. */
  readonly examples: readonly string[];
}

export interface Command extends CommandWords {
  readonly options: OptionSpecs;
  /** `raw` holds option values by name as the parser read them. */
  execute(raw: Readonly<Record<string, unknown>>, args: readonly string[], context: Context): Promise<CommandResult>;
}

interface CommandDefinition<Options extends OptionSpecs> extends CommandWords {
  readonly options: Options;
  readonly run: (values: OptionValues<Options>, args: readonly string[], context: Context) => Promise<CommandResult>;
}

/** Joins a row and its function, so that the function sees typed option values. */
export function defineCommand<Options extends OptionSpecs>(definition: CommandDefinition<Options>): Command {
  const { run, ...words } = definition;
  return {
    ...words,
    execute: async (raw, args, context) => run(parseValues(definition.options, raw), args, context),
  };
}

function parseValues<Options extends OptionSpecs>(
  options: Options,
  raw: Readonly<Record<string, unknown>>,
): OptionValues<Options> {
  const values = Object.entries(options).map(([name, option]: [string, OptionSpec<unknown>]) => [
    name,
    option.parse(raw[name]),
  ]);
  // Every key of `options` is present with the type its own `parse` returns.
  return Object.fromEntries(values) as OptionValues<Options>;
}
