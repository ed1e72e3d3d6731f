// Signing in memory, next to what the bare primitive takes for the same bytes with an imported key.

import { sign } from 'node:crypto';
import { encodeUtf8 } from '@nv2/base';
import { builtinFormats, type EnvelopeFormat, parseEnvelope } from '@nv2/envelope';
import { createSignature } from '@nv2/notary';
import { type Descriptor, digestOf, mediaTypes } from '@nv2/oci';
import { createCertificateCache } from '@nv2/pki';
import { type KeyType, mintSigner, type Signer } from './chain.ts';
import { type Candidate, interleave, type InterleaveOptions, type Samples } from './measure.ts';
import { primitiveInput } from './primitive.ts';
import type { Section } from './report.ts';

const at = new Date('2026-01-01T00:00:00Z');
const keyTypes: readonly KeyType[] = ['rsa2048', 'rsa3072', 'rsa4096', 'p256', 'p384', 'p521'];

const subject: Descriptor = {
  mediaType: mediaTypes.ociManifest,
  digest: digestOf(encodeUtf8('a manifest')),
  size: 942,
};

/** Every algorithm, both formats. */
export async function benchSigning({ quick }: { readonly quick: boolean }): Promise<readonly Section[]> {
  const options = { rounds: quick ? 7 : 25, roundMs: quick ? 20 : 60 };
  const groups: Samples[][] = [];
  for (const type of keyTypes) {
    const signer = await mintSigner(type);
    for (const format of builtinFormats) {
      const scene = await prepare(signer, format);
      const label = `${signer.key.algorithm.name} ${format.name}`;
      groups.push([...(await measure(signCandidates(label, scene), options))]);
    }
  }
  return [{ name: 'library: sign', unit: 'µs', scale: 1e-3, groups, targets: [] }];
}

/** The cold candidate comes after the others: the keys it imports are cleared away in somebody else's turn. */
async function measure(candidates: readonly Candidate[], options: InterleaveOptions): Promise<readonly Samples[]> {
  const [bare, warm, ...cold] = candidates;
  const first = bare === undefined || warm === undefined ? [] : await interleave([bare, warm], options);
  return [...first, ...(await interleave(cold, options))];
}

interface Scene {
  readonly signer: Signer;
  readonly format: EnvelopeFormat;
  readonly signedBytes: Uint8Array;
}

async function prepare(signer: Signer, format: EnvelopeFormat): Promise<Scene> {
  const request = { subject, key: signer.key, format, at, signingAgent: 'bench/1' } as const;
  const { envelope, mediaType } = await createSignature(request);
  return { signer, format, signedBytes: parseEnvelope(envelope, mediaType).signedBytes };
}

function signCandidates(label: string, { signedBytes, signer, format }: Scene): readonly Candidate[] {
  const { hash, scheme } = signer.key.algorithm;
  const input = primitiveInput(scheme, signer.privateKey);
  const request = { subject, key: signer.key, format, at, signingAgent: 'bench/1' } as const;
  const warm = createCertificateCache();
  return [
    { name: `${label}: bare crypto.sign`, run: () => sign(hash, signedBytes, input) },
    { name: `${label}: warm`, run: () => createSignature({ ...request, cache: warm }) },
    { name: `${label}: cold`, run: () => createSignature(request) },
  ];
}
