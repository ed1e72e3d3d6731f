// What must come of the Notary Project's test data. Where we follow the text of the specification although the reference is laxer, the
// source says so.

import type { EnvelopeInput, VectorCase, VectorInput } from './case.ts';

const at = '2026-11-20T12:00:00Z';
const ca = 'truststore/x509/ca/valid-trust-store';
const notationRoot = `${ca}/NotationTestRoot.pem`;
const wabbit = `${ca}/wabbit-networks.io.crt`;
const testTimestamp = `${ca}/TestTimestamp.crt`;
const alpine = 'certs/examples/example_localVerify_test_exampleX509Certificate.pem';
const tsaRoot = 'truststore/x509/tsa/test-timestamp/globalsignRoot.cer';
const ociManifest = 'application/vnd.oci.image.manifest.v1+json';

const vector = (expect: string, input: VectorInput, source = 'index of the set'): VectorCase => ({
  name: `${input.kind} ${labelOf(input)}`,
  source,
  expect,
  ...input,
});

function labelOf(input: VectorInput): string {
  if ('file' in input)
    return `${input.file}${'tsa' in input ? ' with a tsa store' : ''}${'use' in input ? ` using ${input.use || 'the default key'}` : ''}${'level' in input && input.level ? ` at level ${input.level}` : ''}${'at' in input && input.at !== at ? ` on ${input.at}` : ''}${'verifyTimestamp' in input ? ` looked at ${input.verifyTimestamp}` : ''}${'store' in input && input.store !== undefined ? ` from store type ${input.store}` : ''}${'userMetadata' in input ? ` wanting ${JSON.stringify(input.userMetadata)}` : ''}`;
  if ('certificates' in input)
    return `${input.certificates.map((file) => file.split('/').pop()).join(' → ')}${input.purpose ? ` for ${input.purpose}` : ''}${input.at ? ` at ${input.at}` : ''}`;
  if ('certificate' in input) return `${input.certificate} against ${input.identities.join(' | ')}`;
  return `${input.directory}${'plant' in input ? ` with a ${input.plant}` : ''}`;
}

const jws = (
  expect: string,
  file: string,
  rest: Omit<EnvelopeInput, 'kind' | 'file' | 'at'> & { readonly at?: string },
): VectorCase => vector(expect, { kind: 'envelope', file: `envelopes/jws/${file}`, at, ...rest });
const cose = (
  expect: string,
  file: string,
  rest: Omit<EnvelopeInput, 'kind' | 'file' | 'at'> & { readonly at?: string },
): VectorCase => vector(expect, { kind: 'envelope', file: `envelopes/cose/${file}`, at, ...rest });

const layoutManifest = {
  file: 'oci-layout/blobs/sha256/19dbd2e48e921426ee8ace4dc892edfb2ecdc1d1a72d5416c83670c30acecef0',
  mediaType: ociManifest,
} as const;

const paddedPayload =
  'SIG-JWS-04: the index says that the signature does not verify; the payload is padded, which is refused before that';

const envelopes: readonly VectorCase[] = [
  jws('trusted', 'ca_valid_sig_env.json', { anchors: [notationRoot] }),
  jws('untrusted expiry expired', 'ca_expired_sig_env.json', { anchors: [notationRoot] }),
  {
    ...jws('untrusted integrity malformed SIG-JWS-04', 'ca_invalid_sig_env.json', { anchors: [notationRoot] }),
    source: paddedPayload,
  },
  jws('untrusted plugin plugin-required', 'ca_plugin_sig_env.json', { anchors: [notationRoot] }),
  ...['0.0.9', '1.0.0-alpha.beta', '1.0.0-alpha', '1.0.0'].map((version) =>
    jws('untrusted plugin plugin-required', `ca_compatible_pluginver_sig_env_${version}.json`, { anchors: [wabbit] }),
  ),
  ...['1.0.1', '1.0.9', '1.1.0-alpha', '1.2.3'].map((version) =>
    jws('untrusted plugin plugin-required', `ca_incompatible_pluginver_sig_env_${version}.json`, { anchors: [wabbit] }),
  ),
  jws('trusted', 'sa_valid_sig_env.json', { anchors: [notationRoot], store: 'signingAuthority' }),
  jws('untrusted authenticity signer-unknown', 'sa_valid_sig_env.json', { anchors: [notationRoot], store: 'ca' }),
  jws('untrusted expiry expired', 'sa_expired_sig_env.json', { anchors: [notationRoot], store: 'signingAuthority' }),
  {
    ...jws('untrusted integrity malformed SIG-JWS-04', 'sa_invalid_sig_env.json', {
      anchors: [notationRoot],
      store: 'signingAuthority',
    }),
    source: paddedPayload,
  },
  jws('untrusted plugin plugin-required', 'sa_plugin_sig_env.json', {
    anchors: [notationRoot],
    store: 'signingAuthority',
  }),
  jws('trusted', 'jws_signature.sig', { anchors: [alpine], subject: layoutManifest }),
  jws('trusted', 'withoutTimestamp.sig', { anchors: [testTimestamp] }),
  jws('untrusted authenticTimestamp timestamp-required', 'withoutTimestamp.sig', {
    anchors: [testTimestamp],
    tsa: [tsaRoot],
  }),
  jws('untrusted authenticity signer-unknown', 'sig_env_with_metadata.json', { anchors: [wabbit] }),
  jws('trusted', 'jwsWithTimestamp.sig', { anchors: [testTimestamp] }),
  jws('untrusted authenticTimestamp timestamp-unknown', 'jwsWithTimestamp.sig', {
    anchors: [testTimestamp],
    tsa: [tsaRoot],
  }),
  jws('untrusted authenticTimestamp not-yet-valid', 'timestampBeforeNotBefore.sig', {
    anchors: [`${ca}/TestTimestampNotYetValid.crt`],
  }),
  cose('trusted', 'cose_signature.sig', { anchors: [alpine], subject: layoutManifest }),
  cose('trusted', 'example_localVerify.cose', { anchors: [alpine] }),
  cose('trusted', 'coseWithTimestamp.sig', { anchors: [testTimestamp] }),
  // Without a tsa store a token is not looked at, so what waits for time-stamps can be judged for the rest.
  jws('untrusted authenticTimestamp certificate-expired', 'jwsExpiredWithTimestamp.sig', { anchors: 'own' }),
  jws('trusted', 'jwsExpiredWithTimestamp.sig', { anchors: 'own', at: '2024-06-18T07:25:00Z' }),
  jws('untrusted authenticTimestamp timestamp-unknown', 'jwsExpiredWithTimestamp.sig', {
    anchors: 'own',
    tsa: [tsaRoot],
    verifyTimestamp: 'afterCertExpiry',
  }),
  cose('untrusted authenticTimestamp certificate-expired', 'coseExpiredWithTimestamp.sig', { anchors: 'own' }),
  cose('trusted', 'coseExpiredWithTimestamp.sig', { anchors: 'own', at: '2024-06-18T07:25:00Z' }),
  cose('untrusted authenticTimestamp certificate-expired', 'timestampAfterNotAfter.sig', { anchors: 'own' }),
  jws('untrusted authenticTimestamp certificate-expired', 'sig_env_with_metadata.json', { anchors: 'own' }),
  jws('trusted', 'sig_env_with_metadata.json', {
    anchors: 'own',
    at: '2023-01-11T12:00:00Z',
    userMetadata: { 'io.wabbit-networks.buildId': '123' },
  }),
  jws('untrusted userMetadata metadata-mismatch', 'sig_env_with_metadata.json', {
    anchors: 'own',
    at: '2023-01-11T12:00:00Z',
    userMetadata: { 'io.wabbit-networks.buildId': '124' },
  }),
  vector('same bytes', { kind: 'writer', file: 'envelopes/jws/conformance.json', format: 'jws' }),
  vector('same bytes', { kind: 'writer', file: 'envelopes/cose/conformance.json', format: 'cose' }),
];

const video = 'certs/examples/example_verifyBlob_test_exampleX509Certificate.pem';
const metadataAnchor = 'certs/examples/verifier_test_trustedCert.pem';
const blobs: readonly VectorCase[] = [
  vector('trusted', {
    kind: 'blob',
    file: 'blob/example_verifyBlob.jws.sig',
    blob: { text: 'example blob' },
    mediaType: 'video/mp4',
    anchors: [video],
    at,
  }),
  vector('untrusted payload wrong-subject', {
    kind: 'blob',
    file: 'blob/example_verifyBlob.jws.sig',
    blob: { text: 'example blab' },
    anchors: [video],
    at,
    level: 'audit',
  }),
  vector('trusted', {
    kind: 'blob',
    file: 'blob/verifier_test_testSig.jws.sig',
    blob: { text: 'example blob' },
    anchors: [metadataAnchor],
    at,
    userMetadata: { buildId: '101' },
  }),
  vector('untrusted userMetadata metadata-mismatch', {
    kind: 'blob',
    file: 'blob/verifier_test_testSig.jws.sig',
    blob: { text: 'example blob' },
    anchors: [metadataAnchor],
    at,
    userMetadata: { buildId: '102' },
  }),
  vector('untrusted integrity malformed SIG-JWS-02', {
    kind: 'blob',
    file: 'blob/malformed.jws.sig',
    blob: { text: '' },
    anchors: [video],
    at,
  }),
  vector('untrusted authenticity signer-unknown', {
    kind: 'blob',
    file: 'blob/blob.jws.sig',
    blob: 'LICENSE',
    anchors: [video],
    at,
  }),
  vector('untrusted authenticity signer-unknown', {
    kind: 'blob',
    file: 'blob/blob.cose.sig',
    blob: 'LICENSE',
    anchors: [video],
    at,
  }),
  vector('not-verified authenticity-not-enforced', {
    kind: 'blob',
    file: 'blob/blob.cose.sig',
    blob: 'LICENSE',
    anchors: [video],
    at,
    level: 'audit',
  }),
];

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

export const foreignCases: readonly VectorCase[] = [
  ...envelopes,
  ...blobs,
  ...chains,
  ...files,
  ...identities,
  ...stores,
  ...policies,
  ...configuration,
];

/** Areas that come later: prefix or path of an index entry → the area. */
const waiting: ReadonlyMap<string, string> = new Map([
  ['timestamp/', 'time-stamps'],
  ['crl/', 'revocation'],
  ['plugin/', 'plugins'],
  ['envelopes/jws/jwsExpiredWithTimestamp.sig', 'time-stamps'],
  ['envelopes/cose/coseExpiredWithTimestamp.sig', 'time-stamps'],
  ['envelopes/cose/timestampAfterNotAfter.sig', 'time-stamps'],
]);

export function waitingFor(entry: string): string | undefined {
  return [...waiting].find(([prefix]) => (prefix.endsWith('/') ? entry.startsWith(prefix) : entry === prefix))?.[1];
}
