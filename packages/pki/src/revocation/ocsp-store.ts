// OCSP answers that are kept: in memory for one checker, and in a cache for the next (REV-36). Both hold what has been found
// genuine; what comes out of the cache is proven again, and whether any of it still counts is judged at each use.

import { hashHex } from '@nv2/base';
import { PkiError } from '../errors.ts';
import { questionKey } from './cert-id.ts';
import type { RememberedOcspAnswer } from './memory.ts';
import type { RevocationQuestion, RevocationTools } from './method.ts';
import { parseOcspResponse } from './parse-ocsp.ts';
import { proveOcspResponse } from './prove-ocsp.ts';

export function findRememberedAnswer(
  url: string,
  question: RevocationQuestion,
  tools: RevocationTools,
): RememberedOcspAnswer | undefined {
  return tools.memory.ocsp.find(memoryKey(url, question));
}

export async function findKeptAnswer(
  url: string,
  question: RevocationQuestion,
  tools: RevocationTools,
): Promise<RememberedOcspAnswer | undefined> {
  const name = memoryKey(url, question);
  const remembered = tools.memory.ocsp.find(name);
  if (remembered !== undefined || tools.ocspCache === undefined) return remembered;
  const stored = await findStored(url, question, tools);
  if (stored !== undefined) tools.memory.ocsp.set(name, stored);
  return stored;
}

/** Keeps a genuine answer. Not to be able to changes nothing about the answer. */
export async function keepAnswer(
  url: string,
  kept: RememberedOcspAnswer & { readonly bytes: Uint8Array },
  question: RevocationQuestion,
  tools: RevocationTools,
): Promise<void> {
  const { answer, storedAt, bytes } = kept;
  tools.memory.ocsp.set(memoryKey(url, question), { answer, storedAt });
  try {
    await tools.ocspCache?.store(storeKey(url, question), { response: bytes, storedAt });
  } catch (error) {
    tools.tell({ type: 'ocsp-cache-failed', url, error });
  }
}

async function findStored(
  url: string,
  question: RevocationQuestion,
  tools: RevocationTools,
): Promise<RememberedOcspAnswer | undefined> {
  const key = storeKey(url, question);
  try {
    const stored = await tools.ocspCache?.find(key);
    if (stored === undefined) return undefined;
    const proof = proveOcspResponse(parseOcspResponse(stored.response), { ...question, keys: tools.keys });
    if (proof.status === 'passed') return { answer: proof.answer, storedAt: stored.storedAt };
    throw new PkiError('PKI_OCSP_INVALID', `a kept answer is not genuine: ${proof.reason}`);
  } catch (error) {
    // A cache that fails is no cache, and what is wrong in it goes.
    tools.tell({ type: 'ocsp-cache-failed', url, error });
    await tools.ocspCache
      ?.remove(key)
      .catch((cause: unknown) => tools.tell({ type: 'ocsp-cache-failed', url, error: cause }));
    return undefined;
  }
}

function memoryKey(url: string, { certificate, issuer }: RevocationQuestion): string {
  return `${certificate.fingerprint}${issuer.fingerprint}${url}`;
}

function storeKey(url: string, { certificate, issuer }: RevocationQuestion): string {
  return hashHex('sha256', questionKey(url, certificate, issuer));
}
