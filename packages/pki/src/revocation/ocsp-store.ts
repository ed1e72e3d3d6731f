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
  const last = tools.memory.ocsp.find(question.certificate.fingerprint);
  return last?.url === url && last.issuer === question.issuer.fingerprint ? last : undefined;
}

export async function findKeptAnswer(
  url: string,
  question: RevocationQuestion,
  tools: RevocationTools,
): Promise<RememberedOcspAnswer | undefined> {
  const remembered = findRememberedAnswer(url, question, tools);
  if (remembered !== undefined || tools.ocspCache === undefined) return remembered;
  const stored = await findStored(url, question, tools);
  if (stored !== undefined) remember(url, stored, question, tools);
  return stored;
}

/** Keeps a genuine answer. Not to be able to changes nothing about the answer. */
export async function keepAnswer(
  url: string,
  kept: RememberedOcspAnswer & { readonly bytes: Uint8Array },
  question: RevocationQuestion,
  tools: RevocationTools,
): Promise<void> {
  const { storedAt, bytes } = kept;
  remember(url, kept, question, tools);
  try {
    await tools.ocspCache?.store(storeKey(url, question), { response: bytes, storedAt });
  } catch (error) {
    tools.tell?.({ type: 'ocsp-cache-failed', url, error });
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
    tools.tell?.({ type: 'ocsp-cache-failed', url, error });
    await tools.ocspCache
      ?.remove(key)
      .catch((cause: unknown) => tools.tell?.({ type: 'ocsp-cache-failed', url, error: cause }));
    return undefined;
  }
}

function remember(
  url: string,
  { answer, storedAt }: RememberedOcspAnswer,
  { certificate, issuer }: RevocationQuestion,
  { memory }: RevocationTools,
): void {
  memory.ocsp.set(certificate.fingerprint, { url, issuer: issuer.fingerprint, answer, storedAt });
}

function storeKey(url: string, { certificate, issuer }: RevocationQuestion): string {
  return hashHex('sha256', questionKey(url, certificate, issuer));
}
