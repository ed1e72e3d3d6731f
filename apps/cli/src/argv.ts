// The command line as typed becomes a command and its values. The only file that knows commander.

import { quoteText } from '@nv2/base';
import { CommanderError, Option, Command as Parser } from 'commander';
import type { Command } from './command.ts';
import { exitCodeMeanings } from './exit-codes.ts';
import type { OptionSpec } from './option.ts';
import { commonOptions } from './options.ts';

export type ParsedArgv =
  | {
      readonly kind: 'run';
      readonly command: Command;
      readonly values: Readonly<Record<string, unknown>>;
      readonly args: readonly string[];
    }
  | { readonly kind: 'help'; readonly text: string }
  | { readonly kind: 'usage'; readonly message: string; readonly next: string };

export interface ArgvTable {
  readonly name: string;
  readonly description: string;
  readonly commands: readonly Command[];
  /** One line per group, by its word. */
  readonly groups: Readonly<Record<string, string>>;
  readonly columns?: number;
}

interface ParseState {
  found: ParsedArgv | undefined;
  output: string;
  /** The command that refused, for the hint. */
  at: string;
}

/** Reads a command line against the table. Never prints, never exits. */
export function parseArgv(argv: readonly string[], table: ArgvTable): ParsedArgv {
  const state: ParseState = { found: undefined, output: '', at: table.name };
  // commander's own help command knows one level only.
  const words = argv[0] === 'help' ? [...argv.slice(1), '--help'] : argv;
  if (argv[0] === 'help') {
    const topic = argv.slice(1).filter((word) => !word.startsWith('-'));
    if (!isTopic(topic, table)) {
      return {
        kind: 'usage',
        message: `there is no help on ${quoteText(topic.join(' '))}`,
        next: `${table.name} --help`,
      };
    }
  }
  try {
    buildProgram(words, table, state).parse(words, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return refusal(error, state);
  }
  return state.found ?? { kind: 'usage', message: 'no command given', next: `${table.name} --help` };
}

function isTopic(topic: readonly string[], { commands, groups }: ArgvTable): boolean {
  const [first, second, ...more] = topic;
  if (first === undefined) return true;
  if (more.length > 0) return false;
  if (second === undefined && (first === 'exit-codes' || first in groups)) return true;
  return commands.some(({ path, aliases = [] }) => {
    const [parent, last] = path.length === 1 ? [undefined, path[0]] : path;
    const [wantedParent, wanted] = second === undefined ? [undefined, first] : [first, second];
    return parent === wantedParent && (last === wanted || aliases.includes(wanted));
  });
}

function refusal(error: CommanderError, state: ParseState): ParsedArgv {
  if (error.exitCode === 0) return { kind: 'help', text: state.output };
  const next = `${state.at} --help`;
  if (error.code === 'commander.help') return { kind: 'usage', message: `${state.at} needs a command`, next };
  const [first = '', ...more] = error.message.replace(/^error: /, '').split('\n');
  const suggestion = /Did you mean (?:one of )?(.*)\?\)/.exec(more.join(' '))?.[1];
  return { kind: 'usage', message: suggestion === undefined ? first : `${first}, did you mean ${suggestion}?`, next };
}

function buildProgram(words: readonly string[], table: ArgvTable, state: ParseState): Parser {
  const program = new Parser(table.name)
    .description(table.description)
    .usage('<command> [options]')
    .helpOption('-h, --help', 'show help')
    .helpCommand(false)
    .showSuggestionAfterError(true)
    .exitOverride(throwAt(state, table.name))
    .configureOutput({
      writeOut: (text) => void (state.output += text),
      writeErr: (text) => void (state.output += text),
      getOutHelpWidth: () => table.columns ?? 100,
      getErrHelpWidth: () => table.columns ?? 100,
    })
    .addHelpText(
      'after',
      `\n\`${table.name} help <command>\` says more; \`${table.name} help exit-codes\` lists exit codes.`,
    );
  const exitCodes = program.command('exit-codes', { hidden: true }).action(() => {
    state.found = { kind: 'help', text: exitCodeText() };
  });
  exitCodes.helpInformation = exitCodeText;
  const groups = new Map<string, Parser>();
  for (const command of table.commands) {
    const [first = '', second] = command.path;
    const parent = second === undefined ? program : groupParser(program, { groups, word: first, table, state });
    const isMentioned = [first, ...(command.aliases ?? [])].some((word) => words.includes(word));
    const parser = addCommand(parent, command);
    // Others need only a name, for lists and suggestions; leaving out their options saves start-up time.
    if (isMentioned) fillCommand(parser, command, { state, table });
  }
  return program;
}

interface GroupOptions {
  readonly groups: Map<string, Parser>;
  readonly word: string;
  readonly table: ArgvTable;
  readonly state: ParseState;
}

function groupParser(program: Parser, { groups, word, table, state }: GroupOptions): Parser {
  const existing = groups.get(word);
  if (existing !== undefined) return existing;
  const group = program
    .command(word)
    .description(table.groups[word] ?? '')
    .usage('<command> [options]')
    .helpCommand(false)
    .exitOverride(throwAt(state, `${table.name} ${word}`));
  groups.set(word, group);
  return group;
}

function addCommand(parent: Parser, command: Command): Parser {
  const parser = parent.command(command.path.at(-1) ?? '').summary(command.summary);
  for (const alias of command.aliases ?? []) parser.alias(alias);
  return parser.description(command.description ?? command.summary);
}

function fillCommand(parser: Parser, command: Command, { state, table }: Pick<GroupOptions, 'state' | 'table'>): void {
  parser.exitOverride(throwAt(state, [table.name, ...command.path].join(' ')));
  for (const argument of command.arguments) {
    const name = `${argument.name}${argument.isVariadic ? '...' : ''}`;
    parser.argument(argument.isOptional ? `[${name}]` : `<${name}>`, argument.description);
  }
  const attributes = new Map<string, OptionNames>();
  for (const [key, spec] of Object.entries({ ...command.options, ...commonOptions }))
    attributes.set(key, addOption(parser, spec));
  parser.addHelpText('after', helpTail(command, table.name));
  parser.action(() => {
    const values = Object.fromEntries([...attributes].map(([key, names]) => [key, valueOf(parser, names)]));
    state.found = { kind: 'run', command, values, args: parser.args };
  });
}

/** Where commander keeps the values of one of our options. */
interface OptionNames {
  readonly names: readonly string[];
  /** `--no-…` without its opposite: commander keeps true until it is given, then false. */
  readonly isNegation: boolean;
}

/** Adds an option with its older spellings. */
function addOption(parser: Parser, spec: OptionSpec<unknown>): OptionNames {
  let isNegation = false;
  const spellings = [spec.flags, ...(spec.aliases ?? [])].map((flags, index) => {
    const choices = spec.choices === undefined ? '' : ` (${spec.choices.join(', ')})`;
    const byDefault = spec.defaultText === undefined ? '' : ` (default: ${spec.defaultText})`;
    const option = new Option(flags, `${spec.description}${choices}${byDefault}`).hideHelp(index > 0);
    if (spec.arity === 'many') {
      option.argParser((value: string, previous: readonly string[] | undefined) => [...(previous ?? []), value]);
    }
    parser.addOption(option);
    isNegation ||= index === 0 && option.negate;
    return option.attributeName();
  });
  return { names: [...new Set(spellings)], isNegation };
}

function valueOf(parser: Parser, { names, isNegation }: OptionNames): unknown {
  if (isNegation) return names.some((name) => parser.getOptionValue(name) === false);
  const given = names.map((name): unknown => parser.getOptionValue(name)).filter((value) => value !== undefined);
  return given.every((value) => Array.isArray(value)) && given.length > 1 ? given.flat() : given[0];
}

function throwAt(state: ParseState, name: string): (error: CommanderError) => never {
  return (error) => {
    state.at = name;
    throw error;
  };
}

function helpTail(command: Command, name: string): string {
  const examples = command.examples.map((example) => `  ${name} ${example}`).join('\n');
  return `\nExamples:\n${examples}\n\nExit codes: \`${name} help exit-codes\`.`;
}

function exitCodeText(): string {
  const rows = Object.entries(exitCodeMeanings).map(([code, meaning]) => `  ${code.padStart(2)}  ${meaning}`);
  const rule = 'Several reasons: the largest of 10 to 18 that applies to the best candidate signature.';
  return `Exit codes\n\n${rows.join('\n')}\n\n${rule}\n`;
}
