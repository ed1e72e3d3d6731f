// Signing and verifying in memory, next to what the bare primitive takes for the same bytes with an imported key.

import { constants, type SignKeyObjectInput, sign, verify } from 'node:crypto';
import { encodeUtf8 } from '@nv2/base';
import { builtinFormats, type EnvelopeFormat, parseEnvelope } from '@nv2/envelope';
import { createSignature, verifyEnvelope } from '@nv2/notary';
import { type Descriptor, digestOf, mediaTypes } from '@nv2/oci';
import { type CertificateCache, createCertificateCache } from '@nv2/pki';
import { memoryTrustStore, parseTrustPolicy, selectStatement } from '@nv2/trust';
import { type KeyType, mintSigner, type Signer } from './chain.ts';
import { interleave, type InterleaveOptions, type Samples } from './measure.ts';
import { compare, type Section, type Target } from './report.ts';

const at = new Date('2026-01-01T00:00:00Z');
const repository = 'registry.example/net-monitor';
const keyTypes: readonly KeyType[] = ['rsa2048', 'rsa3072', 'rsa4096', 'p256', 'p384', 'p521'];

const subject: Descriptor = {
  mediaType: mediaTypes.ociManifest,
  digest: digestOf(encodeUtf8('a manifest')),
  size: 942,
};

/** Rate that a warm verification must reach, as a part of the bare primitive's (both formats). */
const wanted: ReadonlyMap<KeyType, number> = new Map([
  ['p256', 0.75],
  ['rsa2048', 0.6],
]);

/** One section for verifying, one for signing: every algorithm, both formats. */
export async function benchLibrary({ quick }: { readonly quick: boolean }): Promise<readonly Section[]> {
  const options = { rounds: quick ? 7 : 25, roundMs: quick ? 20 : 60 };
  const verifying: Samples[][] = [];
  const signing: Samples[][] = [];
  const targets: Target[] = [];
  for (const type of keyTypes) {
    const signer = await mintSigner(type);
    for (const format of builtinFormats) {
      const scene = await prepare(signer, format);
      const label = `${signer.key.algorithm.name} ${format.name}`;
      const verified = await measure(verifyCandidates(label, scene), options);
      verifying.push([...verified]);
      signing.push([...(await measure(signCandidates(label, scene), options))]);
      const part = wanted.get(type);
      const [bare, warm] = verified;
      if (part === undefined || bare === undefined || warm === undefined) continue;
      const reached = 1 / compare(warm, bare).ratio;
      targets.push({
        name: `warm verify, ${label}: rate of the bare primitive`,
        wanted: `≥ ${Math.round(part * 100)} %`,
        reached: `${Math.round(reached * 100)} %`,
        isReached: reached >= part,
      });
    }
  }
  const unit = 'µs';
  return [
    { name: 'library: verify', unit, scale: 1e-3, groups: verifying, targets },
    { name: 'library: sign', unit, scale: 1e-3, groups: signing, targets: [] },
  ];
}

/** The cold candidate comes after the others: the keys it imports are cleared away in somebody else's turn. */
async function measure(
  candidates: Parameters<typeof interleave>[0],
  options: InterleaveOptions,
): Promise<readonly Samples[]> {
  const [bare, warm, ...cold] = candidates;
  const first = bare === undefined || warm === undefined ? [] : await interleave([bare, warm], options);
  return [...first, ...(await interleave(cold, options))];
}

interface Scene {
  readonly signer: Signer;
  readonly format: EnvelopeFormat;
  readonly envelope: Uint8Array;
  readonly signedBytes: Uint8Array;
  readonly signature: Uint8Array;
  readonly primitive: SignKeyObjectInput;
  verify(cache: CertificateCache): Promise<void>;
}

async function prepare(signer: Signer, format: EnvelopeFormat): Promise<Scene> {
  const cache = createCertificateCache();
  const request = { subject, key: signer.key, format, at, signingAgent: 'bench/1', cache } as const;
  const { envelope, mediaType } = await createSignature(request);
  const { signedBytes, signature } = parseEnvelope(envelope, mediaType);
  const trust = policyTrust(signer);
  return {
    signer,
    format,
    envelope,
    signedBytes,
    signature,
    primitive: primitiveOf(signer),
    verify: async (known) => {
      const outcome = await verifyEnvelope({ envelope, mediaType, subject, trust, at, cache: known });
      if (outcome.verdict !== 'trusted') throw new Error(`bench: verdict is ${outcome.verdict}`);
    },
  };
}

function policyTrust(signer: Signer): Parameters<typeof verifyEnvelope>[0]['trust'] {
  const policy = {
    version: '1.0',
    trustPolicies: [
      {
        name: 'bench',
        registryScopes: [repository],
        signatureVerification: { level: 'strict' },
        trustStores: ['ca:bench'],
        trustedIdentities: ['x509.subject: C=US, ST=WA, O=Example, CN=bench signer'],
      },
    ],
  };
  const document = parseTrustPolicy(encodeUtf8(JSON.stringify(policy)), { kind: 'oci' });
  const statement = document.kind === 'oci' ? selectStatement(document, repository) : undefined;
  if (statement === undefined) throw new Error('bench: no statement applies');
  const trustStore = memoryTrustStore([{ type: 'ca', name: 'bench', certificates: [signer.root] }]);
  return { kind: 'policy', statement, trustStore };
}

/** How node:crypto is told what our algorithms mean. */
function primitiveOf({ key, publicKey }: Signer): SignKeyObjectInput {
  return key.algorithm.scheme.kind === 'ecdsa'
    ? { key: publicKey, dsaEncoding: 'ieee-p1363' }
    : { key: publicKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };
}

function verifyCandidates(label: string, scene: Scene): Parameters<typeof interleave>[0] {
  const { primitive, signedBytes, signature, signer } = scene;
  const { hash } = signer.key.algorithm;
  const warm = createCertificateCache();
  return [
    { name: `${label}: bare crypto.verify`, run: () => verify(hash, signedBytes, primitive, signature) },
    { name: `${label}: warm`, run: () => scene.verify(warm) },
    { name: `${label}: cold`, run: () => scene.verify(createCertificateCache()) },
  ];
}

function signCandidates(
  label: string,
  { primitive, signedBytes, signer, format }: Scene,
): Parameters<typeof interleave>[0] {
  const { hash } = signer.key.algorithm;
  const input = { ...primitive, key: signer.privateKey };
  const request = { subject, key: signer.key, format, at, signingAgent: 'bench/1' } as const;
  const warm = createCertificateCache();
  return [
    { name: `${label}: bare crypto.sign`, run: () => sign(hash, signedBytes, input) },
    { name: `${label}: warm`, run: () => createSignature({ ...request, cache: warm }) },
    { name: `${label}: cold`, run: () => createSignature(request) },
  ];
}
