// Verifying in memory, revocation included, next to what the bare primitives take for the same bytes.

import { type KeyObject, verify } from 'node:crypto';
import { encodeUtf8, findPublicKey } from '@nv2/base';
import { builtinFormats, type EnvelopeFormat, parseEnvelope } from '@nv2/envelope';
import { createSignature, createVerifier, type SignatureOutcome, type Verifier, verifyEnvelope } from '@nv2/notary';
import { type Descriptor, digestOf, mediaTypes } from '@nv2/oci';
import { type Certificate, createCertificateCache, createRevocationChecker } from '@nv2/pki';
import { type RevocationWorld, revocationWorld, type TestExtensions } from '@nv2/testing';
import { memoryTrustStore, parseTrustPolicy, selectStatement } from '@nv2/trust';
import type { KeyType } from './chain.ts';
import { type Candidate, interleave, type Samples } from './measure.ts';
import { primitiveInput } from './primitive.ts';
import { compare, type Section, type Target } from './report.ts';

const at = new Date('2026-01-01T00:00:00Z');
const repository = 'registry.example/net-monitor';
const keyTypes: readonly KeyType[] = ['rsa2048', 'rsa3072', 'rsa4096', 'p256', 'p384', 'p521'];

/** Rate that a warm verification must reach, as a part of the bare primitive's (both formats). */
const wantedRate: ReadonlyMap<KeyType, number> = new Map([
  ['p256', 0.75],
  ['rsa2048', 0.6],
]);

/** What everything cold may take, as a multiple of the primitives it needs. */
const wantedCold = 3;

const subject: Descriptor = {
  mediaType: mediaTypes.ociManifest,
  digest: digestOf(encodeUtf8('a manifest')),
  size: 942,
};

/** Every algorithm, both formats. */
export async function benchVerifying({ quick }: { readonly quick: boolean }): Promise<readonly Section[]> {
  const options = { rounds: quick ? 9 : 25, roundMs: quick ? 30 : 60 };
  const groups: Samples[][] = [];
  const targets: Target[] = [];
  for (const type of keyTypes) {
    const world = await openWorld(type);
    for (const format of builtinFormats) {
      const scene = await openScene(world, format);
      const label = `${scene.algorithm} ${format.name}`;
      const warm = await interleave(warmCandidates(label, scene), options);
      // Apart, so that the keys it imports are not cleared away in somebody else's turn.
      const cold = await interleave(coldCandidates(label, scene), options);
      groups.push([...warm], [...cold]);
      targets.push(...toTargets(type, label, { warm, cold }));
    }
  }
  const notes = [
    'Chain of three, each certificate but the root with an OCSP responder. *Warm* has heard the responders and judges their answers anew; *cold* asks them, without a network in between.',
  ];
  return [{ name: 'library: verify', unit: 'µs', scale: 1e-3, groups, targets, notes }];
}

function toTargets(
  type: KeyType,
  label: string,
  { warm, cold }: { readonly warm: readonly Samples[]; readonly cold: readonly Samples[] },
): readonly Target[] {
  const wanted = wantedRate.get(type);
  const [bare, verifier] = warm;
  const [primitives, everything] = cold;
  if (wanted === undefined || !bare || !verifier || !primitives || !everything) return [];
  const rate = 1 / compare(verifier, bare).ratio;
  const { ratio } = compare(everything, primitives);
  return [
    {
      name: `warm verify, ${label}: rate of the bare primitive`,
      wanted: `≥ ${Math.round(wanted * 100)} %`,
      reached: `${Math.round(rate * 100)} %`,
      isReached: rate >= wanted,
    },
    {
      name: `cold verify, ${label}: time of the bare primitives`,
      wanted: `≤ ${wantedCold} ×`,
      reached: `${ratio.toFixed(2)} ×`,
      isReached: ratio <= wantedCold,
    },
  ];
}

/** A chain whose certificates name responders, and the responders. */
export async function openWorld(keyType: KeyType): Promise<RevocationWorld> {
  const extensions = (place: number): TestExtensions =>
    place < 2 ? { ocspUrls: [`http://ocsp.example/${place}`] } : {};
  const world = await revocationWorld({ length: 3, keyType, at, extensions });
  for (const place of [0, 1]) world.serve(`http://ocsp.example/${place}`, world.ocsp(place));
  return world;
}

export interface VerifyScene {
  readonly algorithm: string;
  /** One call of the primitive on the signed bytes, with a key that is imported already. */
  bare(): void;
  /** Every primitive that a verification needs at least once: keys imported, signatures of envelope, certificates and answers. */
  bareCold(): void;
  /** What knows nothing yet. */
  createVerifier(): Verifier;
  verify(verifier: Verifier): Promise<SignatureOutcome>;
  /** The same in one call, which prepares policy and stores each time. */
  verifyAlone(cache: ReturnType<typeof createCertificateCache>): Promise<SignatureOutcome>;
}

/** A signature by the leaf of a world, and what is needed to verify it. */
export async function openScene(world: RevocationWorld, format: EnvelopeFormat): Promise<VerifyScene> {
  const key = world.minted.signingKey;
  const request = { subject, key, format, at, signingAgent: 'bench/1' } as const;
  const { envelope, mediaType } = await createSignature(request);
  const { signedBytes, signature } = parseEnvelope(envelope, mediaType);
  const { hash, scheme } = key.algorithm;
  const [leaf] = world.chain;
  const input = primitiveInput(scheme, importKey(leaf));
  const trust = policyTrust(world.minted.root);
  const checks = [...certificateChecks(world.chain), ...answerChecks(world)];
  const revocation = createRevocationChecker({ transport: world.transport });
  const question = { envelope, mediaType, subject, at };
  return {
    algorithm: key.algorithm.name,
    bare: () => assertGood(verify(hash, signedBytes, input, signature)),
    bareCold() {
      const keys = world.chain.map(importKey);
      assertGood(verify(hash, signedBytes, primitiveInput(scheme, keys[0] ?? input.key), signature));
      for (const check of checks) check(keys);
    },
    createVerifier() {
      const cache = createCertificateCache();
      const checker = createRevocationChecker({ transport: world.transport, keys: cache });
      return createVerifier({ trust, cache, revocation: checker });
    },
    verify: (verifier) => verifier.verifyEnvelope(question),
    verifyAlone: (cache) => verifyEnvelope({ ...question, trust, cache, revocation }),
  };
}

function warmCandidates(label: string, scene: VerifyScene): readonly Candidate[] {
  const verifier = scene.createVerifier();
  const cache = createCertificateCache();
  return [
    { name: `${label}: bare crypto.verify`, run: () => scene.bare() },
    { name: `${label}: warm, by a verifier`, run: () => scene.verify(verifier), check: assertTrusted },
    { name: `${label}: warm, by \`verifyEnvelope\``, run: () => scene.verifyAlone(cache), check: assertTrusted },
  ];
}

function coldCandidates(label: string, scene: VerifyScene): readonly Candidate[] {
  return [
    { name: `${label}: bare key imports and signature checks`, run: () => scene.bareCold() },
    { name: `${label}: cold`, run: () => scene.verify(scene.createVerifier()), check: assertTrusted },
  ];
}

type SignatureCheck = (keys: readonly KeyObject[]) => void;

/** Each certificate by the next, the root by itself. */
function certificateChecks(chain: readonly Certificate[]): readonly SignatureCheck[] {
  return chain.map((certificate, place) => {
    const signer = Math.min(place + 1, chain.length - 1);
    return checkOf(certificate, signer);
  });
}

/** The responders' answers, signed by the issuers. What is signed has the size of a real one. */
function answerChecks({ chain }: RevocationWorld): readonly SignatureCheck[] {
  return chain.slice(0, -1).map((certificate, place) => checkOf(certificate, place + 1));
}

// The CAs of the test PKI have P-256 keys, whatever the leaf has.
const caScheme = { kind: 'ecdsa', hash: 'sha256', encoding: 'der' } as const;

function checkOf(certificate: Certificate, signer: number): SignatureCheck {
  const { tbs, signature } = certificate;
  return (keys) => {
    const key = keys[signer];
    assertGood(key !== undefined && verify(caScheme.hash, tbs, primitiveInput(caScheme, key), signature));
  };
}

/** Throws unless a verification ended in the verdict `trusted`. */
export function assertTrusted(outcome: unknown): void {
  const { verdict } = outcome as SignatureOutcome;
  if (verdict !== 'trusted') throw new Error(`bench: verdict is ${verdict}`);
}

function assertGood(isGood: boolean): void {
  if (!isGood) throw new Error('bench: a signature is wrong');
}

/** As JWK, which is the fastest that Node offers. */
function importKey({ key }: Certificate): KeyObject {
  const imported = key.kind === 'other' ? undefined : findPublicKey(key);
  if (imported === undefined) throw new Error('bench: a key cannot be imported');
  return imported;
}

function policyTrust(root: Certificate): Parameters<typeof createVerifier>[0]['trust'] {
  const policy = {
    version: '1.0',
    trustPolicies: [
      {
        name: 'bench',
        registryScopes: [repository],
        signatureVerification: { level: 'strict' },
        trustStores: ['ca:bench'],
        trustedIdentities: ['x509.subject: C=US, ST=WA, O=Example, CN=signer'],
      },
    ],
  };
  const document = parseTrustPolicy(encodeUtf8(JSON.stringify(policy)), { kind: 'oci' });
  const statement = document.kind === 'oci' ? selectStatement(document, repository) : undefined;
  if (statement === undefined) throw new Error('bench: no statement applies');
  const trustStore = memoryTrustStore([{ type: 'ca', name: 'bench', certificates: [root] }]);
  return { kind: 'policy', statement, trustStore };
}
