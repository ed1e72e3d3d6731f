// Section 8: the certificates of the trust store.

import type { Row, Step } from '../row.ts';

const rule = '-'.repeat(80);
const store: readonly Step[] = [{ key: 'e2e' }, { trust: 'ca:e2e', of: 'e2e' }];
const listHeader = 'STORE TYPE   STORE NAME   CERTIFICATE';

export const certificateRows: readonly Row[] = [
  {
    name: '8 cert add: says which certificates were added',
    mark: 'E',
    given: [{ key: 'e2e' }, { key: 'other' }],
    runs: [
      {
        command: 'notation cert add --type ca --store e2e {e2e.crt} {other.crt}',
        stdout: 'Successfully added following certificates to named store e2e of type ca:\n{e2e.crt}\n{other.crt}\n',
        stderr: '',
        files: {
          '{config}/truststore/x509/ca/e2e/e2e.crt': { has: ['BEGIN CERTIFICATE'] },
          '{config}/truststore/x509/ca/e2e/other.crt': { has: ['BEGIN CERTIFICATE'] },
        },
      },
    ],
  },
  {
    name: '8 cert add: partial success still fails, all failures in one error',
    mark: 'unasserted',
    given: [...store, { key: 'other' }],
    runs: [
      {
        command: 'notation certificate add -t ca -s e2e {other.crt} {e2e.crt} {work}/nowhere.crt',
        exit: 1,
        stdout: 'Successfully added following certificates to named store e2e of type ca:\n{other.crt}\n',
        stderr:
          'Error: Failed to add following certificates to named store e2e of type ca:\n{e2e.crt}, with error "certificate already exists in the Trust Store"\n{work}/nowhere.crt, with error "open {work}/nowhere.crt: no such file or directory"\n\n',
      },
    ],
  },
  {
    name: '8 cert add: a file without a certificate is not added',
    mark: 'unasserted',
    given: [{ file: 'x.crt', text: 'nothing' }],
    runs: [
      {
        command: 'notation cert add -t ca -s e2e x.crt',
        exit: 1,
        stdout: '',
        stderr: { has: ['x.crt, with error "x509: malformed certificate'] },
        absent: ['{config}/truststore/x509/ca/e2e/x.crt'],
      },
    ],
  },
  {
    name: '8 cert add: type and store are required and checked',
    mark: 'E',
    given: [{ key: 'e2e' }],
    runs: [
      { command: 'notation cert add {e2e.crt}', exit: 1, stderr: 'Error: required flag(s) "store", "type" not set\n' },
      { command: 'notation cert add -t ca -s e2e', exit: 1, stderr: 'Error: missing certificate path\n' },
      { command: 'notation cert add -t x -s e2e {e2e.crt}', exit: 1, stderr: 'Error: unsupported store type: x\n' },
      {
        command: `notation cert add -t ca -s 'e/2' {e2e.crt}`,
        exit: 1,
        stderr: 'Error: named store name needs to follow [a-zA-Z0-9_.-]+ format\n',
      },
    ],
  },
  {
    name: '8 cert list: table of type, store and file, every cell padded',
    mark: 'E=',
    given: store,
    runs: [
      {
        command: 'notation cert list',
        stdout: `${listHeader}   \nca           e2e          e2e.crt       \n`,
        stderr: '',
      },
    ],
  },
  {
    name: '8 cert list: by type, by store, by both, and by the short names',
    mark: 'E',
    given: [...store, { trust: 'tsa:clock', of: 'e2e' }],
    runs: [
      { command: 'notation cert list --type ca', stdout: { has: [listHeader, 'e2e.crt'], lacks: ['clock'] } },
      { command: 'notation cert list --store e2e', stdout: { has: [listHeader, 'e2e.crt'], lacks: ['clock'] } },
      { command: 'notation cert ls -t ca -s e2e', stdout: { has: [listHeader, 'e2e.crt'], lacks: ['clock'] } },
    ],
  },
  {
    name: '8 cert list: nothing at all when empty or the type is unknown',
    mark: 'unasserted',
    runs: [
      { command: 'notation cert list', stdout: '', stderr: '' },
      { command: 'notation cert list --type nope', stdout: '', stderr: '' },
    ],
  },
  {
    name: '8 cert show: names in the order of RFC 2253, dates, CA, thumbprint',
    mark: 'E',
    given: [
      { key: 'e2e', subject: 'C=US,ST=WA,L=Seattle,O=Notary,CN=e2e' },
      { file: '{config}/truststore/x509/ca/e2e/.keep', text: '' },
      { remove: '{config}/truststore/x509/ca/e2e/.keep' },
    ],
    runs: [
      { command: 'notation cert add -t ca -s e2e {e2e.leaf}' },
      {
        command: 'notation cert show --type ca --store e2e e2e.leaf.crt',
        stdout: {
          has: [
            `Certificate details\n${rule}\nIssuer: `,
            'Subject: CN=e2e,O=Notary,L=Seattle,ST=WA,C=US\n',
            'Valid from: 20',
            ' +0000 UTC\nValid to: ',
            ' +0000 UTC\nIsCA: false\nSHA256 Thumbprint: ',
          ],
        },
        stderr: '',
      },
    ],
  },
  {
    name: '8 cert show: a rule between certificates',
    mark: 'unasserted',
    given: [{ key: 'e2e' }],
    runs: [
      { command: 'notation cert add -t ca -s e2e {config}/localkeys/e2e.crt' },
      { command: 'notation cert show -t ca -s e2e e2e.crt', stdout: { has: [`\n${rule}\nIssuer:`, 'IsCA: true'] } },
    ],
  },
  {
    name: '8 cert show: what is missing',
    mark: 'unasserted',
    runs: [
      { command: 'notation cert show -t ca -s e2e', exit: 1, stderr: 'Error: missing certificate file name\n' },
      {
        command: 'notation cert show -t ca -s e2e a b',
        exit: 1,
        stderr: 'Error: show only supports single certificate file\n',
      },
      {
        command: 'notation cert show -t ca -s e2e a.crt',
        exit: 1,
        stderr:
          'Error: failed to show details of certificate a.crt, with error: open {config}/truststore/x509/ca/e2e/a.crt: no such file or directory\n',
      },
    ],
  },
  {
    name: '8 cert delete: one file of several; the store stays',
    mark: 'E',
    since: 'main',
    given: [...store, { key: 'expired' }, { trust: 'ca:e2e', of: 'expired' }],
    runs: [
      {
        command: 'notation cert delete --type ca --store e2e expired.crt -y',
        stdout: 'Successfully deleted expired.crt from trust store e2e of type ca\n',
        stderr: '',
        absent: ['{config}/truststore/x509/ca/e2e/expired.crt'],
        files: { '{config}/truststore/x509/ca/e2e/e2e.crt': { has: ['CERTIFICATE'] } },
      },
    ],
  },
  {
    name: '8 cert delete: the store directory goes when it becomes empty',
    mark: 'E',
    since: 'main',
    given: store,
    runs: [
      {
        command: 'notation cert delete --type ca --store e2e e2e.crt -y',
        stdout: { has: ['Successfully deleted e2e.crt from trust store e2e of type ca'] },
        absent: ['{config}/truststore/x509/ca/e2e'],
      },
    ],
  },
  {
    name: '8 cert delete: --all deletes the store',
    mark: 'E',
    given: store,
    runs: [
      {
        command: 'notation cert delete --all --type ca --store e2e -y',
        stdout: 'Successfully deleted {config}/truststore/x509/ca/e2e\n',
        absent: ['{config}/truststore/x509/ca/e2e'],
      },
    ],
  },
  {
    name: '8 cert delete: a file that is not there',
    mark: 'E',
    given: store,
    runs: [
      {
        command: 'notation cert delete --type ca --store e2e non-exist.crt -y',
        exit: 1,
        stdout: '',
        stderr:
          'Error: failed to delete the certificate file: stat {config}/truststore/x509/ca/e2e/non-exist.crt: no such file or directory\n',
        files: { '{config}/truststore/x509/ca/e2e/e2e.crt': { has: ['CERTIFICATE'] } },
      },
      {
        command: 'notation cert delete --type ca --store nope --all -y',
        exit: 1,
        stderr: { has: ['failed to delete the named trust store: '] },
      },
    ],
  },
  {
    name: '8 cert delete: whether the store is empty cannot be seen, which only warns',
    mark: 'E',
    since: 'main',
    given: [...store, { chmod: '{config}/truststore/x509/ca/e2e', mode: 0o300 }],
    runs: [
      {
        command: 'notation cert delete --type ca --store e2e e2e.crt -y',
        asNobody: true,
        stdout: { has: ['Successfully deleted e2e.crt from trust store e2e of type ca'] },
        stderr: {
          has: [
            'Warning: failed to check if the trust store directory {config}/truststore/x509/ca/e2e is empty',
            'permission denied',
          ],
        },
      },
    ],
  },
  {
    name: '8 cert delete: asks, and a no or the end of the input changes nothing',
    mark: 'E',
    given: store,
    runs: [
      {
        command: 'notation cert delete -t ca -s e2e e2e.crt',
        input: 'n\n',
        stdout: 'Are you sure you want to delete "e2e.crt" in "e2e" of type "ca"? [y/N] Operation cancelled.\n',
        stderr: '',
        files: { '{config}/truststore/x509/ca/e2e/e2e.crt': { has: ['CERTIFICATE'] } },
      },
      {
        command: 'notation cert delete -t ca -s e2e --all',
        stdout: 'Are you sure you want to delete all certificates in "e2e" of type "ca"? [y/N] ',
        stderr: '',
        files: { '{config}/truststore/x509/ca/e2e/e2e.crt': { has: ['CERTIFICATE'] } },
      },
    ],
  },
  {
    name: '8 cert delete: yes in any case',
    mark: 'unasserted',
    given: store,
    runs: [
      {
        command: 'notation cert delete -t ca -s e2e e2e.crt',
        input: 'YeS\n',
        stdout: { has: ['Successfully deleted e2e.crt'] },
        absent: ['{config}/truststore/x509/ca/e2e/e2e.crt'],
      },
    ],
  },
  {
    name: '8 cert delete: one file or --all, not both and not neither',
    mark: 'unasserted',
    runs: [
      {
        command: 'notation cert delete -t ca -s e2e',
        exit: 1,
        stderr:
          'Error: delete requires either the certificate file name that needs to be deleted or --all flag to delete all certificates in the given named trust store\n',
      },
      {
        command: 'notation cert delete -t ca -s e2e --all x',
        exit: 1,
        stderr:
          'Error: cannot delete a single certificate file when --all flag is set. use --help flag for more details\n',
      },
    ],
  },
  {
    name: '1.1 an unknown word under a group prints its help and exits 0',
    mark: 'unasserted',
    runs: [
      {
        command: 'notation cert foo',
        stdout: { has: ['notation certificate [command]', 'generate-test'] },
        stderr: '',
      },
      { command: 'notation cert', stdout: { has: ['notation certificate [command]'] }, stderr: '' },
      { command: 'notation cert --bogus', exit: 1, stdout: '', stderr: 'Error: unknown flag: --bogus\n' },
    ],
  },
  {
    name: '1.3 flags stand in one word, before the sub-command or behind the argument',
    mark: 'unasserted',
    given: store,
    runs: [
      { command: 'notation cert delete -aytca --store=e2e', stdout: { has: ['Successfully deleted'] } },
      { command: 'notation cert --type ca --store e2e add {e2e.crt}', stdout: { has: ['Successfully added'] } },
      { command: 'notation cert show e2e.crt -d=false -t ca -s e2e', stdout: { has: ['Certificate details'] } },
    ],
  },
];
