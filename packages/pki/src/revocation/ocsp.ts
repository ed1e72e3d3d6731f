// Asking OCSP responders about one certificate (docs/spec-map.md section 15.2).

import { describeError, encodeBase64, type Mutable, isNv2Error } from '@nv2/base';
import { maxOcspResponseBytes, maxOcspReuseMs, maxServersAsked } from '../limits.ts';
import { oids } from '../oids.ts';
import type { RevocationServerResult } from './check-revocation.ts';
import { crlMethod } from './crl.ts';
import { describeFailure, fetchAnswer, isAskable } from './fetch-answer.ts';
import { type Judgement, judgeOcspAnswer } from './judge-ocsp.ts';
import type { RememberedOcspAnswer } from './memory.ts';
import type { MethodResult, RevocationMethod, RevocationQuestion, RevocationTools } from './method.ts';
import { encodeOcspRequest, toOcspExchange } from './ocsp-request.ts';
import { findKeptAnswer, findRememberedAnswer, keepAnswer } from './ocsp-store.ts';
import { parseOcspResponse } from './parse-ocsp.ts';
import { type OcspAnswer, type OcspProof, proveOcspResponse } from './prove-ocsp.ts';

/** What one responder was found to say. */
interface Asked {
  readonly judgement: Judgement;
  readonly updatedAt?: Date;
  readonly from?: RevocationServerResult['from'];
}

export const ocspMethod: RevocationMethod = {
  name: 'ocsp',

  findUrls: ({ revocationSources }) => revocationSources.ocsp,

  checkData(question, tools) {
    const found = tools.data?.findOcspResponses(question.certificate) ?? [];
    const servers: RevocationServerResult[] = [];
    for (const { name, response } of found) {
      const proof = proveOcspResponse(response, { ...question, keys: tools.keys });
      // An answer of another issuer about the same number is not an answer about this certificate.
      if (proof.status === 'failed') continue;
      const judgement = vouchFromData(proof.answer, question, tools);
      const { thisUpdate: updatedAt } = proof.answer.single;
      servers.push(toResult(name, { judgement, updatedAt, from: 'directory' }));
      if (judgement.status !== 'unknown') return conclude(judgement, servers);
    }
    return servers.length === 0 ? undefined : { status: 'unknown', servers };
  },

  checkRemembered(question, tools) {
    const [url] = question.certificate.revocationSources.ocsp;
    if (url === undefined || tools.createNonce !== undefined) return undefined;
    const kept = findRememberedAnswer(url, question, tools);
    // A delegate that has to be looked up itself is left to check().
    if (kept === undefined || !isRecent(kept, question, tools) || findCheckable(kept.answer) !== undefined)
      return undefined;
    const judgement = judgeOcspAnswer(kept.answer, question);
    if (judgement.status === 'unknown') return undefined;
    return conclude(judgement, [toResult(url, { judgement, updatedAt: kept.answer.single.thisUpdate, from: 'cache' })]);
  },

  async check(question, tools) {
    const data = ocspMethod.checkData(question, tools);
    if (data !== undefined && data.status !== 'unknown') return data;
    const servers: RevocationServerResult[] = [...(data?.servers ?? [])];
    // REV-11: in order, until somebody answers.
    for (const url of question.certificate.revocationSources.ocsp.slice(0, maxServersAsked)) {
      const asked = await askResponder(url, question, tools);
      servers.push(toResult(url, asked));
      const { judgement } = asked;
      if (judgement.status !== 'unknown') return conclude(judgement, servers);
      if (judgement.isAnswer === true) break;
    }
    return { status: 'unknown', servers };
  },
};

async function askResponder(url: string, question: RevocationQuestion, tools: RevocationTools): Promise<Asked> {
  if (!isAskable(url)) return unknown('only http addresses are asked'); // REV-08
  const nonce = tools.createNonce?.();
  // Whoever sends a nonce wants to hear it from the responder.
  const kept = nonce === undefined ? await askKept(url, question, tools) : undefined;
  if (kept !== undefined && (kept.judgement.status !== 'unknown' || tools.transport === undefined)) return kept;
  const { transport } = tools;
  if (transport === undefined) return unknown('was not asked, because connections are not allowed (offline)');
  const request = encodeOcspRequest(question.certificate, question.issuer, nonce);
  let bytes: Uint8Array;
  try {
    const isPublicOnly = question.isPublicOnly === true;
    const fetchAlone = (signal: AbortSignal | undefined): Promise<Uint8Array> =>
      fetchAnswer(toOcspExchange(url, request), {
        transport,
        headers: [...tools.headers, ['Accept', 'application/ocsp-response']],
        timeoutMs: tools.ocspTimeoutMs,
        maxBytes: maxOcspResponseBytes,
        isPublicOnly,
        signal,
        onRedirect: (from, to) => tools.tell?.({ type: 'revocation-redirected', from, to }),
      });
    // Checks at the same time share an answer; but one that repeats a nonce is only for who sent it.
    const key = `${isPublicOnly} ${encodeBase64(request)} ${url}`;
    bytes = await (nonce === undefined
      ? tools.fetches.ocsp.do(key, fetchAlone, question.signal)
      : fetchAlone(question.signal));
  } catch (error) {
    // The caller gave up: that is nobody's answer. Everything else is this responder's failure (REV-11).
    question.signal?.throwIfAborted();
    return unknown(describeFailure(error));
  }
  return judgeFetched(bytes, { url, nonce, question, tools });
}

/** An answer of the last hour; without connections, any that is still valid. */
async function askKept(url: string, question: RevocationQuestion, tools: RevocationTools): Promise<Asked | undefined> {
  const kept = await findKeptAnswer(url, question, tools);
  if (kept === undefined || !isRecent(kept, question, tools)) return undefined;
  const judgement = await vouch(kept.answer, question, tools);
  return { judgement, updatedAt: kept.answer.single.thisUpdate, from: 'cache' };
}

function isRecent({ storedAt }: RememberedOcspAnswer, { at }: RevocationQuestion, tools: RevocationTools): boolean {
  if (tools.transport === undefined) return true;
  const ageMs = at.getTime() - storedAt.getTime();
  // A clock that ran backwards makes no answer recent.
  return ageMs >= 0 && ageMs <= maxOcspReuseMs;
}

interface Fetched {
  readonly url: string;
  readonly nonce: Uint8Array | undefined;
  readonly question: RevocationQuestion;
  readonly tools: RevocationTools;
}

async function judgeFetched(bytes: Uint8Array, { url, nonce, question, tools }: Fetched): Promise<Asked> {
  const proof = prove(bytes, { nonce, question, tools });
  if (proof.status === 'failed') return unknown(proof.reason);
  const { answer } = proof;
  const judgement = await vouch(answer, question, tools);
  // REV-35: nothing is kept before it has been found good.
  if (judgement.status !== 'unknown') await keepAnswer(url, { answer, bytes, storedAt: question.at }, question, tools);
  return { judgement, updatedAt: answer.single.thisUpdate, from: 'network' };
}

function prove(bytes: Uint8Array, { nonce, question, tools }: Omit<Fetched, 'url'>): OcspProof {
  try {
    return proveOcspResponse(parseOcspResponse(bytes), { ...question, keys: tools.keys, nonce });
  } catch (error) {
    if (isNv2Error(error)) return { status: 'failed', reason: describeError(error) }; // malformed, or "try later" (REV-11)
    throw error;
  }
}

/**
 * The judgement on a genuine answer. REV-19: a delegate whose certificate does not say that it need not be checked is itself
 * looked up, in the CRLs it names; by OCSP would be to ask itself.
 */
async function vouch(answer: OcspAnswer, question: RevocationQuestion, tools: RevocationTools): Promise<Judgement> {
  const judgement = judgeOcspAnswer(answer, question);
  const delegate = findCheckable(answer);
  if (judgement.status === 'unknown' || delegate === undefined) return judgement;
  // The delegate signs answers now, so that no time of the signature that is judged exempts it (REV-18, REV-25).
  const about = { ...question, certificate: delegate, authenticSigningTime: undefined };
  return afterCheck(judgement, await crlMethod.check(about, tools));
}

function vouchFromData(answer: OcspAnswer, question: RevocationQuestion, tools: RevocationTools): Judgement {
  const judgement = judgeOcspAnswer(answer, question);
  const delegate = findCheckable(answer);
  if (judgement.status === 'unknown' || delegate === undefined) return judgement;
  const { issuer, at } = question;
  return afterCheck(judgement, crlMethod.checkData({ certificate: delegate, issuer, at }, tools));
}

function findCheckable({ delegate }: OcspAnswer): OcspAnswer['delegate'] {
  if (delegate === undefined || delegate.extensions.some(({ oid }) => oid === oids.ocspNoCheck)) return undefined;
  return crlMethod.findUrls(delegate).length === 0 ? undefined : delegate;
}

function afterCheck(judgement: Judgement, check: MethodResult | undefined): Judgement {
  if (check?.status === 'ok') return judgement;
  if (check?.status === 'revoked') return { status: 'unknown', reason: 'the certificate of the responder is revoked' };
  const why = check?.servers.find(({ reason }) => reason !== undefined)?.reason ?? 'there is no CRL for it';
  return { status: 'unknown', reason: `the certificate of the responder could not be checked: ${why}` };
}

function conclude(
  judgement: Exclude<Judgement, { readonly status: 'unknown' }>,
  servers: MethodResult['servers'],
): MethodResult {
  return judgement.status === 'ok' ? { status: 'ok', servers } : { status: 'revoked', facts: judgement.facts, servers };
}

function toResult(url: string, { judgement, updatedAt, from }: Asked): RevocationServerResult {
  const result: Mutable<RevocationServerResult> = { method: 'ocsp', url, status: judgement.status };
  if (judgement.status === 'unknown') result.reason = judgement.reason;
  if (updatedAt !== undefined) result.updatedAt = updatedAt;
  if (from !== undefined) result.from = from;
  return result;
}

function unknown(reason: string): Asked {
  return { judgement: { status: 'unknown', reason } };
}
