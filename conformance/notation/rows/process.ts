// Section 1: what holds for every command.

import type { Row } from '../row.ts';

const digest = `sha256:${'a'.repeat(64)}`;

export const processRows: readonly Row[] = [
  {
    name: '1.1 a failure prints one line `Error: <message>` on stderr, exit 1, no usage',
    mark: 'E=',
    runs: [{ command: 'notation sign --nope', exit: 1, stdout: '', stderr: 'Error: unknown flag: --nope\n' }],
  },
  {
    name: '1.1 an unknown command is refused with a pointer to help',
    mark: 'unasserted',
    runs: [
      {
        command: 'notation xyzzy',
        exit: 1,
        stdout: '',
        stderr: `Error: unknown command "xyzzy" for "notation"\nRun 'notation --help' for usage.\n`,
      },
    ],
  },
  {
    name: '1.1 a mistyped command is suggested',
    mark: 'unasserted',
    runs: [
      {
        command: 'notation verfy',
        exit: 1,
        stdout: '',
        stderr: `Error: unknown command "verfy" for "notation"\n\nDid you mean this?\n\tverify\n\nRun 'notation --help' for usage.\n`,
      },
    ],
  },
  {
    name: '1.1 `notation` alone prints help, exit 0',
    mark: 'unasserted',
    runs: [{ command: 'notation', stdout: { has: ['Usage:', 'Available Commands:', 'sign', 'verify'] }, stderr: '' }],
  },
  {
    name: '1.1 there is no --version flag',
    mark: 'unasserted',
    runs: [{ command: 'notation --version', exit: 1, stdout: '', stderr: 'Error: unknown flag: --version\n' }],
  },
  {
    name: '1.1 help of a command goes to stdout, exit 0, however it is asked',
    mark: 'unasserted',
    runs: [
      {
        command: 'notation verify --help',
        stdout: { has: ['Usage:', 'notation verify', '--max-signatures'] },
        stderr: '',
      },
      { command: 'notation verify -h', stdout: { has: ['notation verify'] }, stderr: '' },
      { command: 'notation help verify', stdout: { has: ['notation verify'] }, stderr: '' },
    ],
  },
  {
    name: '1.3 a flag may follow the reference',
    mark: 'E',
    runs: [
      {
        command: `notation list localhost:1/x@${digest} --nope`,
        exit: 1,
        stderr: 'Error: unknown flag: --nope\n',
      },
    ],
  },
  {
    name: '1.3 unknown shorthand flag',
    mark: 'unasserted',
    runs: [{ command: 'notation sign -x', exit: 1, stdout: '', stderr: "Error: unknown shorthand flag: 'x' in -x\n" }],
  },
  {
    name: '1.3 a flag without its argument',
    mark: 'unasserted',
    runs: [{ command: 'notation sign --key', exit: 1, stdout: '', stderr: 'Error: flag needs an argument: --key\n' }],
  },
  {
    name: '1.1 completion scripts for four shells',
    mark: 'unasserted',
    runs: [
      { command: 'notation completion bash', stdout: { has: ['complete ', 'notation'] }, stderr: '' },
      { command: 'notation completion zsh', stdout: { has: ['#compdef', 'notation'] }, stderr: '' },
      { command: 'notation completion fish', stdout: { has: ['complete -c notation'] }, stderr: '' },
      {
        command: 'notation completion powershell',
        stdout: { has: ['Register-ArgumentCompleter', 'notation'] },
        stderr: '',
      },
      { command: 'notation completion', stdout: { has: ['bash', 'fish', 'powershell', 'zsh'] }, stderr: '' },
    ],
  },
  {
    name: '1.1 help for what is no command is told on stderr, and succeeds',
    mark: 'unasserted',
    runs: [
      {
        command: 'notation help frobnicate',
        stdout: '',
        stderr: { has: ['Unknown help topic [`frobnicate`]\nUsage:\n  notation [command]\n'] },
      },
    ],
  },
  {
    name: '1.3 an unknown flag before the sub-command takes the next word with it',
    mark: 'unasserted',
    runs: [
      { command: 'notation --help verify', stdout: { has: ['Available Commands:'] }, stderr: '' },
      {
        command: 'notation -h verify xyzzy',
        exit: 1,
        stdout: '',
        stderr: { has: ['Error: unknown command "xyzzy" for "notation"\n'] },
      },
    ],
  },
  {
    name: '12.5 version: a line that is a SemVer, and no arguments',
    mark: 'unasserted',
    runs: [
      {
        command: 'notation version',
        stdout: { has: ['Notation - a tool to sign and verify artifacts.\n\nVersion:     ', '\nGo version:  '] },
        stderr: '',
        names: { version: '^Version: {5}(\\d+\\.\\d+\\.\\d+(?:-[\\w.-]+)?(?:\\+[\\w.-]+)?)$' },
      },
      {
        command: 'notation version x',
        exit: 1,
        stdout: '',
        stderr: { has: ['Error: unknown command "x" for "notation version"\n'] },
      },
    ],
  },
  {
    name: '12.5 version: operating system and processor',
    mark: 'unasserted',
    since: 'main',
    runs: [{ command: 'notation version', names: { platform: '^OS/Arch: {5}([a-z]+/[a-z0-9]+)$' } }],
  },
];
