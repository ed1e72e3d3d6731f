// The usual stage of these tests: a store with a signed-or-not image, a publisher with keys, a consumer with a policy.

import { encodeUtf8 } from '@nv2/base';
import { type ContentStore, type DeletableStore, memoryStore } from '@nv2/content';
import { builtinFormats, type EnvelopeFormat } from '@nv2/envelope';
import type { Descriptor } from '@nv2/oci';
import type { Certificate } from '@nv2/pki';
import { mintChain, type MintChainOptions, pushArtifact, type TestChain, testImage } from '@nv2/testing';
import {
  type BlobStatement,
  memoryTrustStore,
  type OciStatement,
  parseTrustPolicy,
  selectBlobStatement,
  selectStatement,
  type StoreType,
} from '@nv2/trust';
import {
  sign,
  type SignRequest,
  type SignResult,
  type VerificationTrust,
  verify,
  type VerifyRequest,
} from '../src/index.ts';
import type { ArtifactOutcome } from '../src/outcome.ts';

export const at = new Date('2030-06-01T12:00:00Z');
export const later = (seconds: number): Date => new Date(at.getTime() + seconds * 1000);
export const [jws, cose] = builtinFormats as readonly [EnvelopeFormat, EnvelopeFormat];
export const repository = 'registry.wabbit-networks.io/net-monitor';

const chains = new Map<string, Promise<TestChain>>();

/** A chain of leaf and root; another number is another publisher. */
export function chainOf(keyIndex = 0, options: Omit<MintChainOptions, 'keyIndex' | 'tweak'> = {}): Promise<TestChain> {
  const name = JSON.stringify([keyIndex, options]);
  const chain = chains.get(name) ?? mintChain({ keyIndex, ...options });
  chains.set(name, chain);
  return chain;
}

/** Where something is signed or verified. */
export interface Place {
  readonly store: ContentStore;
  readonly subject: Descriptor;
}

export interface Scene extends Place {
  readonly store: ContentStore & DeletableStore;
}

/** A memory store with one image. */
export async function openScene(store: ContentStore & DeletableStore = memoryStore('test store')): Promise<Scene> {
  const image = testImage();
  await pushArtifact(store, image, 'v1');
  return { store, subject: image.manifest.descriptor };
}

/** Signs the scene's image, in JWS with the first publisher's key unless said otherwise. */
export async function signIn(
  scene: Place,
  options: Partial<SignRequest> & { readonly by?: TestChain } = {},
): Promise<SignResult> {
  const { by = await chainOf(), ...rest } = options;
  return sign({ ...scene, key: by.signingKey, format: jws, at, signingAgent: 'test/1.0', ...rest });
}

export interface PolicyOptions {
  readonly level?: string;
  readonly override?: Readonly<Record<string, string>>;
  readonly verifyTimestamp?: string;
  readonly stores?: readonly string[];
  readonly identities?: readonly string[];
}

/** A real policy document with one statement. */
export function policyBytes(options: PolicyOptions = {}, kind: 'oci' | 'blob' = 'oci'): Uint8Array {
  const { level = 'strict', override, verifyTimestamp, stores = ['ca:wabbit'], identities = ['*'] } = options;
  const isSkip = level === 'skip';
  const scope = kind === 'oci' ? { registryScopes: [repository] } : { globalPolicy: !isSkip };
  const statement = {
    name: 'wabbit-images',
    ...scope,
    signatureVerification: { level, ...(override && { override }), ...(verifyTimestamp && { verifyTimestamp }) },
    ...(isSkip ? {} : { trustStores: stores, trustedIdentities: identities }),
  };
  return encodeUtf8(JSON.stringify({ version: '1.0', trustPolicies: [statement] }));
}

export function statementOf(options: PolicyOptions = {}): OciStatement {
  const statement = selectStatement(parseTrustPolicy(policyBytes(options), { kind: 'oci' }), repository);
  if (statement === undefined) throw new TypeError('the test policy does not apply');
  return statement;
}

export function blobStatementOf(options: PolicyOptions = {}, name = 'wabbit-images'): BlobStatement {
  const statement = selectBlobStatement(parseTrustPolicy(policyBytes(options, 'blob'), { kind: 'blob' }), name);
  if (statement === undefined) throw new TypeError('the test policy does not apply');
  return statement;
}

export interface Anchors {
  readonly ca?: readonly Certificate[];
  readonly signingAuthority?: readonly Certificate[];
  readonly tsa?: readonly Certificate[];
}

/** Stores named `wabbit` of the given types; by default a `ca` store with the first publisher's root. */
export async function policyTrust(options: PolicyOptions = {}, anchors?: Anchors): Promise<VerificationTrust> {
  const given: Anchors = anchors ?? { ca: [(await chainOf()).root] };
  const entries = Object.entries(given).map(([type, certificates]) => ({
    // Object.entries widens the three keys of Anchors to string.
    type: type as StoreType,
    name: 'wabbit',
    certificates,
  }));
  return { kind: 'policy', statement: statementOf(options), trustStore: memoryTrustStore(entries) };
}

/** Verifies the scene's image a minute later, under a strict policy that trusts the first publisher. */
export async function verifyIn(scene: Place, options: Partial<VerifyRequest> = {}): Promise<ArtifactOutcome> {
  return verify({ ...scene, trust: await policyTrust(), at: later(60), ...options });
}
