import type { CertificateSummary, Failure, FailureFacts } from '@nv2/notary';
import { parseTrustPolicy } from '@nv2/trust';
import { describe, expect, it } from 'vitest';
import { wordFailure } from './reasons.ts';
import { dumpStatement } from './statement-dump.ts';

const at = new Date('2025-06-01T00:00:00Z');
const certificate: CertificateSummary = {
  subject: 'CN="e2e"',
  issuer: 'CN=root',
  fingerprint: 'ab',
  notBefore: new Date('2025-01-02T03:04:05Z'),
  notAfter: new Date('2025-03-02T03:04:05Z'),
};

function statementOf(kind: 'oci' | 'blob'): ReturnType<typeof parseTrustPolicy>['statements'][0] {
  const document = {
    version: '1.0',
    trustPolicies: [
      {
        name: 'e2e',
        ...(kind === 'oci' ? { registryScopes: ['a.b/c', 'a.b/d'] } : { globalPolicy: true }),
        signatureVerification: {
          level: 'strict',
          override: { expiry: 'log' },
          verifyTimestamp: 'afterCertExpiry',
        },
        trustStores: ['ca:one', 'tsa:two'],
        trustedIdentities: ['x509.subject: C=US, ST=WA, O=a', 'x509.subject: C=US, ST=WA, O=b'],
      },
    ],
  };
  return parseTrustPolicy(new TextEncoder().encode(JSON.stringify(document)), { kind }).statements[0];
}

function word(facts: FailureFacts, kind: 'oci' | 'blob' = 'oci', check: Failure['check'] = 'integrity'): string {
  const failure: Failure = { check, status: 'failed', action: 'enforce', reason: 'in our words', facts };
  return wordFailure(failure, { statement: statementOf(kind), at });
}

describe('failures in the words of the reference', () => {
  it.each<[FailureFacts, string]>([
    [{ code: 'altered', rule: 'ALG-01' }, 'signature is invalid. Error: in our words'],
    [{ code: 'malformed' }, 'unable to parse the digital signature, error : in our words'],
    [{ code: 'unreadable' }, 'unable to retrieve the digital signature from the registry: in our words'],
    [
      { code: 'signer-unknown', stores: [], leaf: certificate, root: certificate },
      'no trusted certificates are found to verify authenticity',
    ],
    [
      { code: 'signer-unknown', stores: ['ca:one'], leaf: certificate, root: certificate },
      "the signature's certificate chain does not contain any trusted certificate",
    ],
    [
      { code: 'identity-mismatch', wanted: [], found: '' },
      'signing certificate from the digital signature does not match the X.509 trusted identities [map["C":"US" "O":"a" "ST":"WA"] map["C":"US" "O":"b" "ST":"WA"]] defined in the trust policy "e2e"',
    ],
    [
      { code: 'expired', expiry: new Date('2025-05-01T10:00:00Z'), at },
      'digital signature has expired on "Thu, 01 May 2025 10:00:00 +0000"',
    ],
    [
      { code: 'certificate-expired', certificate, at, hasTimestamp: false },
      'verification time is after certificate "CN=\\"e2e\\"" validity period, it was expired at "Sun, 02 Mar 2025 03:04:05 +0000"',
    ],
    [
      { code: 'not-yet-valid', certificate, at, hasTimestamp: false },
      'verification time is before certificate "CN=\\"e2e\\"" validity period, it will be valid from "Thu, 02 Jan 2025 03:04:05 +0000"',
    ],
    [
      { code: 'certificate-expired', certificate, at: new Date('2025-05-01T10:00:00Z'), hasTimestamp: false },
      'certificate "CN=\\"e2e\\"" was not valid when the digital signature was produced at "Thu, 01 May 2025 10:00:00 +0000"',
    ],
    [{ code: 'timestamp-required' }, 'no timestamp countersignature was found in the signature envelope'],
    [
      { code: 'timestamp-invalid', rule: 'TSA-13' },
      'failed to verify the timestamp countersignature with error: in our words',
    ],
    [{ code: 'revoked', certificate }, 'signing certificate with subject "CN=\\"e2e\\"" is revoked'],
    [{ code: 'metadata-mismatch', missing: ['a=b'] }, 'unable to find specified metadata in the signature'],
    [{ code: 'critical-attribute', attributes: ['a'] }, 'in our words'],
  ])('%j', (facts, text) => {
    expect(word(facts)).toBe(text);
  });

  it('tell a blob from an artifact', () => {
    const content = { digest: 'sha256:', size: 1 };
    const facts = { code: 'wrong-subject', expected: content, found: content } as const;
    expect(word(facts, 'blob')).toBe('integrity check failed. signature does not match the given blob');
    expect(word(facts, 'oci')).toBe('content descriptor mismatch');
  });

  it('tell an envelope that cannot be parsed from a payload', () => {
    expect(word({ code: 'malformed' }, 'oci', 'payload')).toBe('in our words');
  });
});

describe('a statement in the log', () => {
  it('is a list of fields, with every action an override leads to', () => {
    expect(dumpStatement(statementOf('oci'))).toBe(
      '&{Name:e2e SignatureVerification:{VerificationLevel:custom Override:map[authenticTimestamp:enforce authenticity:enforce expiry:log integrity:enforce revocation:enforce] VerifyTimestamp:afterCertExpiry} TrustStores:[ca:one tsa:two] TrustedIdentities:[x509.subject: C=US, ST=WA, O=a x509.subject: C=US, ST=WA, O=b] RegistryScopes:[a.b/c a.b/d]}',
    );
    expect(dumpStatement(statementOf('blob'))).toMatch(/ GlobalPolicy:true\}$/);
  });
});
