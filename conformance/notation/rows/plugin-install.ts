// Section 10: plugins, installed from files.

import { testPluginScript } from '@nv2/testing';
import type { Row } from '../row.ts';
import { bare, done, executable, home, installed, licence, packageStep } from './plugin-specimens.ts';

export const pluginInstallRows: readonly Row[] = [
  {
    name: '10 plugin install: neither --file nor --url',
    mark: 'E=',
    runs: [
      {
        command: 'notation plugin install .',
        exit: 1,
        stdout: '',
        stderr: 'Error: at least one of the flags in the group [file url] is required\n',
      },
    ],
  },
  {
    name: '10 plugin install: both --file and --url',
    mark: 'E=',
    runs: [
      {
        command: 'notation plugin install --file --url .',
        exit: 1,
        stdout: '',
        stderr:
          'Error: if any flags in the group [file url] are set none of the others can be; [file url] were all set\n',
      },
    ],
  },
  {
    name: '1.2 plugin install: with nothing at all the missing source comes before the missing flag',
    mark: 'E=',
    runs: [
      { command: 'notation plugin install', exit: 1, stdout: '', stderr: 'Error: missing plugin source location\n' },
    ],
  },
  {
    name: '10 plugin install: --file without a path',
    mark: 'E=',
    runs: [
      { command: 'notation plugin install --file', exit: 1, stdout: '', stderr: 'Error: missing plugin file path\n' },
    ],
  },
  {
    name: '10 plugin install: --url without a URL',
    mark: 'E=',
    runs: [{ command: 'notation plugin install --url', exit: 1, stdout: '', stderr: 'Error: missing plugin URL\n' }],
  },
  {
    name: '10 plugin install: one plugin at a time',
    mark: 'unasserted',
    runs: [
      {
        command: 'notation plugin install --file a b',
        exit: 1,
        stdout: '',
        stderr: 'Error: can only install one plugin at a time, but got [a b]\n',
      },
    ],
  },
  {
    name: '10 plugin install: from a tar.gz',
    mark: 'E=',
    given: [packageStep('plugin.tar.gz')],
    runs: [
      {
        command: 'notation plugin install --file plugin.tar.gz -d',
        stdout: done,
        files: { [`${home}/LICENSE`]: 'free', [`${home}/notation-e2e-plugin`]: { has: ['#!/bin/sh'] } },
      },
    ],
  },
  {
    name: '10 plugin install: from a zip, whatever it is called; `add` is the same command',
    mark: 'unasserted',
    given: [packageStep('plugin.zip'), { archive: 'plugin.zip', members: [executable(), licence] }],
    runs: [{ command: 'notation plugin add --file plugin.zip', stdout: done, stderr: '' }],
  },
  {
    name: '10 plugin install: from a single executable',
    mark: 'E=',
    given: [bare],
    runs: [{ command: 'notation plugin install --file {work}/notation-e2e-plugin', stdout: done, stderr: '' }],
  },
  {
    name: '10 plugin install: an equal version already exists',
    mark: 'E=',
    given: [packageStep('plugin.tar.gz'), installed],
    runs: [
      {
        command: 'notation plugin install --file plugin.tar.gz',
        exit: 1,
        stdout: '',
        stderr: 'Error: plugin installation failed: plugin e2e-plugin with version 1.0.0 already exists\n',
      },
    ],
  },
  {
    name: '10 plugin install: --force replaces an equal version',
    mark: 'E=',
    given: [packageStep('plugin.tar.gz'), installed],
    runs: [
      {
        command: 'notation plugin install --file plugin.tar.gz --force',
        stdout: 'Successfully updated plugin e2e-plugin from version 1.0.0 to 1.0.0\n',
      },
    ],
  },
  {
    name: '10 plugin install: a higher version replaces the installed one',
    mark: 'unasserted',
    given: [packageStep('plugin.tar.gz', '1.1.0'), installed],
    runs: [
      {
        command: 'notation plugin install --file plugin.tar.gz',
        stdout: 'Successfully updated plugin e2e-plugin from version 1.0.0 to 1.1.0\n',
        stderr: '',
      },
    ],
  },
  {
    name: '10 plugin install: a lower version is refused with advice',
    mark: 'E=',
    given: [packageStep('plugin.tar.gz', '0.9.0'), installed],
    runs: [
      {
        command: 'notation plugin install --file plugin.tar.gz',
        exit: 1,
        stdout: '',
        stderr:
          'Error: plugin installation failed: failed to install plugin e2e-plugin. The installing plugin version 0.9.0 is lower than the existing plugin version 1.0.0.\nIt is not recommended to install an older version. To force the installation, use the "--force" option\n',
      },
      {
        command: 'notation plugin install --file plugin.tar.gz --force',
        stdout: 'Successfully updated plugin e2e-plugin from version 1.0.0 to 0.9.0\n',
      },
    ],
  },
  {
    name: '10 plugin install: a file that is the only candidate is made executable',
    mark: 'unasserted',
    given: [{ archive: 'plugin.zip', members: [executable('1.0.0', 0o644)] }],
    runs: [{ command: 'notation plugin install --file plugin.zip', stdout: done }],
  },
  {
    name: '10 plugin install: a file with its checksum, in either case, and with another',
    mark: 'unasserted',
    given: [{ file: 'plugin', text: 'x' }],
    runs: [
      {
        command: 'notation plugin install --file plugin --sha256sum abcd',
        exit: 1,
        stderr:
          'Error: plugin installation failed: plugin SHA-256 checksum does not match user input. Expecting abcd\n',
      },
      {
        command:
          'notation plugin install --file plugin --sha256sum 2D711642B726B04401627CA9FBAC32F5C8530FB1903CC4DB02258717921A4881',
        exit: 1,
        stderr: { has: ['plugin installation failed: '], lacks: ['checksum'] },
      },
    ],
  },
  {
    name: '10 plugin install: no such file, and a directory',
    mark: 'unasserted',
    runs: [
      {
        command: 'notation plugin install --file absent.zip',
        exit: 1,
        stderr: 'Error: plugin installation failed: stat absent.zip: no such file or directory\n',
      },
      {
        command: 'notation plugin install --file .',
        exit: 1,
        stderr: 'Error: plugin installation failed: . is not a valid file\n',
      },
    ],
  },
  {
    name: '10 plugin install: a plugin that is not what its name says, with advice',
    mark: 'unasserted',
    given: [{ file: 'notation-other', text: testPluginScript('e2e-plugin', '1.0.0'), mode: 0o755 }],
    runs: [
      {
        command: 'notation plugin install --file notation-other',
        exit: 1,
        stderr: { has: ['plugin installation failed: '] },
        absent: ['{libexec}/plugins'],
      },
    ],
  },
  {
    name: '1.4 plugins do not see registry credentials: neither a new one nor an installed one',
    mark: 'E',
    given: [packageStep('plugin.tar.gz'), installed],
    runs: [
      {
        command: 'notation plugin install --file plugin.tar.gz --force',
        env: { NOTATION_USERNAME: 'alice', NOTATION_PASSWORD: 's3cret' },
        stdout: 'Successfully updated plugin e2e-plugin from version 1.0.0 to 1.0.0\n',
      },
      {
        command: 'notation plugin ls',
        env: { NOTATION_USERNAME: 'alice', NOTATION_PASSWORD: 's3cret' },
        stdout: { has: ['<nil>'] },
      },
    ],
  },
  {
    name: '1.4 NOTATION_LIBEXEC holds the plugins',
    mark: 'E',
    given: [packageStep('plugin.tar.gz')],
    runs: [
      {
        command: 'notation plugin install --file plugin.tar.gz',
        env: { NOTATION_LIBEXEC: '{work}/programs' },
        stdout: done,
        files: { 'programs/plugins/e2e-plugin/LICENSE': 'free' },
      },
    ],
  },
];
