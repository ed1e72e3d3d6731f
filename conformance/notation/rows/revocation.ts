// Section 3: revocation, as the log tells it.

import type { Row, Run, Step } from '../row.ts';

const at = '{registry}/{repo}@{digest}';
const verified = `Successfully verified signature for ${at}\n`;
const allFailed = `Error: signature verification failed for all the signatures associated with ${at}\n`;
const subject = 'CN=e2e,O=Notary,L=Seattle,ST=WA,C=US';
const sign: Run = { command: `notation sign ${at}` };
const verify = `notation verify -d ${at}`;

type Revocable = Omit<Extract<Step, { readonly revocable: string }>, 'revocable' | 'isDefault'>;

function given(sources: Revocable, level = 'strict'): readonly Step[] {
  return [
    { image: 'registry v1' },
    { revocable: 'e2e', isDefault: true, ...sources },
    { trust: 'ca:e2e', of: 'e2e' },
    {
      policy: {
        version: '1.0',
        trustPolicies: [
          {
            name: 'e2e',
            registryScopes: ['{registry}/{repo}'],
            signatureVerification: { level },
            trustStores: ['ca:e2e'],
            trustedIdentities: ['*'],
          },
        ],
      },
    },
  ];
}

const byCrl = { leaf: { crl: 'good' }, intermediate: { ocsp: 'silent', crl: 'good' } } as const;
const fallback = 'OCSP check failed with unknown error and fallback to CRL check for certificate #2';

export const revocationRows: readonly Row[] = [
  {
    name: '3 revocation: CRLs are fetched, stored in the cache and found there the next time',
    mark: 'E',
    given: given(byCrl),
    runs: [
      sign,
      {
        command: verify,
        stdout: verified,
        stderr: {
          has: [
            'CRL file cache miss',
            'Retrieving crl bundle from file cache with key',
            'Storing crl bundle to file cache with key',
            '"GET" "{leaf.crl}"',
            '"GET" "{intermediate.crl}"',
            fallback,
          ],
          lacks: ['is revoked'],
        },
      },
      {
        command: verify,
        stdout: verified,
        stderr: {
          has: ['Retrieving crl bundle from file cache with key', fallback],
          lacks: [
            'CRL file cache miss',
            'Storing crl bundle to file cache with key',
            'is revoked',
            '"GET" "{leaf.crl}"',
          ],
        },
      },
    ],
  },
  {
    name: '3 revocation: a CRL revokes the signing certificate',
    mark: 'E',
    given: given({ ...byCrl, leaf: { crl: 'revoked' } }),
    runs: [
      sign,
      {
        command: verify,
        exit: 1,
        stdout: '',
        stderr: {
          has: [
            'CRL file cache miss',
            'Storing crl bundle to file cache with key',
            fallback,
            `signing certificate with subject "${subject}" is revoked`,
            allFailed,
          ],
        },
      },
      {
        command: verify,
        exit: 1,
        stderr: {
          has: ['Retrieving crl bundle from file cache with key', 'is revoked'],
          lacks: ['CRL file cache miss'],
        },
      },
    ],
  },
  {
    name: '3 revocation: a CRL revokes the authority above',
    mark: 'E',
    given: given({ ...byCrl, intermediate: { ocsp: 'silent', crl: 'revoked' } }),
    runs: [sign, { command: verify, exit: 1, stderr: { has: [fallback, 'is revoked', allFailed] } }],
  },
  {
    name: '3 revocation: a CRL in the cache that has expired is fetched again',
    mark: 'E',
    given: [...given(byCrl), { cachedCrlUntil: '2023-12-25T00:00:00Z' }],
    runs: [
      sign,
      {
        command: verify,
        stdout: verified,
        stderr: {
          has: [
            'CRL bundle retrieved from file cache has expired at 2023-12-25',
            '"GET" "{leaf.crl}"',
            'Storing crl bundle to file cache with key',
          ],
          lacks: ['is revoked'],
        },
      },
    ],
  },
  {
    name: '3 revocation: a cache that somebody else wrote is used',
    mark: 'E',
    given: [...given({ leaf: { crl: 'silent' } }), { cachedCrlUntil: '2098-12-25T00:00:00Z' }],
    runs: [
      sign,
      { command: verify, stdout: verified, stderr: { lacks: ['CRL file cache miss', '"GET" "{leaf.crl}"'] } },
    ],
  },
  {
    name: '3 revocation: a cache that cannot be made is warned about, and done without',
    mark: 'E',
    given: [...given(byCrl), { directory: '{cache}', mode: 0o500 }],
    runs: [
      sign,
      {
        command: verify,
        asNobody: true,
        stdout: verified,
        stderr: { has: ['Warning: failed to create crl file cache', '"GET" "{leaf.crl}"'], lacks: ['is revoked'] },
      },
    ],
  },
  {
    name: '3 revocation: a cache that cannot be read or written is passed over; the log says why',
    mark: 'E',
    given: [...given(byCrl), { cachedCrlUntil: '2098-12-25T00:00:00Z' }, { directory: '{cache}/crl', mode: 0 }],
    runs: [
      sign,
      {
        command: verify,
        asNobody: true,
        stdout: verified,
        stderr: {
          has: [
            'failed to get crl bundle from file cache with key',
            'failed to store crl bundle in file cache',
            ': permission denied',
            "Warning: CRL cache error discarded. Enable debug log through '-d' for error details.\n",
            '"GET" "{leaf.crl}"',
          ],
        },
      },
    ],
  },
  {
    name: '3 revocation: an OCSP responder says good',
    mark: 'E',
    given: given({ leaf: { ocsp: 'good' } }),
    runs: [
      sign,
      {
        command: verify,
        stdout: verified,
        stderr: {
          has: [
            '"Content-Type": "application/ocsp-response"',
            'No verification impacting errors encountered while checking revocation, status is OK',
          ],
        },
      },
    ],
  },
  {
    name: '3 revocation: an OCSP responder says revoked',
    mark: 'E',
    given: given({ leaf: { ocsp: 'revoked' } }),
    runs: [
      sign,
      {
        command: verify,
        exit: 1,
        stderr: {
          has: [
            `Certificate #1 in chain with subject "${subject}" encountered an error for revocation method OCSP at URL "{leaf.ocsp}": certificate is revoked via OCSP`,
            allFailed,
          ],
        },
      },
    ],
  },
  {
    name: '3 revocation: an OCSP responder does not know the certificate',
    mark: 'E',
    given: given({ leaf: { ocsp: 'unknown' } }),
    runs: [
      sign,
      {
        command: verify,
        exit: 1,
        stderr: {
          has: [`error: signing certificate with subject "${subject}" revocation status is unknown`, allFailed],
        },
      },
    ],
  },
  {
    name: '3 revocation: what is revoked under permissive is warned about',
    mark: 'E',
    since: 'main',
    given: given({ leaf: { ocsp: 'revoked' } }, 'permissive'),
    runs: [
      sign,
      {
        command: `notation verify ${at}`,
        stdout: `\n${verified}`,
        stderr: `Warning: revocation was set to "log" and failed with error: signing certificate with subject "${subject}" is revoked\n`,
      },
    ],
  },
];
