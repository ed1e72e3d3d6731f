// Completion scripts, generated from the command table. They start no program: every word is in the script.

import { assertNever } from '@nv2/base';
import type { Command } from './command.ts';
import { longName, shortName } from './option.ts';
import { commonOptions } from './options.ts';

export type Shell = 'bash' | 'zsh' | 'fish' | 'powershell';

/** What may follow a path of command words, `''` being the program itself. */
export type Candidates = ReadonlyMap<string, readonly string[]>;

export interface CompletedProgram {
  /** `nv2` or `notation`: a plain word. */
  readonly program: string;
  readonly candidates: Candidates;
}

export function renderCompletion(shell: Shell, completed: CompletedProgram): string {
  switch (shell) {
    case 'bash':
      return bash(completed);
    case 'zsh':
      return zsh(completed);
    case 'fish':
      return fish(completed);
    case 'powershell':
      return powershell(completed);
    default:
      return assertNever(shell);
  }
}

export function collectCandidates(commands: readonly Command[]): Candidates {
  const candidates = new Map<string, readonly string[]>([['', ['help']]]);
  const add = (path: string, words: readonly string[]): void => {
    candidates.set(path, [...new Set([...(candidates.get(path) ?? []), ...words])]);
  };
  for (const command of commands) {
    const names = [command.path.at(-1) ?? '', ...(command.aliases ?? [])];
    const group = command.path.slice(0, -1).join(' ');
    add(group, names);
    if (group !== '') add('', [group]);
    for (const name of names) add([group, name].filter(Boolean).join(' '), wordsOf(command));
  }
  return candidates;
}

function wordsOf(command: Command): readonly string[] {
  const options = Object.values({ ...command.options, ...commonOptions }).flatMap((option) => {
    const short = shortName(option.flags);
    return [longName(option.flags), ...(short === undefined ? [] : [short])];
  });
  return [...command.arguments.flatMap((argument) => argument.choices ?? []), ...options, '--help'];
}

function header(program: string): string {
  return `# completion of ${program}; written by \`${program} completion\``;
}

function bash({ program, candidates }: CompletedProgram): string {
  return `${header(program)}
_${program}_words() {
  case "$1" in
${shellCases(candidates)}
  esac
}
_${program}() {
  local path="" word next index
  for ((index = 1; index < COMP_CWORD; index++)); do
    word="\${COMP_WORDS[index]}"
    next="\${path:+$path }$word"
    [[ "$word" != -* && -n "$(_${program}_words "$next")" ]] && path="$next"
  done
  COMPREPLY=($(compgen -W "$(_${program}_words "$path")" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -o bashdefault -F _${program} ${program}
`;
}

function zsh({ program, candidates }: CompletedProgram): string {
  return `#compdef ${program}
${header(program)}
_${program}_words() {
  case "$1" in
${shellCases(candidates)}
  esac
}
_${program}() {
  local at="" word next
  for word in "\${(@)words[2,CURRENT-1]}"; do
    next="\${at:+$at }$word"
    [[ "$word" != -* && -n "$(_${program}_words "$next")" ]] && at="$next"
  done
  compadd -- \${=$(_${program}_words "$at")}
  _files
}
compdef _${program} ${program}
`;
}

function shellCases(candidates: Candidates): string {
  return [...candidates].map(([path, words]) => `    '${path}') echo '${words.join(' ')}' ;;`).join('\n');
}

function fish({ program, candidates }: CompletedProgram): string {
  const lines = [...candidates].map(
    ([path, words]) => `complete -c ${program} -n "__${program}_at '${path}'" -a '${words.join(' ')}'`,
  );
  const groups = [...candidates.keys()].filter((path) => path !== '').map((path) => `'${path}'`);
  return `${header(program)}
function __${program}_at
  set -l at ''
  set -l known ${groups.join(' ')}
  set -l tokens (commandline -opc)
  for word in $tokens[2..-1]
    set -l next (string trim "$at $word")
    contains -- "$next" $known; and set at "$next"
  end
  test "$at" = "$argv[1]"
end
${lines.join('\n')}
`;
}

function powershell({ program, candidates }: CompletedProgram): string {
  const rows = [...candidates].map(
    ([path, words]) => `  '${path}' = @(${words.map((word) => `'${word}'`).join(', ')})`,
  );
  return `${header(program)}
$${program}Words = @{
${rows.join('\n')}
}
Register-ArgumentCompleter -Native -CommandName ${program} -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $at = ''
  foreach ($element in $commandAst.CommandElements | Select-Object -Skip 1) {
    $next = "$at $element".Trim()
    if ($${program}Words.ContainsKey($next)) { $at = $next }
  }
  $${program}Words[$at] | Where-Object { $_ -like "$wordToComplete*" } |
    ForEach-Object { [System.Management.Automation.CompletionResult]::new($_) }
}
`;
}
