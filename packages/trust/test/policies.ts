// Documents for tests: a good statement of each kind, and a change to it.

import { encodeUtf8 } from '@nv2/base';
import { lintTrustPolicy, type ParsePolicyOptions, type PolicyProblem } from '../src/index.ts';

export const identity = 'x509.subject: C=US, ST=WA, O=Example, CN=signer';

export const ociStatement = {
  name: 'images',
  registryScopes: ['registry.example.com/app'],
  signatureVerification: { level: 'strict' },
  trustStores: ['ca:example'],
  trustedIdentities: [identity],
};

export const blobStatement = {
  name: 'files',
  signatureVerification: { level: 'strict' },
  trustStores: ['ca:example'],
  trustedIdentities: [identity],
};

export function policyBytes(...statements: readonly unknown[]): Uint8Array {
  return encodeUtf8(JSON.stringify({ version: '1.0', trustPolicies: statements }));
}

export function lintOci(statement: unknown, options: Omit<ParsePolicyOptions, 'kind'> = {}): readonly PolicyProblem[] {
  return lintTrustPolicy(policyBytes(statement), { ...options, kind: 'oci' });
}

/** `TP-08 $.trustPolicies[0].trustStores trust-missing` for each problem. */
export function summaries(problems: readonly PolicyProblem[]): readonly string[] {
  return problems.map(({ rule, path, code }) => `${rule} ${path} ${code}`);
}
