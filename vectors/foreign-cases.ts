// What must come of the Notary Project's test data. Where we follow the text of the specification although the reference is laxer, the
// source says so.

import type { VectorCase } from './case.ts';
import { vector } from './foreign-case.ts';
import { blobs, envelopes } from './foreign-signatures.ts';
import { timestamps } from './foreign-timestamps.ts';

const requirement = (name: string): string => `certs/requirements/${name}.pem`;
const good = ['codeSigningLeaf', 'intermediateCert2', 'intermediateCert1', 'rootCert'].map(requirement);
const chain = (
  expect: string,
  certificates: readonly string[],
  rest: { purpose?: 'timestamping'; at?: string } = {},
): VectorCase => vector(expect, { kind: 'chain', certificates, ...rest });
const asLeaf = (expect: string, name: string, purpose?: 'timestamping'): VectorCase =>
  chain(expect, [requirement(name), ...good.slice(1)], purpose === undefined ? {} : { purpose });
const asCa = (expect: string, name: string): VectorCase =>
  chain(expect, [requirement('codeSigningLeaf'), requirement(name)]);

const chains: readonly VectorCase[] = [
  chain('passed', good),
  chain('passed', good, { at: '2022-07-01T00:00:00Z' }),
  chain('failed CERT-10', good, { at: '2021-07-07T00:00:00Z' }),
  chain('failed CERT-04', [requirement('codeSigningLeaf')]),
  chain('failed CERT-03', good.slice(0, 3)),
  chain('failed CERT-13', [good[0] ?? '', good[2] ?? '', good[1] ?? '', good[3] ?? '']),
  chain(
    'failed CERT-13',
    [
      'codeSigningLeafInvalidPathLen',
      'intermediateCertInvalidPathLen',
      'intermediateCert2',
      'intermediateCert1',
      'rootCert',
    ].map(requirement),
  ),
  chain('passed', [requirement('validNoOptionsLeaf')]),
  chain('failed CERT-05', [requirement('validNoOptionsLeaf'), ...good.slice(1)]),
  asLeaf('failed CERT-16', 'caTrueLeaf'),
  asLeaf('failed CERT-22', 'ecdsaKeyTooSmallLeaf'),
  asLeaf('failed CERT-22', 'rsaKeyTooSmallLeaf'),
  asLeaf('failed CERT-19', 'ekuMissingCodeSigningLeaf'),
  asLeaf('failed CERT-21', 'ekuMissingCodeSigningLeaf', 'timestamping'),
  asLeaf('failed CERT-21', 'ekuNonCriticalTimeLeaf', 'timestamping'),
  asLeaf('failed CERT-19', 'ekuWrongValuesCodeLeaf'),
  asLeaf('failed CERT-18', 'kuNoDigitalSignatureLeaf'),
  asLeaf('failed CERT-18', 'kuWrongValuesLeaf'),
  asLeaf('failed CERT-21', 'unrelatedCert', 'timestamping'),
  asCa('failed CERT-12', 'basicConstraintsNotCa'),
  asCa('failed CERT-12', 'noBasicConstraintsCa'),
  asCa('failed CERT-14', 'kuMissingCa'),
  asCa('failed CERT-14', 'kuNotCertSignCa'),
  asCa('failed CERT-14', 'kuNotCriticalCertSignCa'),
  chain('passed', ['certs/formats/openssl-minimum-self-signed.pem']),
  chain(
    'passed',
    ['leaf', 'intermediate', 'root'].map((name) => `certs/formats/timestamp_${name}.crt`),
    { purpose: 'timestamping' },
  ),
  chain(
    'failed CERT-03',
    ['leaf', 'intermediate'].map((name) => `certs/formats/timestamp_${name}.crt`),
    { purpose: 'timestamping' },
  ),
];

const files: readonly VectorCase[] = [
  ...['formats/der.der', 'formats/pem.crt'].map((file) =>
    vector('certificates 1', { kind: 'certificate-file', file: `certs/${file}` }),
  ),
  ...['formats/multi-der.der', 'formats/multi-pem.crt'].map((file) =>
    vector('certificates 2', { kind: 'certificate-file', file: `certs/${file}` }),
  ),
  vector('error PKI_CERTIFICATE_INVALID', { kind: 'certificate-file', file: 'certs/formats/invalid' }),
  ...['e2e/e2e.crt', 'e2e/expired_e2e.crt', 'e2e/new_e2e.crt'].map((file) =>
    vector('certificates 1', { kind: 'certificate-file', file: `certs/${file}` }),
  ),
  vector('loads', { kind: 'store-member', store: 'tsa', file: 'certs/tsa-roots/DigiCertTSARootSHA384.cer' }),
  vector('refused TS-08', { kind: 'store-member', store: 'tsa', file: 'certs/tsa-roots/e2e_CertChain.pem' }),
  vector('error PKI_CERTIFICATE_INVALID', {
    kind: 'store-member',
    store: 'tsa',
    file: 'certs/tsa-roots/e2e_Empty.txt',
  }),
  vector('refused TS-08', { kind: 'store-member', store: 'tsa', file: 'certs/tsa-roots/e2e_intermediate.pem' }),
  vector('error PKI_CERTIFICATE_INVALID', {
    kind: 'store-member',
    store: 'tsa',
    file: 'certs/tsa-roots/e2e_invalid.crt',
  }),
  vector('refused TS-08', { kind: 'store-member', store: 'tsa', file: 'certs/tsa-roots/e2e_notSelfIssued.crt' }),
  vector('loads', { kind: 'store-member', store: 'tsa', file: 'timestamp/GlobalSignRootCA.crt' }),
  ...[
    'With2DeltaCRL',
    'WithDeltaCRL',
    'WithIncompleteFreshestCRL',
    'WithIncompleteFreshestCRL2',
    'WithNonURIDeltaCRL',
    'WithZeroDeltaCRLURL',
  ].map((name) => vector('certificates 1', { kind: 'certificate-file', file: `crl/certificate${name}.cer` })),
];

const identity = (expect: string, certificate: string, ...identities: readonly string[]): VectorCase =>
  vector(expect, { kind: 'identity', certificate, identities });
const e2e = 'certs/e2e/e2e.crt';
const identities: readonly VectorCase[] = [
  identity('passed', e2e, 'x509.subject: C=US, ST=WA, L=Seattle, O=Notary, CN=e2e'),
  identity('failed ID-08', e2e, 'x509.subject: C=USB, ST=WA, L=Seattle, O=Notary'),
  identity('passed', 'certs/e2e/expired_e2e.crt', 'x509.subject: C=AU, ST=Some-State, O=Internet Widgits Pty Ltd'),
  identity('passed', 'certs/e2e/new_e2e.crt', 'x509.subject: C=AU, ST=Some-State, O=Internet Widgits Pty Ltd'),
  identity('passed', 'certs/revocation-signer/signing-cert.pem', 'x509.subject: C=US,ST=WA,O=SomeOrg'),
  identity('failed ID-06', 'certs/revocation-signer/bad-cert.pem', 'x509.subject: C=US,ST=WA,O=SomeOrg'),
];

const store = (
  expect: string,
  name: string,
  type: 'ca' | 'signingAuthority' | 'tsa' = 'ca',
  plant?: 'symlink' | 'subdirectory',
): VectorCase =>
  vector(expect, {
    kind: 'trust-store',
    directory: `truststore/x509/${name}`,
    store: type,
    ...(plant ? { plant } : {}),
  });
const stores: readonly VectorCase[] = [
  store('loads 6', 'ca/valid-trust-store'),
  store('loads 2', 'ca/valid-trust-store-2'),
  store('loads 1', 'ca/valid-trust-store-self-signed'),
  store('error TRUST_STORE_INVALID', 'ca/trust-store-with-invalid-certs'),
  store('error TRUST_STORE_INVALID', 'ca/trust-store-with-leaf-certs'),
  store('error TRUST_STORE_INVALID', 'ca/trust-store-with-leaf-certs-in-single-file'),
  store('loads 3', 'signingAuthority/valid-trust-store', 'signingAuthority'),
  store('loads 2', 'signingAuthority/valid-trust-store-2', 'signingAuthority'),
  store('error TRUST_STORE_INVALID', 'trust-store-with-cert-symlinks', 'ca', 'symlink'),
  store('loads 1', 'trust-store-with-directories', 'ca', 'subdirectory'),
  store('loads 1', 'tsa/test-mismatch', 'tsa'),
  store('loads 1', 'tsa/test-timestamp', 'tsa'),
  store('error TRUST_STORE_INVALID', 'tsa/test-nonCA', 'tsa'),
  store('error TRUST_STORE_INVALID', 'tsa/test-nonSelfIssued', 'tsa'),
];

const policy = (expect: string, name: string, repository?: string): VectorCase =>
  vector(expect, {
    kind: 'trust-policy',
    file: `trustpolicy/oci/${name}_trustpolicy.json`,
    ...(repository ? { repository } : {}),
  });
const policies: readonly VectorCase[] = [
  ...[
    'audit',
    'generate_test',
    'invalid_trust_store',
    'invalid_trusted_identity',
    'multiple_registry_scope',
    'multiple_trust_store',
    'multiple_trusted_identity',
    'overlapped_trust_store',
    'override_audit',
    'override_permissive',
    'override_strict',
    'permissive',
    'quickstart',
    'registry_scope',
    'timestamp_after_cert_expiry',
    'timestamp',
    'valid_trusted_identity',
  ].map((name) => policy('valid 1', name)),
  vector('valid 1', { kind: 'trust-policy', file: 'trustpolicy/oci/trustpolicy.json' }),
  policy('valid, no statement', 'invalid_registry_scope', 'localhost:5000/test-repo1'),
  policy('valid 2', 'multi_statements_with_wildcard_registry_scope'),
  policy('invalid scopes-missing', 'empty_registry_scope'),
  policy('invalid identity-empty', 'empty_trusted_identity'),
  policy('invalid json-malformed', 'invalid_format'),
  policy('invalid scope-malformed', 'malformed_registry_scope'),
  policy('invalid store-name', 'malformed_trust_store'),
  policy('invalid identity-no-separator', 'malformed_trusted_identity'),
  ...['country', 'organization', 'state'].map((name) =>
    policy('invalid name-attribute-missing', `missing_${name}_trusted_identity`),
  ),
  policy('invalid scope-repeated', 'multi_statements_with_multi_wildcard_registry_scope'),
  policy('invalid name-repeated', 'multi_statements_with_the_same_name'),
  policy('invalid scope-repeated', 'multi_statements_with_the_same_registry_scope'),
  policy('invalid scope-repeated', 'overlapped_registry_scope'),
  policy('invalid identity-overlap', 'overlapped_trusted_identity'),
  policy('invalid override-integrity', 'override_integrity_for_permissive'),
  { ...policy('invalid skip-global', 'skip'), source: 'TP-17: the text forbids it, the reference accepts it' },
  policy('invalid trust-missing', 'unset_trust_store'),
  policy('invalid trust-missing', 'unset_trusted_identity'),
  policy('invalid scope-wildcard-not-alone', 'wildcard_plus_other_registry_scope'),
  policy('invalid identity-wildcard-not-alone', 'wildcard_plus_other_trusted_identity'),
  policy('invalid store-malformed', 'wildcard_trust_store'),
  vector('valid 3', { kind: 'trust-policy', file: 'trustpolicy/blob/blob_trust_policy.json', policy: 'blob' }),
  vector('valid 3', { kind: 'trust-policy', file: 'trustpolicy/blob/trustpolicy.blob.json', policy: 'blob' }),
];

const keys = (expect: string, folder: string, use?: string): VectorCase =>
  vector(expect, {
    kind: 'signing-keys',
    file: `config/${folder}/signingkeys.json`,
    ...(use === undefined ? {} : { use }),
  });
const configuration: readonly VectorCase[] = [
  keys('loads 3', 'cli-invalid_signingkeys'),
  keys('loads 1', 'cli-no_default_key_signingkeys'),
  keys('error CONFIG_KEY_NOT_FOUND', 'cli-no_default_key_signingkeys', ''),
  keys('loads 1', 'cli-valid_signingkeys'),
  keys('error CONFIG_KEY_UNSUPPORTED', 'cli-valid_signingkeys', ''),
  keys('error CONFIG_KEY_LIST_INVALID', 'malformed-duplicate'),
  keys('error CONFIG_KEY_LIST_INVALID', 'malformed-invalid-default'),
  keys('loads 3', 'valid'),
  vector('loads', { kind: 'settings', file: 'config/valid/config.json' }),
  vector('loads', { kind: 'settings', file: 'config/pass_credential_helper_config.json' }),
  vector('sha256:19dbd2e48e921426ee8ace4dc892edfb2ecdc1d1a72d5416c83670c30acecef0', {
    kind: 'layout',
    directory: 'oci-layout',
    tag: 'v2',
  }),
];

/** PLUG-61, PLUG-62: none of these may be installed, nor leave anything behind. */
const packages: readonly VectorCase[] = [
  vector('error PLUGIN_PACKAGE_LIMIT', { kind: 'plugin-package', file: 'plugin/archives/large_file_zip.zip' }),
  vector('error PLUGIN_PACKAGE_LIMIT', { kind: 'plugin-package', file: 'plugin/archives/large_file_tarGz.tar.gz' }),
  vector('error PLUGIN_PACKAGE_LIMIT', { kind: 'plugin-package', file: 'plugin/archives/zip_bomb.zip.base64' }),
  vector('error PLUGIN_PACKAGE_UNSAFE', { kind: 'plugin-package', file: 'plugin/archives/zip_slip.zip' }),
];

export const foreignCases: readonly VectorCase[] = [
  ...envelopes,
  ...blobs,
  ...chains,
  ...files,
  ...identities,
  ...stores,
  ...policies,
  ...configuration,
  ...packages,
  ...timestamps,
];

/** Areas that come later: prefix or path of an index entry → the area. */
const waiting: ReadonlyMap<string, string> = new Map([
  ['crl/', 'revocation'],
  ['plugin/protocol/', 'plugins'],
]);

export function waitingFor(entry: string): string | undefined {
  return [...waiting].find(([prefix]) => (prefix.endsWith('/') ? entry.startsWith(prefix) : entry === prefix))?.[1];
}
