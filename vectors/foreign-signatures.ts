// What must come of the signatures in the Notary Project's test data.

import type { EnvelopeInput, VectorCase } from './case.ts';
import { at, vector } from './foreign-case.ts';

const ca = 'truststore/x509/ca/valid-trust-store';
const notationRoot = `${ca}/NotationTestRoot.pem`;
const wabbit = `${ca}/wabbit-networks.io.crt`;
const testTimestamp = `${ca}/TestTimestamp.crt`;
const alpine = 'certs/examples/example_localVerify_test_exampleX509Certificate.pem';
const tsaRoot = 'truststore/x509/tsa/test-timestamp/globalsignRoot.cer';
const revocation = 'nobody-revoked';
const ociManifest = 'application/vnd.oci.image.manifest.v1+json';

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

export const envelopes: readonly VectorCase[] = [
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
  jws('trusted', 'jwsWithTimestamp.sig', { anchors: [testTimestamp], tsa: [tsaRoot], revocation }),
  jws('untrusted authenticTimestamp timestamp-invalid', 'jwsWithTimestamp.sig', {
    anchors: [testTimestamp],
    tsa: ['truststore/x509/tsa/test-mismatch/DigiCertTSARootSHA384.cer'],
    revocation,
  }),
  cose('trusted', 'coseWithTimestamp.sig', { anchors: [testTimestamp], tsa: [tsaRoot], revocation }),
  jws('untrusted authenticTimestamp timestamp-invalid', 'timestampBeforeNotBefore.sig', {
    anchors: [`${ca}/TestTimestampNotYetValid.crt`],
    tsa: [tsaRoot],
    revocation,
  }),
  cose('untrusted authenticTimestamp timestamp-invalid', 'timestampAfterNotAfter.sig', {
    anchors: 'own',
    tsa: [tsaRoot],
    revocation,
  }),
  ...(['always', 'afterCertExpiry'] as const).flatMap((verifyTimestamp) => [
    jws('trusted', 'jwsExpiredWithTimestamp.sig', { anchors: 'own', tsa: [tsaRoot], verifyTimestamp, revocation }),
    cose('trusted', 'coseExpiredWithTimestamp.sig', { anchors: 'own', tsa: [tsaRoot], verifyTimestamp, revocation }),
  ]),
  jws('untrusted authenticTimestamp not-yet-valid', 'timestampBeforeNotBefore.sig', {
    anchors: [`${ca}/TestTimestampNotYetValid.crt`],
  }),
  cose('trusted', 'cose_signature.sig', { anchors: [alpine], subject: layoutManifest }),
  cose('trusted', 'example_localVerify.cose', { anchors: [alpine] }),
  cose('trusted', 'coseWithTimestamp.sig', { anchors: [testTimestamp] }),
  // Without a tsa store a token is not looked at.
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
export const blobs: readonly VectorCase[] = [
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
