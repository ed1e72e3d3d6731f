import assert from 'node:assert/strict';
import { parseJson } from '@nv2/base';
import { parseSignatureFormat } from '@nv2/notary';
import {
  encodeManifest,
  formatReference,
  isDigest,
  isMediaType,
  parseDescriptor,
  parseDigest,
  detectManifestMediaType,
  parseManifest,
  parseReference,
  toDescriptorJson,
} from '@nv2/oci';
import { lintTrustPolicy, parseIdentity, parseTrustPolicy } from '@nv2/trust';
import { findAuth } from '../../packages/config/src/credentials/auth-file.ts';
import { readShape, schemas } from '../../packages/config/src/schema.ts';
import { parseSettings } from '../../packages/config/src/settings.ts';
import { encodeSigningKeys, parseSigningKeys } from '../../packages/config/src/signing-keys.ts';
import { parseSignatureManifest } from '../../packages/notary/src/signature-manifest.ts';
import { type FuzzTarget, textTarget, unicodeTarget } from '../target.ts';

const manifestTokens = [
  '"mediaType":',
  '"layers":[',
  '"manifests":[',
  '"subject":{',
  '"config":',
  '"schemaVersion":2',
  '"data":"',
  'sha256:',
  'application/vnd.oci.image.manifest.v1+json',
  '1e3',
  '-1',
  'null',
];
const policyTokens = [
  '"registryScopes":["*"]',
  '"level":"skip"',
  '"override":{',
  '"x509.subject: C=US,ST=WA,O=x"',
  '"*"',
  'ca:',
  '"trustStores":',
  'null',
  ',',
];
const nameTokens = ['\\,', '\\', '=', '+', '#', '=#', ',', 'C=US', 'ST=WA', 'O=x', '\\C3\\A9', 'x509.subject:', ' '];
const limits = { maxBytes: 1 << 16 };

export const documentTargets: readonly FuzzTarget[] = [
  { name: 'manifest', shape: 'json', run: checkManifest, tokens: manifestTokens },
  { name: 'descriptor', shape: 'json', run: checkDescriptor, tokens: manifestTokens },
  { name: 'signature-manifest', shape: 'json', run: checkSignatureManifest, tokens: manifestTokens },
  unicodeTarget('reference', checkReference, ['@sha256:', ':', '/', '//', '[::1]', ':5000', '..', '_', '--', 'A']),
  textTarget('digest', (text) => assert.equal(parseDigest(text), text), ['sha256:', 'sha512:', 'sha384:', ':', 'A']),
  unicodeTarget('media-type', (text) => isMediaType(text), ['/', '+json', '.', ';', '*']),
  { name: 'trust-policy-oci', shape: 'json', run: (input) => checkPolicy(input, 'oci'), tokens: policyTokens },
  { name: 'trust-policy-blob', shape: 'json', run: (input) => checkPolicy(input, 'blob'), tokens: policyTokens },
  unicodeTarget('identity', checkIdentity, nameTokens),
  {
    name: 'signing-keys',
    shape: 'json',
    run: checkSigningKeys,
    tokens: ['"default":', '"keys":[', '"name":', '""', 'null', '"pluginConfig":{'],
  },
  {
    name: 'settings',
    shape: 'json',
    run: (input) => parseSettings(input),
    tokens: ['"credHelpers":{', '"signatureFormat":', '"jws"', 'null', '[]'],
  },
  {
    name: 'docker-config',
    shape: 'json',
    run: checkDockerConfig,
    tokens: ['"auths":{', '"auth":"', '"identitytoken":', '"credHelpers":{', 'null', 'https://'],
  },
  unicodeTarget('signature-file-name', (text) => parseSignatureFormat({ name: text }), [
    '.jws',
    '.cose',
    '.sig',
    '/',
    '\\',
    '.',
  ]),
];

const mediaTypes = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.artifact.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
];

/** Written anew, a manifest means the same. */
function checkManifest(input: Uint8Array): void {
  const mediaType = detectManifestMediaType(input);
  assert.ok(mediaTypes.includes(mediaType) || mediaType.includes('docker'), mediaType);
  const manifest = parseManifest(input, mediaType);
  assert.deepEqual(parseManifest(encodeManifest(manifest), mediaType), manifest);
}

function checkDescriptor(input: Uint8Array): void {
  const descriptor = parseDescriptor(parseJson(input, limits));
  assert.ok(isDigest(descriptor.digest) && Number.isSafeInteger(descriptor.size));
  assert.deepEqual(parseDescriptor(toDescriptorJson(descriptor)), descriptor);
}

const subject = { mediaType: mediaTypes[0] ?? '', digest: parseDigest(`sha256:${'0'.repeat(64)}`), size: 7 };

function checkSignatureManifest(input: Uint8Array): void {
  for (const mediaType of mediaTypes) {
    try {
      const { envelope } = parseSignatureManifest(input, mediaType, subject);
      assert.ok(envelope.mediaType === 'application/jose+json' || envelope.mediaType === 'application/cose');
    } catch (error) {
      if (error instanceof TypeError || error instanceof RangeError || error instanceof assert.AssertionError)
        throw error;
    }
  }
  parseSignatureManifest(input, mediaTypes[0] ?? '', subject);
}

function checkReference(text: string): void {
  const reference = parseReference(text);
  assert.deepEqual(parseReference(formatReference(reference)), reference);
}

/** Linting finds an error exactly in what parsing refuses. */
function checkPolicy(input: Uint8Array, kind: 'oci' | 'blob'): void {
  const hasErrors = lintTrustPolicy(input, { kind }).some(({ severity }) => severity === 'error');
  let isAccepted = false;
  try {
    const { statements } = parseTrustPolicy(input, { kind });
    isAccepted = true;
    assert.equal(new Set(statements.map(({ name }) => name)).size, statements.length);
    for (const { level, trustStores } of statements) assert.equal(level.name === 'skip', trustStores.length === 0);
  } finally {
    if (isAccepted) assert.ok(!hasErrors);
  }
}

function checkIdentity(text: string): void {
  const identity = parseIdentity(text);
  if (identity.kind !== 'x509.subject') return;
  for (const type of ['C', 'ST', 'O']) assert.ok(identity.attributes.has(type));
  for (const [type, value] of identity.attributes) assert.ok(type !== '' && value !== '' && value.isWellFormed());
}

function checkSigningKeys(input: Uint8Array): void {
  const list = parseSigningKeys(input);
  assert.equal(new Set(list.keys.map(({ name }) => name)).size, list.keys.length);
  assert.deepEqual(parseSigningKeys(encodeSigningKeys(list)), list);
}

function checkDockerConfig(input: Uint8Array): void {
  const reading = readShape(schemas.dockerConfig, input, limits);
  if (reading.status !== 'read') return;
  for (const registry of ['localhost:5000', 'docker.io', '__proto__']) {
    const credential = findAuth(reading.value, registry, 'config.json');
    if (credential?.kind === 'basic') assert.ok(credential.username !== '');
  }
}
