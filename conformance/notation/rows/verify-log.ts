// Section 3: what `verify` writes to its log, traces and warns about.

import type { Row, Run, Step } from '../row.ts';

const nobody = 'x509.subject: C=US, ST=WA, O=Nobody';
const at = '{registry}/{repo}@{digest}';
const verified = `Successfully verified signature for ${at}\n`;
const allFailed = `Error: signature verification failed for all the signatures associated with ${at}\n`;
const tagWarning =
  'Warning: Always verify the artifact using digest(@sha256:...) rather than a tag(:v1) because resolved digest may not point to the same signed artifact, as tags are mutable.\n';

interface PolicyOptions {
  readonly level?: string;
  readonly override?: Readonly<Record<string, string>>;
  readonly stores?: readonly string[];
  readonly identity?: string;
}

function policy({ level = 'strict', override, stores = ['ca:e2e'], identity = '*' }: PolicyOptions = {}): Step {
  return {
    policy: {
      version: '1.0',
      trustPolicies: [
        {
          name: 'e2e',
          registryScopes: ['{registry}/{repo}'],
          signatureVerification: { level, ...(override === undefined ? {} : { override }) },
          trustStores: stores,
          trustedIdentities: [identity],
        },
      ],
    },
  };
}

function given(options: PolicyOptions = {}): readonly Step[] {
  return [
    { image: 'registry v1' },
    { key: 'e2e', isDefault: true },
    { key: 'other' },
    { trust: 'ca:e2e', of: 'e2e' },
    { trust: 'ca:other', of: 'other' },
    policy(options),
  ];
}

const sign: Run = { command: `notation sign ${at}` };
const debug = `notation verify -d ${at}`;

export const verifyLogRows: readonly Row[] = [
  {
    name: '3 log: every step of a verification that succeeds',
    mark: 'E',
    given: given(),
    runs: [
      sign,
      {
        command: debug,
        stdout: verified,
        stderr: {
          has: [
            `level=debug msg=Check verification level against artifact ${at}\n`,
            "level=info msg=Check over. The signature verification level is not set to 'skip' in the trust policy.\n",
            'level=debug msg=Fetching signature manifests\n',
            `level=debug msg=Verify signature against artifact {digest} referenced as ${at} in signature media type application/jose+json\n`,
            'level=debug msg=Validating cert chain\n',
            'level=debug msg=Validating trust identity\n',
            'level=debug msg=Validating expiry\n',
            'level=debug msg=Validating authentic timestamp\n',
            'level=debug msg=Validating revocation\n',
            'No verification impacting errors encountered while checking revocation, status is OK\n',
            'level=debug msg=Signature verification succeeded for artifact {digest} with signature digest sha256:',
          ],
          lacks: ['level=error', 'Failure reason'],
        },
      },
    ],
  },
  {
    name: '3 log: the statement that was chosen, as a list of fields',
    mark: 'unasserted',
    given: given({ identity: 'x509.subject: C=US, ST=WA, O=Notary' }),
    runs: [
      sign,
      {
        command: debug,
        stderr: {
          has: [
            'level=info msg=Trust policy configuration: &{Name:e2e SignatureVerification:{VerificationLevel:strict Override:map[] VerifyTimestamp:} TrustStores:[ca:e2e] TrustedIdentities:[x509.subject: C=US, ST=WA, O=Notary] RegistryScopes:[{registry}/{repo}]}\n',
          ],
        },
      },
    ],
  },
  {
    name: '3 log: no `tsa` store in the statement',
    mark: 'E',
    given: given(),
    runs: [
      sign,
      {
        command: debug,
        stderr: {
          has: [
            'level=debug msg=Under signing scheme notary.x509...\n',
            'level=info msg=Timestamp verification disabled: no tsa trust store is configured in trust policy\n',
          ],
          lacks: ['Performing timestamp verification'],
        },
      },
    ],
  },
  {
    name: '3 log: a signature without the time-stamp that the statement wants',
    mark: 'E',
    given: [...given({ stores: ['ca:e2e', 'tsa:e2e'] }), { trust: 'tsa:e2e', of: 'e2e' }],
    runs: [
      sign,
      {
        command: debug,
        exit: 1,
        stdout: '',
        stderr: {
          has: [
            'Performing timestamp verification...\n',
            'level=error msg=authenticTimestamp validation failed. Failure reason: no timestamp countersignature was found in the signature envelope\n',
            allFailed,
          ],
        },
      },
    ],
  },
  {
    name: '3 log: an expired signature, enforced: the reason is in the log only',
    mark: 'E',
    given: given(),
    runs: [
      { command: `notation sign --expiry 1s ${at}` },
      { command: `notation verify ${at}`, waitMs: 1100, exit: 1, stdout: '', stderr: allFailed },
      {
        command: debug,
        exit: 1,
        stdout: '',
        stderr: {
          has: [
            'level=error msg=expiry validation failed. Failure reason: digital signature has expired on "',
            'failed verification with error: digital signature has expired on "',
            'Signature verification failed for all the signatures associated with artifact {digest}\n',
            allFailed,
          ],
          lacks: ['Validating authentic timestamp', 'Validating revocation'],
        },
      },
    ],
  },
  {
    name: '3 warning: an expired signature, logged, sets an empty line before the result',
    mark: 'E',
    since: 'main',
    given: given({ level: 'permissive' }),
    runs: [
      { command: `notation sign --expiry 1s ${at}` },
      {
        command: debug,
        waitMs: 1100,
        stdout: `\n${verified}`,
        stderr: {
          has: [
            'level=warning msg=expiry validation failed with validation action set to "logged". Failure reason: digital signature has expired on "',
            'Warning: expiry was set to "log" and failed with error: digital signature has expired on "',
            'Validating revocation',
          ],
        },
      },
    ],
  },
  {
    name: '3 log: an override turns what is logged into what is enforced, and back',
    mark: 'E',
    given: given({ level: 'permissive', override: { expiry: 'enforce' } }),
    runs: [
      { command: `notation sign --expiry 1s ${at}` },
      { command: debug, waitMs: 1100, exit: 1, stderr: { has: ['level=error msg=expiry validation failed.'] } },
    ],
  },
  {
    name: '3 log: an identity that is not trusted',
    mark: 'E',
    given: given({ identity: nobody }),
    runs: [
      sign,
      {
        command: debug,
        exit: 1,
        stdout: '',
        stderr: {
          has: [
            'level=error msg=authenticity validation failed. Failure reason: signing certificate from the digital signature does not match the X.509 trusted identities [map["C":"US" "O":"Nobody" "ST":"WA"]] defined in the trust policy "e2e"\n',
            allFailed,
          ],
          lacks: ['Validating expiry'],
        },
      },
    ],
  },
  {
    name: '3 warning: an identity that is only logged',
    mark: 'E',
    since: 'main',
    given: given({ level: 'audit', identity: nobody }),
    runs: [
      sign,
      {
        command: `notation verify ${at}`,
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
    name: '3 log: a signer who is in no store',
    mark: 'E',
    given: given({ stores: ['ca:other'] }),
    runs: [
      sign,
      {
        command: debug,
        exit: 1,
        stderr: {
          has: [
            "level=error msg=authenticity validation failed. Failure reason: the signature's certificate chain does not contain any trusted certificate\n",
            allFailed,
          ],
          lacks: ['Validating trust identity'],
        },
      },
    ],
  },
  {
    name: '3 log: a store that does not exist is told without the log too',
    mark: 'E',
    given: given({ stores: ['ca:invalid_store'] }),
    runs: [
      sign,
      {
        command: debug,
        exit: 1,
        stderr: {
          has: [
            'authenticity validation failed. Failure reason: the trust store "invalid_store" of type "ca" does not exist\n',
            'Error: the trust store "invalid_store" of type "ca" does not exist. Use command \'notation cert add\' to create and add trusted certificates to the trust store\n',
          ],
        },
      },
    ],
  },
  {
    name: '3 log: what is no signature fails integrity',
    mark: 'E',
    given: [...given(), { signature: 'bad', envelope: 'malformed' }],
    runs: [
      {
        command: debug,
        exit: 1,
        stderr: {
          has: [
            'level=error msg=integrity validation failed. Failure reason: unable to parse the digital signature, error : ',
            'level=warning msg=Signature {bad} failed verification with error: ',
            allFailed,
          ],
          lacks: ['Validating cert chain'],
        },
      },
    ],
  },
  {
    name: '3 log: level skip looks at no signature',
    mark: 'E',
    given: [
      { image: 'registry v1' },
      {
        policy: {
          version: '1.0',
          trustPolicies: [
            { name: 'e2e', registryScopes: ['{registry}/{repo}'], signatureVerification: { level: 'skip' } },
          ],
        },
      },
    ],
    runs: [
      {
        command: debug,
        stdout: `Trust policy is configured to skip signature verification for ${at}\n`,
        stderr: { has: ['level=debug msg=Skipping signature verification\n'], lacks: ['Fetching signature manifests'] },
      },
    ],
  },
  {
    name: '3 log: revocation that an override skips is not validated',
    mark: 'unasserted',
    given: given({ override: { revocation: 'skip' } }),
    runs: [sign, { command: debug, stdout: verified, stderr: { lacks: ['Validating revocation'] } }],
  },
  {
    name: '3 log: metadata that the signer did not state',
    mark: 'unasserted',
    given: given(),
    runs: [
      { command: `notation sign -m k1=v1 ${at}` },
      {
        command: `notation verify -d -m k1=v2 ${at}`,
        exit: 1,
        stderr: { has: ['level=error msg=User required metadata k1=v2 is not present in the signature\n', allFailed] },
      },
    ],
  },
  {
    name: '3 nothing but the result for a digest and no warnings',
    mark: 'E=',
    given: given(),
    runs: [sign, { command: `notation verify ${at}`, stdout: verified, stderr: '' }],
  },
  {
    name: '3 warning: a tag, and an empty line before the result',
    mark: 'E',
    since: 'main',
    given: given(),
    runs: [sign, { command: 'notation verify {registry}/{repo}:v1', stdout: `\n${verified}`, stderr: tagWarning }],
  },
  {
    name: '3 HTTP trace: requests and responses with their headers',
    mark: 'E',
    given: given(),
    runs: [
      sign,
      {
        command: debug,
        stderr: {
          has: [
            'level=debug msg=Request #',
            '\n> Request: "GET" "http://{registry}/v2/{repo}/',
            '\n> Request headers:\n',
            '\n   "User-Agent": "notation/',
            'level=debug msg=Response #',
            '\n< Response status: "200 OK"\n',
            '\n< Response headers:\n',
          ],
          lacks: ['https://{registry}'],
        },
      },
    ],
  },
  {
    name: '3 HTTP trace: credentials are not shown',
    mark: 'unasserted',
    runs: [
      {
        command: 'notation inspect -d -u alice -p s3cret {auth-registry}/{repo}:v1',
        exit: 1,
        stderr: { has: ['"Authorization": "*****"'], lacks: ['s3cret', 'YWxpY2U6'] },
      },
    ],
  },
  {
    name: '1.6 an entry of the log: time in UTC with nanoseconds, level, message without quotes',
    mark: 'unasserted',
    given: given(),
    runs: [sign, { command: debug, stderr: { has: ['Z level=debug msg=Validating expiry\n'], lacks: ['msg="'] } }],
  },
];
