// Section 11: `blob verify`.

import type { Row, Run, Step } from '../row.ts';

interface StatementOptions {
  readonly level?: string;
  readonly store?: string;
  readonly identity?: string;
  readonly isGlobal?: true;
}

function statement(
  name: string,
  { level = 'strict', store = 'ca:e2e', identity = '*', isGlobal }: StatementOptions = {},
): object {
  return {
    name,
    signatureVerification: { level },
    trustStores: [store],
    trustedIdentities: [identity],
    ...(isGlobal === undefined ? {} : { globalPolicy: isGlobal }),
  };
}

const nobody = 'x509.subject: C=US, ST=WA, O=Nobody';
const policy: Step = {
  kind: 'blob',
  policy: {
    version: '1.0',
    trustPolicies: [
      statement('test-blob-global-statement', { isGlobal: true }),
      statement('test-blob-statement'),
      statement('nobody', { identity: nobody }),
      statement('other', { store: 'ca:other' }),
      statement('missing', { store: 'ca:missing' }),
      statement('permissive', { level: 'permissive' }),
      statement('audit', { level: 'audit', identity: nobody }),
    ],
  },
};
const prepared: readonly Step[] = [
  { key: 'e2e', isDefault: true },
  { key: 'other' },
  { trust: 'ca:e2e', of: 'e2e' },
  { trust: 'ca:other', of: 'other' },
  { file: 'blob.txt', text: 'hello\n' },
  { file: 'other.txt', text: 'other\n' },
];
const given: readonly Step[] = [...prepared, policy];
const sign: Run = { command: 'notation blob sign blob.txt' };
const signature = '--signature blob.txt.jws.sig';
const verified = 'Successfully verified signature for blob.txt\n';

function refused(command: string, message: string): Run {
  return { command, exit: 1, stdout: '', stderr: `Error: ${message}\n` };
}

export const blobVerifyRows: readonly Row[] = [
  {
    name: '11 blob verify with JWS: one line; the log tells media type, statement and each step',
    mark: 'E',
    since: 'main',
    given,
    runs: [
      sign,
      { command: `notation blob verify ${signature} blob.txt`, stdout: verified, stderr: '' },
      {
        command: `notation blob verify -d ${signature} blob.txt`,
        stdout: verified,
        stderr: {
          has: [
            'level=debug msg=Verify signature of media type application/jose+json\n',
            'level=info msg=Trust policy configuration: &{Name:test-blob-global-statement ',
            'level=debug msg=Validating cert chain\n',
            'level=debug msg=Validating trust identity\n',
            'level=debug msg=Validating expiry\n',
            'level=debug msg=Validating authentic timestamp\n',
            'level=info msg=Timestamp verification disabled: no tsa trust store is configured in trust policy\n',
            'level=debug msg=Validating revocation\n',
          ],
        },
      },
    ],
  },
  {
    name: '11 blob verify with COSE, and the short flag',
    mark: 'E',
    since: 'main',
    given,
    runs: [
      { command: 'notation blob sign --signature-format cose blob.txt' },
      {
        command: 'notation blob verify -d -s blob.txt.cose.sig blob.txt',
        stdout: verified,
        stderr: { has: ['Verify signature of media type application/cose\n', 'Name:test-blob-global-statement'] },
      },
    ],
  },
  {
    name: '11 blob verify --policy-name',
    mark: 'E',
    since: 'main',
    given,
    runs: [
      sign,
      {
        command: `notation blob verify -d --policy-name test-blob-statement ${signature} blob.txt`,
        stdout: verified,
        stderr: { has: ['Name:test-blob-statement '] },
      },
    ],
  },
  {
    name: '11 blob verify: a name without a statement, and no global statement',
    mark: 'unasserted',
    since: 'main',
    given: [...prepared, { kind: 'blob', policy: { version: '1.0', trustPolicies: [statement('named')] } }],
    runs: [
      sign,
      refused(
        `notation blob verify --policy-name nosuch ${signature} blob.txt`,
        'signature verification failed: no applicable blob trust policy with name "nosuch"',
      ),
      refused(
        `notation blob verify ${signature} blob.txt`,
        'signature verification failed: no global blob trust policy',
      ),
    ],
  },
  {
    name: '11 blob verify --media-type: that of the signature, another one',
    mark: 'E',
    since: 'main',
    given,
    runs: [
      { command: 'notation blob sign --media-type image/jpeg blob.txt' },
      { command: `notation blob verify --media-type image/jpeg ${signature} blob.txt`, stdout: verified, stderr: '' },
      { command: `notation blob verify ${signature} blob.txt`, stdout: verified, stderr: '' },
      refused(
        `notation blob verify --media-type image/png ${signature} blob.txt`,
        'signature verification failed: integrity check failed. signature does not match the given blob',
      ),
    ],
  },
  {
    name: '11 blob verify: an empty --media-type',
    mark: 'unasserted',
    since: 'main',
    given,
    runs: [
      refused(`notation blob verify --media-type '' ${signature} blob.txt`, '--media-type is set but with empty value'),
    ],
  },
  {
    name: '11 blob verify: another blob',
    mark: 'E',
    since: 'main',
    given,
    runs: [
      sign,
      refused(
        `notation blob verify ${signature} other.txt`,
        'signature verification failed: integrity check failed. signature does not match the given blob',
      ),
    ],
  },
  {
    name: '11 blob verify --user-metadata, and the table of what was signed',
    mark: 'E',
    since: 'main',
    given,
    runs: [
      { command: 'notation blob sign -m k1=v1 blob.txt' },
      {
        command: `notation blob verify --user-metadata k1=v1 ${signature} blob.txt`,
        stdout: `${verified}\nThe artifact was signed with the following user metadata.\n\nKEY   VALUE   \nk1    v1      \n`,
        stderr: '',
      },
      refused(
        `notation blob verify --user-metadata k1=v2 ${signature} blob.txt`,
        'signature verification failed: unable to find specified metadata in the signature',
      ),
    ],
  },
  {
    name: '11 blob verify: no --signature, an empty one: before required flags are looked at',
    mark: 'E',
    since: 'main',
    runs: [
      refused('notation blob verify blob.txt', 'filepath of the signature cannot be empty'),
      refused("notation blob verify -s '' blob.txt", 'filepath of the signature cannot be empty'),
    ],
  },
  {
    name: '11 blob verify: no path',
    mark: 'unasserted',
    since: 'main',
    runs: [
      refused(
        `notation blob verify ${signature}`,
        'missing path to the blob artifact: use `notation blob verify --help` to see what parameters are required',
      ),
    ],
  },
  {
    name: '11 blob verify: a blob or signature that may not be read or is missing',
    mark: 'E',
    since: 'main',
    given: [
      ...given,
      { file: 'closed.txt', text: 'hello\n', mode: 0 },
      { file: 'closed.jws.sig', text: '{}', mode: 0 },
      { directory: 'dir' },
    ],
    runs: [
      refused('notation blob verify -s missing.jws.sig blob.txt', 'open missing.jws.sig: no such file or directory'),
      refused('notation blob verify -s blob.txt missing.txt', 'open missing.txt: no such file or directory'),
      refused('notation blob verify -s dir blob.txt', 'read dir: is a directory'),
      {
        ...refused('notation blob verify -s closed.jws.sig blob.txt', 'open closed.jws.sig: permission denied'),
        asNobody: true,
      },
      {
        ...refused('notation blob verify -s blob.txt closed.txt', 'open closed.txt: permission denied'),
        asNobody: true,
      },
    ],
  },
  {
    name: '11 blob verify: pairs without `=`',
    mark: 'E',
    since: 'main',
    given,
    runs: [
      sign,
      refused(
        `notation blob verify --plugin-config invalid ${signature} blob.txt`,
        'could not parse flag plugin-config: key-value pair requires "=" as separator',
      ),
      refused(
        `notation blob verify --user-metadata invalid ${signature} blob.txt`,
        'could not parse flag user-metadata: key-value pair requires "=" as separator',
      ),
    ],
  },
  {
    name: '11 blob verify: file names that say no format',
    mark: 'E',
    since: 'main',
    given: [
      ...given,
      { file: 'blobFile.txt.jws.invalid', text: '{}' },
      { file: 'blobFile.sig', text: '{}' },
      { file: 'blobFile.invalid.sig', text: '{}' },
    ],
    runs: [
      refused(
        'notation blob verify -s blobFile.txt.jws.invalid blob.txt',
        'invalid signature filename blobFile.txt.jws.invalid. The file extension must be .sig',
      ),
      refused(
        'notation blob verify -s blobFile.sig blob.txt',
        'invalid signature filename blobFile.sig. A valid signature file name must contain signature format and .sig file extension',
      ),
      refused(
        'notation blob verify -s blobFile.invalid.sig blob.txt',
        'signature format "invalid" not supported\nSupported signature envelope formats are "jws" and "cose"',
      ),
    ],
  },
  {
    name: '11 blob verify: an empty signature file',
    mark: 'unasserted',
    since: 'main',
    given: [...given, { file: 'a.jws.sig', text: '' }],
    runs: [
      refused(
        'notation blob verify -s a.jws.sig blob.txt',
        'signature verification failed: signature cannot be nil or empty',
      ),
    ],
  },
  {
    name: '11 blob verify: no policy',
    mark: 'E',
    since: 'main',
    given: prepared,
    runs: [
      sign,
      refused(
        `notation blob verify ${signature} blob.txt`,
        'trust policy is not present. To create a trust policy, see: https://notaryproject.dev/docs/quickstart/#create-a-trust-policy',
      ),
    ],
  },
  {
    name: '11 blob verify: an identity that is not trusted',
    mark: 'E',
    since: 'main',
    given,
    runs: [
      sign,
      refused(
        `notation blob verify --policy-name nobody ${signature} blob.txt`,
        'signature verification failed: signing certificate from the digital signature does not match the X.509 trusted identities [map["C":"US" "O":"Nobody" "ST":"WA"]] defined in the trust policy "nobody"',
      ),
    ],
  },
  {
    name: '11 blob verify: a signer who is in no store, a store that does not exist',
    mark: 'E',
    since: 'main',
    given,
    runs: [
      sign,
      refused(
        `notation blob verify --policy-name other ${signature} blob.txt`,
        "signature verification failed: the signature's certificate chain does not contain any trusted certificate",
      ),
      refused(
        `notation blob verify --policy-name missing ${signature} blob.txt`,
        'the trust store "missing" of type "ca" does not exist. Use command \'notation cert add\' to create and add trusted certificates to the trust store',
      ),
    ],
  },
  {
    name: '11 blob verify: an expired signature, enforced and logged',
    mark: 'E',
    since: 'main',
    given,
    runs: [
      { command: 'notation blob sign --expiry 1s blob.txt' },
      {
        command: `notation blob verify ${signature} blob.txt`,
        waitMs: 1100,
        exit: 1,
        stdout: '',
        stderr: { has: ['Error: signature verification failed: digital signature has expired on "'] },
      },
      {
        command: `notation blob verify --policy-name permissive ${signature} blob.txt`,
        stdout: `\n${verified}`,
        stderr: { has: ['Warning: expiry was set to "log" and failed with error: digital signature has expired on "'] },
      },
    ],
  },
  {
    name: '11 blob verify: an identity that is only logged',
    mark: 'E',
    since: 'main',
    given,
    runs: [
      sign,
      {
        command: `notation blob verify --policy-name audit ${signature} blob.txt`,
        stdout: `\n${verified}`,
        stderr: {
          has: [
            'Warning: authenticity was set to "log" and failed with error: signing certificate from the digital signature does not match the X.509 trusted identities',
          ],
        },
      },
    ],
  },
  {
    name: '11 blob verify: level skip does not look at the signature',
    mark: 'unasserted',
    since: 'main',
    given: [
      ...prepared,
      {
        kind: 'blob',
        policy: { version: '1.0', trustPolicies: [{ name: 'skipped', signatureVerification: { level: 'skip' } }] },
      },
      { file: 'a.jws.sig', text: 'no signature' },
    ],
    runs: [
      {
        command: 'notation blob verify --policy-name skipped -s a.jws.sig blob.txt',
        stdout: 'Trust policy is configured to skip signature verification for blob.txt\n',
        stderr: '',
      },
    ],
  },
];
