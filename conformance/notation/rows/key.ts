// Section 7: the list of signing keys.

import type { Row, Step } from '../row.ts';

const header = (name: number, key: number, cert: number): string =>
  `${'NAME'.padEnd(name)}   ${'KEY PATH'.padEnd(key)}   ${'CERTIFICATE PATH'.padEnd(cert)}   ID   PLUGIN NAME   \n`;

const list = (keys: readonly object[], more: object = {}): string => JSON.stringify({ ...more, keys });

/** Being there is all that adding a key asks of a plugin. */
const plugin: readonly Step[] = [
  { file: '{libexec}/plugins/e2e-plugin/notation-e2e-plugin', text: '#!/bin/sh\nexit 1\n', mode: 0o755 },
];

export const keyRows: readonly Row[] = [
  {
    name: '7 key add: a key of a plugin prints its name',
    mark: 'E',
    given: plugin,
    runs: [
      {
        command: 'notation key add --plugin e2e-plugin --id key-1 --plugin-config a=b=c kms',
        stdout: 'kms\n',
        stderr: '',
        files: {
          '{config}/signingkeys.json': {
            has: ['"name": "kms"', '"id": "key-1"', '"pluginName": "e2e-plugin"', '"a": "b=c"'],
            lacks: ['default'],
          },
        },
      },
      { command: 'notation key ls', stdout: { has: ['kms', 'key-1   e2e-plugin    \n'] } },
    ],
  },
  {
    name: '7 key add --default: marks the key',
    mark: 'E',
    given: plugin,
    runs: [
      {
        command: 'notation key add --default --plugin e2e-plugin --id key-1 kms',
        stdout: 'kms: marked as default\n',
        stderr: '',
      },
      { command: 'notation key ls', stdout: { has: ['* kms'] } },
    ],
  },
  {
    name: '7 key add: the plugin must be installed',
    mark: 'unasserted',
    runs: [
      {
        command: 'notation key add --plugin nowhere --id key-1 kms',
        exit: 1,
        stdout: '',
        stderr: { has: ['no such file or directory'] },
        absent: ['{config}/signingkeys.json'],
      },
    ],
  },
  {
    name: '7 key add: what is missing, and a name that is taken',
    mark: 'unasserted',
    given: plugin,
    runs: [
      { command: 'notation key add --plugin e2e-plugin kms', exit: 1, stderr: 'Error: missing key id\n' },
      {
        command: 'notation key add --plugin e2e-plugin',
        exit: 1,
        stderr: 'Error: either missing key name or unnecessary parameters passed\n',
      },
      { command: 'notation key add --id x kms', exit: 1, stderr: 'Error: required flag(s) "plugin" not set\n' },
      { command: 'notation key add --plugin e2e-plugin --id x kms' },
      {
        command: 'notation key add --plugin e2e-plugin --id y kms',
        exit: 1,
        stderr: 'Error: signing key with name "kms" already exists\n',
      },
    ],
  },
  {
    name: '7 key list: the header of an empty list, every column padded',
    mark: 'E=',
    runs: [{ command: 'notation key list', stdout: header(4, 8, 16), stderr: '' }],
  },
  {
    name: '7 key list: the default row is prefixed `* `',
    mark: 'E',
    given: [{ key: 'one' }, { key: 'two', isDefault: true }],
    runs: [
      {
        command: 'notation key ls',
        stdout: { has: ['* two   {config}/localkeys/two.key   {config}/localkeys/two.crt'] },
      },
      { command: 'notation key list', stdout: { has: ['\none     {config}/localkeys/one.key'] } },
    ],
  },
  {
    name: '7 key list: id and plugin of a key that lives in a plugin',
    mark: 'unasserted',
    given: [
      { file: '{config}/signingkeys.json', text: list([{ name: 'kms', id: 'key-1', pluginName: 'com.example' }]) },
    ],
    runs: [{ command: 'notation key ls', stdout: { has: ['kms', 'key-1   com.example   \n'] } }],
  },
  {
    name: '7 key update: marks the default; `set` is the same command',
    mark: 'unasserted',
    given: [{ key: 'one' }, { key: 'two' }],
    runs: [
      { command: 'notation key update --default one', stdout: 'one: marked as default\n', stderr: '' },
      { command: 'notation key set two --default', stdout: 'two: marked as default\n', stderr: '' },
      { command: 'notation key ls', stdout: { has: ['* two'], lacks: ['* one'] } },
    ],
  },
  {
    name: '7 key update: without --default it does nothing and succeeds',
    mark: 'unasserted',
    given: [{ key: 'one' }],
    runs: [
      { command: 'notation key update one', stdout: '' },
      { command: 'notation key ls', stdout: { lacks: ['* one'] } },
    ],
  },
  {
    name: '7 key update: an unknown key, and none',
    mark: 'unasserted',
    runs: [
      { command: 'notation key set --default x', exit: 1, stdout: '', stderr: 'Error: signing key x not found\n' },
      { command: 'notation key set', exit: 1, stdout: '', stderr: 'Error: missing key name\n' },
    ],
  },
  {
    name: '7 key delete: one key, whose files stay',
    mark: 'unasserted',
    given: [{ key: 'one' }],
    runs: [
      {
        command: 'notation key delete one',
        stdout: 'Removed one from Notation signing key list. The source key still exists.\n',
        stderr: '',
        files: { '{config}/localkeys/one.key': { has: ['PRIVATE KEY'] } },
      },
    ],
  },
  {
    name: '7 key delete: the default key',
    mark: 'unasserted',
    given: [{ key: 'one', isDefault: true }],
    runs: [
      {
        command: 'notation key delete one',
        stdout: 'Removed default key one from Notation signing key list. The source key still exists.\n',
        files: { '{config}/signingkeys.json': { lacks: ['default', 'one'] } },
      },
    ],
  },
  {
    name: '7 key delete: several keys, ` (default)` after the default',
    mark: 'unasserted',
    given: [{ key: 'one' }, { key: 'two', isDefault: true }, { key: 'three' }],
    runs: [
      {
        command: 'notation key delete one two',
        stdout:
          'Removed the following keys from Notation signing key list. The source keys still exist.\none\ntwo (default)\n',
      },
    ],
  },
  {
    name: '7 key delete: an unknown key, and nothing is saved',
    mark: 'unasserted',
    given: [{ key: 'one' }],
    runs: [
      {
        command: 'notation key delete one x',
        exit: 1,
        stdout: '',
        stderr: 'Error: signing key x not found\n',
        files: { '{config}/signingkeys.json': { has: ['"one"'] } },
      },
      { command: 'notation key delete', exit: 1, stderr: 'Error: missing key names\n' },
    ],
  },
  {
    name: '1.5 signingkeys.json is written with four spaces and mode 0600',
    mark: 'unasserted',
    given: [{ key: 'one' }],
    runs: [
      {
        command: 'notation key set --default one',
        files: { '{config}/signingkeys.json': { has: ['{\n    "default": "one",\n    "keys": [\n        {\n'] } },
      },
    ],
  },
  {
    name: '1.5 a key list that is a symbolic link or a directory is rejected',
    mark: 'unasserted',
    given: [
      { file: 'keys.json', text: list([]) },
      { link: '{config}/signingkeys.json', to: 'keys.json' },
    ],
    runs: [
      {
        command: 'notation key ls',
        exit: 1,
        stdout: '',
        stderr: 'Error: "{config}/signingkeys.json" is not a regular file (symlinks are not supported)\n',
      },
      {
        given: [{ remove: '{config}/signingkeys.json' }, { directory: '{config}/signingkeys.json' }],
        command: 'notation key ls',
        exit: 1,
        stderr: 'Error: "{config}/signingkeys.json" is not a regular file (symlinks are not supported)\n',
      },
    ],
  },
  ...(
    [
      ['a name twice', list([{ name: 'x' }, { name: 'x' }]), `multiple keys with name 'x' found`],
      ['an unknown default', list([{ name: 'y' }], { default: 'x' }), `default key 'x' not found`],
      ['an empty name', list([{ name: '' }]), 'key name cannot be empty'],
      ['an empty default', list([{ name: 'x' }], { default: '' }), 'default key name cannot be empty'],
    ] as const
  ).map(
    ([what, text, message]): Row => ({
      name: `1.5 a malformed key list: ${what}`,
      mark: 'unasserted',
      given: [{ file: '{config}/signingkeys.json', text }],
      runs: [
        { command: 'notation key ls', exit: 1, stdout: '', stderr: `Error: malformed signingkeys.json: ${message}\n` },
      ],
    }),
  ),
];
