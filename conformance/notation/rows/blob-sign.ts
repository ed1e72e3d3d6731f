// Section 11: `blob sign`.

import type { Row, Run, Step } from '../row.ts';

const given: readonly Step[] = [
  { key: 'e2e', isDefault: true },
  { file: 'blob.txt', text: 'hello\n' },
];
const written = 'Successfully signed blob.txt\n Signature file written to blob.txt.jws.sig\n';

/** A command that is refused with this message and writes no signature. */
function refused(command: string, message: string): Run {
  return { command, exit: 1, stdout: '', stderr: `Error: ${message}\n`, absent: ['blob.txt.jws.sig'] };
}

export const blobSignRows: readonly Row[] = [
  {
    name: '11 blob sign writes <file>.jws.sig beside the blob and says so in two lines',
    mark: 'E',
    since: 'main',
    given,
    runs: [
      {
        command: 'notation blob sign blob.txt',
        stdout: written,
        stderr: '',
        files: { 'blob.txt.jws.sig': { has: ['"payload"', 'notation-go/'] } },
      },
    ],
  },
  {
    name: '11 blob sign: the file of another directory is signed into that directory',
    mark: 'E',
    since: 'main',
    given: [...given, { file: 'sub/a', text: '' }],
    runs: [
      {
        command: 'notation blob sign sub/a',
        stdout: 'Successfully signed sub/a\n Signature file written to sub/a.jws.sig\n',
        absent: ['a.jws.sig'],
      },
    ],
  },
  {
    name: '11 blob sign --signature-format cose',
    mark: 'E',
    since: 'main',
    given,
    runs: [
      {
        command: 'notation blob sign --signature-format cose blob.txt',
        stdout: 'Successfully signed blob.txt\n Signature file written to blob.txt.cose.sig\n',
        stderr: '',
      },
    ],
  },
  {
    name: '1.3 a flag before the subcommand: `blob --signature-format cose sign`',
    mark: 'E',
    since: 'main',
    given,
    runs: [
      {
        command: 'notation blob --signature-format cose sign blob.txt',
        stdout: { has: ['Signature file written to blob.txt.cose.sig'] },
      },
    ],
  },
  {
    name: '11 blob sign --media-type, a type without a subtype too',
    mark: 'E',
    since: 'main',
    given,
    runs: [
      { command: 'notation blob sign --media-type other-media-type blob.txt', stdout: written, stderr: '' },
      {
        command: 'notation blob inspect blob.txt.jws.sig',
        stdout: { has: ['    ├── media type: other-media-type', '    └── size: 6'] },
      },
    ],
  },
  {
    name: '11 blob sign: the media type is application/octet-stream unless given',
    mark: 'unasserted',
    since: 'main',
    given,
    runs: [
      { command: 'notation blob sign blob.txt' },
      {
        command: 'notation blob inspect blob.txt.jws.sig',
        stdout: { has: ['    ├── media type: application/octet-stream'] },
      },
    ],
  },
  {
    name: '11 blob sign: a media type that is none',
    mark: 'unasserted',
    since: 'main',
    given,
    runs: [
      {
        command: "notation blob sign --media-type '///' blob.txt",
        exit: 1,
        stdout: '',
        stderr: { has: ['Error: invalid content media-type "///": '] },
        absent: ['blob.txt.jws.sig'],
      },
      refused("notation blob sign --media-type '' blob.txt", 'content media-type cannot be empty'),
    ],
  },
  {
    name: '11 blob sign --key of the key list',
    mark: 'E',
    since: 'main',
    given: [...given, { key: 'other' }],
    runs: [
      { command: 'notation blob sign --key other blob.txt', stdout: written },
      { command: 'notation blob inspect blob.txt.jws.sig', stdout: { has: ['issued to: CN=other,'] } },
    ],
  },
  {
    name: '11 blob sign --expiry 24h',
    mark: 'E',
    since: 'main',
    given,
    runs: [
      { command: 'notation blob sign --expiry 24h blob.txt', stdout: written },
      { command: 'notation blob inspect blob.txt.jws.sig', stdout: { has: ['    └── expiry: '] } },
    ],
  },
  {
    name: '11 blob sign --expiry: not negative, whole seconds',
    mark: 'unasserted',
    since: 'main',
    given,
    runs: [
      refused('notation blob sign -e -1s blob.txt', 'expiry duration cannot be a negative value'),
      refused('notation blob sign -e 1ms blob.txt', 'expiry duration supports minimum granularity of seconds'),
    ],
  },
  {
    name: '11 blob sign --user-metadata',
    mark: 'E',
    since: 'main',
    given,
    runs: [
      { command: 'notation blob sign --user-metadata k1=v1 --user-metadata k2=v2 blob.txt', stdout: written },
      { command: 'notation blob inspect blob.txt.jws.sig', stdout: { has: ['├── k1: v1\n', '└── k2: v2\n'] } },
    ],
  },
  {
    name: '11 blob sign: metadata with the reserved prefix',
    mark: 'unasserted',
    since: 'main',
    given,
    runs: [
      refused(
        'notation blob sign -m io.cncf.notary.x=1 blob.txt',
        'error adding user metadata: metadata key io.cncf.notary.x has reserved prefix io.cncf.notary',
      ),
    ],
  },
  {
    name: '11 blob sign --signature-directory, made where it is missing',
    mark: 'E',
    since: 'main',
    given,
    runs: [
      {
        command: 'notation blob sign --signature-directory {work}/a/b blob.txt',
        stdout: 'Successfully signed blob.txt\n Signature file written to {work}/a/b/blob.txt.jws.sig\n',
        stderr: '',
        files: { 'a/b/blob.txt.jws.sig': { has: ['"payload"'] } },
        absent: ['blob.txt.jws.sig'],
      },
    ],
  },
  {
    name: '11 blob sign: a blob without a byte',
    mark: 'unasserted',
    since: 'main',
    given: [
      { key: 'e2e', isDefault: true },
      { file: 'blob.txt', text: '' },
    ],
    runs: [
      { command: 'notation blob sign blob.txt', stdout: written },
      { command: 'notation blob inspect blob.txt.jws.sig', stdout: { has: ['    └── size: 0'] } },
    ],
  },
  {
    name: '11 blob sign: an existing file is overwritten after a yes',
    mark: 'unasserted',
    since: 'main',
    given: [...given, { file: 'blob.txt.jws.sig', text: 'old' }],
    runs: [
      {
        command: 'notation blob sign blob.txt',
        input: 'Yes\n',
        stdout: `The signature file already exists, do you want to overwrite it? [y/N] ${written}`,
        stderr: '',
        files: { 'blob.txt.jws.sig': { has: ['"payload"'] } },
      },
    ],
  },
  {
    name: '11 blob sign: a no, or the end of input, keeps the existing file, exit 0',
    mark: 'unasserted',
    since: 'main',
    given: [...given, { file: 'blob.txt.jws.sig', text: 'old' }],
    runs: [
      {
        command: 'notation blob sign blob.txt',
        input: 'n\n',
        stdout: 'The signature file already exists, do you want to overwrite it? [y/N] Operation cancelled.\n',
        stderr: '',
        files: { 'blob.txt.jws.sig': 'old' },
      },
      {
        command: 'notation blob sign blob.txt',
        stdout: 'The signature file already exists, do you want to overwrite it? [y/N] ',
        stderr: '',
        files: { 'blob.txt.jws.sig': 'old' },
      },
    ],
  },
  {
    name: '11 blob sign --force warns, even if there is no file, and does not ask',
    mark: 'E',
    since: 'main',
    given,
    runs: [
      {
        command: 'notation blob sign --force blob.txt',
        stdout: written,
        stderr: 'Warning: existing signature file will be overwritten\n',
      },
      { command: 'notation blob sign --force blob.txt', stdout: written },
    ],
  },
  {
    name: '11 blob sign: no path, an empty path',
    mark: 'E',
    since: 'main',
    given,
    runs: [
      refused(
        'notation blob sign',
        'missing file path to the blob artifact: use `notation blob sign --help` to see what parameters are required',
      ),
      refused("notation blob sign ''", 'blob path cannot be empty'),
    ],
  },
  {
    name: '11 blob sign: an empty signature directory',
    mark: 'E',
    since: 'main',
    given,
    runs: [refused("notation blob sign blob.txt --signature-directory ''", 'signature directory cannot be empty')],
  },
  {
    name: '11 blob sign: an unknown signature format',
    mark: 'E',
    since: 'main',
    given,
    runs: [
      refused(
        'notation blob sign --signature-format invalid blob.txt',
        'signature format "invalid" not supported\nSupported signature envelope formats are "jws" and "cose"',
      ),
    ],
  },
  {
    name: '11 blob sign: an unknown key',
    mark: 'E',
    since: 'main',
    given,
    runs: [refused('notation blob sign --key invalid blob.txt', 'signing key invalid not found')],
  },
  {
    name: '11 blob sign: pairs without `=`',
    mark: 'E',
    since: 'main',
    given,
    runs: [
      refused(
        'notation blob sign --plugin-config invalid blob.txt',
        'could not parse flag plugin-config: key-value pair requires "=" as separator',
      ),
      refused(
        'notation blob sign --user-metadata invalid blob.txt',
        'could not parse flag user-metadata: key-value pair requires "=" as separator',
      ),
    ],
  },
  {
    name: '11 blob sign: a blob that is missing, or a directory',
    mark: 'unasserted',
    since: 'main',
    given: [...given, { directory: 'dir' }],
    runs: [
      refused('notation blob sign missing', 'open missing: no such file or directory'),
      refused('notation blob sign dir', 'read dir: is a directory'),
    ],
  },
  {
    name: '11 blob sign: no permission to read the blob',
    mark: 'E',
    since: 'main',
    given: [
      { key: 'e2e', isDefault: true },
      { file: 'blob.txt', text: 'hello\n', mode: 0 },
    ],
    runs: [{ ...refused('notation blob sign blob.txt', 'open blob.txt: permission denied'), asNobody: true }],
  },
  {
    name: '11 blob sign: no permission to write the signature',
    mark: 'E',
    since: 'main',
    given: [...given, { directory: 'closed', mode: 0o500 }],
    runs: [
      {
        command: 'notation blob sign --signature-directory closed blob.txt',
        asNobody: true,
        exit: 1,
        stdout: '',
        stderr: 'Error: failed to write signature to file: open closed/blob.txt.jws.sig: permission denied\n',
      },
    ],
  },
  {
    name: '11 blob sign: --timestamp-url and --timestamp-root-cert go together',
    mark: 'E',
    since: 'main',
    given,
    runs: [
      refused(
        'notation blob sign --timestamp-root-cert x blob.txt',
        'if any flags in the group [timestamp-url timestamp-root-cert] are set they must all be set; missing [timestamp-url]',
      ),
      refused(
        'notation blob sign --timestamp-url x blob.txt',
        'if any flags in the group [timestamp-url timestamp-root-cert] are set they must all be set; missing [timestamp-root-cert]',
      ),
    ],
  },
  {
    name: '11 blob sign: empty time-stamp flags',
    mark: 'E',
    since: 'main',
    given,
    runs: [
      refused(
        "notation blob sign --timestamp-url '' --timestamp-root-cert x blob.txt",
        'timestamping: tsa url cannot be empty',
      ),
      refused(
        "notation blob sign --timestamp-url x --timestamp-root-cert '' blob.txt",
        'timestamping: tsa root certificate path cannot be empty',
      ),
    ],
  },
  {
    name: '1.3 blob sign: --id needs --plugin, and --key excludes both',
    mark: 'unasserted',
    since: 'main',
    given,
    runs: [
      refused(
        'notation blob sign --id a blob.txt',
        'if any flags in the group [id plugin] are set they must all be set; missing [plugin]',
      ),
      refused(
        'notation blob sign --key e2e --id a --plugin p blob.txt',
        'if any flags in the group [key id] are set none of the others can be; [id key] were all set',
      ),
    ],
  },
];
