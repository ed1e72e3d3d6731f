// Section 10: packages that are refused, and what of others is taken.

import type { Row } from '../row.ts';
import { done, executable, licence, tooLarge } from './plugin-specimens.ts';

/** 250 of them are more than 256 MiB, and pack to a few hundred kilobytes. */
const zeros = '0'.repeat(1_100_000);

export const pluginPackageRows: readonly Row[] = [
  {
    name: '10 plugin install: a large file in a zip, with -d and no line of the log before the failure',
    mark: 'E=',
    given: [{ archive: 'large.zip', members: [{ name: 'large', declaredSize: 272_629_760 }] }],
    runs: [{ command: 'notation plugin install --file large.zip -d', exit: 1, stdout: '', stderr: tooLarge }],
  },
  {
    name: '10 plugin install: a large file in a tar.gz, with -d and no line of the log before the failure',
    mark: 'E=',
    given: [{ archive: 'large.tar.gz', members: [{ name: 'large', declaredSize: 272_629_760 }] }],
    runs: [{ command: 'notation plugin install --file large.tar.gz -d', exit: 1, stdout: '', stderr: tooLarge }],
  },
  {
    name: '10 plugin install: many files that are large together',
    mark: 'E=',
    given: [
      {
        archive: 'bomb.zip',
        members: Array.from({ length: 250 }, (_, at) => ({ name: `part-${at}`, text: zeros })),
      },
    ],
    runs: [{ command: 'notation plugin install --file bomb.zip', exit: 1, stdout: '', stderr: tooLarge }],
  },
  {
    name: '10 plugin install: a zip that leads outside, whole stream with -d',
    mark: 'E=',
    given: [
      { archive: 'slip.zip', members: [executable(), { name: '../../../../../../../../tmp/evil.txt', text: 'x' }] },
    ],
    runs: [
      {
        command: 'notation plugin install --file slip.zip -d',
        exit: 1,
        stdout: '',
        stderr: `Error: plugin installation failed: file name in zip cannot contain '..', but found "../../../../../../../../tmp/evil.txt"\n`,
        absent: ['{libexec}/plugins'],
      },
    ],
  },
  {
    name: '10 plugin install: a tar.gz that leads outside',
    mark: 'E=',
    given: [{ archive: 'slip.tar.gz', members: [{ name: '../evil.txt', text: 'x' }] }],
    runs: [
      {
        command: 'notation plugin install --file slip.tar.gz',
        exit: 1,
        stdout: '',
        stderr: `Error: plugin installation failed: file name in tar.gz cannot contain '..', but found "../evil.txt"\n`,
      },
    ],
  },
  {
    name: '10 plugin install: two executables, and none',
    mark: 'unasserted',
    given: [
      { archive: 'two.zip', members: [executable(), { ...executable(), name: 'notation-other' }] },
      { archive: 'none.zip', members: [licence] },
    ],
    runs: [
      {
        command: 'notation plugin install --file two.zip',
        exit: 1,
        stderr: { has: ['plugin installation failed: ', 'found more than one plugin executable files'] },
      },
      {
        command: 'notation plugin install --file none.zip',
        exit: 1,
        stderr: { has: ['plugin installation failed: ', 'no plugin executable file was found'] },
      },
    ],
  },
  {
    name: '10 plugin install: a zip has its files at the root, a tar.gz anywhere',
    mark: 'unasserted',
    given: [
      { archive: 'deep.zip', members: [{ ...executable(), name: 'bin/notation-e2e-plugin' }] },
      { archive: 'deep.tar.gz', members: [{ ...executable(), name: 'bin/notation-e2e-plugin' }] },
    ],
    runs: [
      { command: 'notation plugin install --file deep.zip', exit: 1, stdout: '' },
      { command: 'notation plugin install --file deep.tar.gz', stdout: done },
    ],
  },
];
