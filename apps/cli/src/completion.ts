// Completion scripts, generated from the command table. They start no program: every word is in the script.

import { assertNever } from '@nv2/base';
import type { Command } from './command.ts';
import { longName, shortName } from './option.ts';
import { commonOptions } from './options.ts';

export type Shell = 'bash' | 'zsh' | 'fish' | 'powershell';

/** What may follow a path of command words, `''` being the program itself. */
type Candidates = ReadonlyMap<string, readonly string[]>;

export function renderCompletion(shell: Shell, commands: readonly Command[]): string {
  const candidates = collectCandidates(commands);
  switch (shell) {
    case 'bash':
      return bash(candidates);
    case 'zsh':
      return zsh(candidates);
    case 'fish':
      return fish(candidates);
    case 'powershell':
      return powershell(candidates);
    default:
      return assertNever(shell);
  }
}

function collectCandidates(commands: readonly Command[]): Candidates {
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

const header = '# completion of nv2; written by `nv2 completion`';

function bash(candidates: Candidates): string {
  return `${header}
_nv2_words() {
  case "$1" in
${shellCases(candidates)}
  esac
}
_nv2() {
  local path="" word next index
  for ((index = 1; index < COMP_CWORD; index++)); do
    word="\${COMP_WORDS[index]}"
    next="\${path:+$path }$word"
    [[ "$word" != -* && -n "$(_nv2_words "$next")" ]] && path="$next"
  done
  COMPREPLY=($(compgen -W "$(_nv2_words "$path")" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -o bashdefault -F _nv2 nv2
`;
}

function zsh(candidates: Candidates): string {
  return `#compdef nv2
${header}
_nv2_words() {
  case "$1" in
${shellCases(candidates)}
  esac
}
_nv2() {
  local at="" word next
  for word in "\${(@)words[2,CURRENT-1]}"; do
    next="\${at:+$at }$word"
    [[ "$word" != -* && -n "$(_nv2_words "$next")" ]] && at="$next"
  done
  compadd -- \${=$(_nv2_words "$at")}
  _files
}
compdef _nv2 nv2
`;
}

function shellCases(candidates: Candidates): string {
  return [...candidates].map(([path, words]) => `    '${path}') echo '${words.join(' ')}' ;;`).join('\n');
}

function fish(candidates: Candidates): string {
  const lines = [...candidates].map(
    ([path, words]) => `complete -c nv2 -n "__nv2_at '${path}'" -a '${words.join(' ')}'`,
  );
  const groups = [...candidates.keys()].filter((path) => path !== '').map((path) => `'${path}'`);
  return `${header}
function __nv2_at
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

function powershell(candidates: Candidates): string {
  const rows = [...candidates].map(
    ([path, words]) => `  '${path}' = @(${words.map((word) => `'${word}'`).join(', ')})`,
  );
  return `${header}
$nv2Words = @{
${rows.join('\n')}
}
Register-ArgumentCompleter -Native -CommandName nv2 -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $at = ''
  foreach ($element in $commandAst.CommandElements | Select-Object -Skip 1) {
    $next = "$at $element".Trim()
    if ($nv2Words.ContainsKey($next)) { $at = $next }
  }
  $nv2Words[$at] | Where-Object { $_ -like "$wordToComplete*" } |
    ForEach-Object { [System.Management.Automation.CompletionResult]::new($_) }
}
`;
}
