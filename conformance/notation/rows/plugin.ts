// Section 10: plugins, listed and removed.

import type { Row } from '../row.ts';
import { header, home, installed } from './plugin-specimens.ts';

export const pluginRows: readonly Row[] = [
  {
    name: '10 plugin list: the header of an empty list, every column padded',
    mark: 'E=',
    runs: [
      { command: 'notation plugin list', stdout: header, stderr: '' },
      { command: 'notation plugin ls', stdout: header, stderr: '' },
    ],
  },
  {
    name: '10 plugin list: capabilities in brackets, `<nil>` when fine',
    mark: 'E',
    given: [installed],
    runs: [
      {
        command: 'notation plugin list',
        stdout: {
          has: [
            'e2e-plugin   The e2e-plugin plugin for tests   1.0.0   ',
            '[SIGNATURE_VERIFIER.TRUSTED_IDENTITY SIGNATURE_VERIFIER.REVOCATION_CHECK]   <nil>',
          ],
        },
      },
    ],
  },
  {
    name: '10 plugin list: a directory without its executable',
    mark: 'E',
    given: [{ directory: '{libexec}/plugins/azure-kv' }],
    runs: [
      {
        command: 'notation plugin list',
        stdout: {
          has: [
            'azure-kv',
            '[]',
            'plugin executable file `notation-azure-kv` not found. Use `notation plugin install` command to install the plugin',
          ],
        },
      },
    ],
  },
  {
    name: '10 plugin list: a file that the system cannot run, exit 0',
    mark: 'E',
    given: [{ file: '{libexec}/plugins/azure-kv/notation-azure-kv', text: 'invalid', mode: 0o755 }, installed],
    runs: [
      {
        command: 'notation plugin list',
        stdout: { has: ['azure-kv', 'plugin file `notation-azure-kv` is not executable', 'e2e-plugin', '<nil>'] },
      },
    ],
  },
  {
    name: '10 plugin list: what is a file or a link is no plugin',
    mark: 'unasserted',
    given: [
      { file: '{libexec}/plugins/file', text: '' },
      { directory: 'elsewhere' },
      { link: '{libexec}/plugins/link', to: '{work}/elsewhere' },
    ],
    runs: [{ command: 'notation plugin list', stdout: header }],
  },
  {
    name: '10 plugin uninstall: with --yes',
    mark: 'E=',
    given: [installed],
    runs: [
      {
        command: 'notation plugin uninstall --yes e2e-plugin',
        stdout: 'Successfully uninstalled plugin e2e-plugin\n',
        stderr: '',
        absent: [home],
      },
    ],
  },
  {
    name: '10 plugin uninstall: a plugin that is not installed',
    mark: 'E=',
    runs: [
      {
        command: 'notation plugin uninstall --yes non-exist',
        exit: 1,
        stdout: '',
        stderr:
          'Error: unable to find plugin non-exist.\nTo view a list of installed plugins, use `notation plugin list`\n',
      },
    ],
  },
  {
    name: '10 plugin uninstall: a question that yes, no and silence answer; `remove` and `rm` are the same command',
    mark: 'unasserted',
    given: [installed],
    runs: [
      {
        command: 'notation plugin remove e2e-plugin',
        stdout: 'Are you sure you want to uninstall plugin "e2e-plugin"? [y/N] ',
        stderr: '',
      },
      {
        command: 'notation plugin rm e2e-plugin',
        input: 'n\n',
        stdout: 'Are you sure you want to uninstall plugin "e2e-plugin"? [y/N] Operation cancelled.\n',
        files: { [`${home}/notation-e2e-plugin`]: { has: ['#!/bin/sh'] } },
      },
      {
        command: 'notation plugin rm e2e-plugin',
        input: 'y\n',
        stdout: { has: ['Successfully uninstalled plugin e2e-plugin'] },
        absent: [home],
      },
    ],
  },
  {
    name: '10 plugin uninstall: no name, two, and one that would be a path',
    mark: 'unasserted',
    given: [installed],
    runs: [
      { command: 'notation plugin uninstall', exit: 1, stderr: 'Error: plugin name is required\n' },
      {
        command: 'notation plugin uninstall a b',
        exit: 1,
        stderr: 'Error: only one plugin can be removed at a time\n',
      },
      {
        command: 'notation plugin uninstall -y ..',
        exit: 1,
        stderr: { has: ['unable to find plugin ..'] },
        files: { [`${home}/notation-e2e-plugin`]: { has: ['#!/bin/sh'] } },
      },
    ],
  },
];
