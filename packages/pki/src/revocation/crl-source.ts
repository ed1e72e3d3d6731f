// Where the CRL of one distribution point comes from: the user's files, memory, the cache, the network. Each is judged in the
// same way, and only what was found valid is kept (REV-34, REV-35): a forged CRL cannot sit in a cache until its own end (OC-06).

import { describeError, isNv2Error } from '@nv2/base';
import { maxCrlBytes, maxServersAsked } from '../limits.ts';
import type { RevocationServerResult } from './check-revocation.ts';
import { readCrlCache, removeFromCrlCache, writeCrlCache } from './crl-store.ts';
import { findFreshestUrls } from './distribution-point.ts';
import { describeFailure, fetchAnswer, isAskable } from './fetch-answer.ts';
import { type CrlJudgement, type CrlPair, type CrlQuestion, judgeCrl } from './judge-crl.ts';
import type { RevocationQuestion, RevocationTools } from './method.ts';
import { type Crl, parseCrl } from './parse-crl.ts';
import type { RevocationData } from './revocation-data.ts';

/** What the CRL of one source says. */
export interface FoundCrl {
  readonly judgement: CrlJudgement;
  readonly updatedAt?: Date;
  readonly from?: RevocationServerResult['from'];
}

type Question = CrlQuestion & Pick<RevocationQuestion, 'signal' | 'isPublicOnly'>;

/** The first of the user's CRLs that decides, else what is wrong with the newest; `undefined` without any of the issuer. */
export function findCrlInData(
  question: CrlQuestion,
  { data, crlFacts }: { readonly data: RevocationData; readonly crlFacts: RevocationTools['crlFacts'] },
): (FoundCrl & { readonly name: string }) | undefined {
  const all = data.findCrls(question.issuer);
  const deltas = all.filter(({ crl }) => crl.baseNumber !== undefined);
  let newest: (FoundCrl & { readonly name: string }) | undefined;
  for (const { name, crl: base } of all) {
    if (base.baseNumber !== undefined) continue;
    for (const delta of [...deltas.map(({ crl }) => crl), undefined]) {
      const judgement = judgeCrl({ base, delta }, question, crlFacts);
      const found = { name, judgement, updatedAt: delta?.thisUpdate ?? base.thisUpdate, from: 'directory' } as const;
      if (judgement.status !== 'unknown') return found;
      // The last try of a base is the one without a delta, whose reason is about the base.
      if (newest === undefined && delta === undefined) newest = found;
    }
  }
  return newest;
}

/** Looks a certificate up in the CRL at `url`. Throws only when aborted. */
export async function lookUp(url: string, question: Question, tools: RevocationTools): Promise<FoundCrl> {
  if (!isAskable(url)) return unknown('only http addresses are asked'); // REV-08
  const kept = await lookUpKept(url, question, tools);
  if (kept !== undefined && kept.judgement.status !== 'unknown') return kept;
  if (tools.transport === undefined) {
    return kept ?? unknown('was not asked, because connections are not allowed (offline)');
  }
  const fetched = await fetchPair(url, question, tools);
  if ('reason' in fetched) return unknown(fetched.reason);
  const { judgement, pair } = fetched;
  if (judgement.status !== 'unknown' && !isRemembered(url, pair, tools)) {
    tools.memory.setCrl(url, pair);
    await writeCrlCache(url, pair, tools);
  }
  return { judgement, updatedAt: updateOf(pair), from: 'network' };
}

/** Somebody who fetched it together with this question has kept it already. */
function isRemembered(url: string, { base, delta }: CrlPair, { memory }: RevocationTools): boolean {
  const kept = memory.findCrl(url);
  return kept?.base === base && kept.delta === delta;
}

/** What the CRL in memory says, if it says anything at this instant. */
export function lookUpRemembered(url: string, question: Question, tools: RevocationTools): FoundCrl | undefined {
  const pair = tools.memory.findCrl(url);
  if (pair === undefined) return undefined;
  const judgement = judgeCrl(pair, question, tools.crlFacts);
  return judgement.status === 'unknown' ? undefined : { judgement, updatedAt: updateOf(pair), from: 'cache' };
}

async function lookUpKept(url: string, question: Question, tools: RevocationTools): Promise<FoundCrl | undefined> {
  const remembered = lookUpRemembered(url, question, tools);
  if (remembered !== undefined) return remembered;
  const pair = await readCrlCache(url, question.at, tools);
  if (pair === undefined) return undefined;
  const judgement = judgeCrl(pair, question, tools.crlFacts);
  if (judgement.status !== 'unknown') tools.memory.setCrl(url, pair);
  // REV-35: what is wrong goes, and is fetched once.
  else if (tools.transport !== undefined) await removeFromCrlCache(url, judgement.reason, tools);
  return { judgement, updatedAt: updateOf(pair), from: 'cache' };
}

type FetchedPair = { readonly pair: CrlPair; readonly judgement: CrlJudgement } | { readonly reason: string };

async function fetchPair(url: string, question: Question, tools: RevocationTools): Promise<FetchedPair> {
  const base = await fetchCrl(url, question, tools);
  if (typeof base === 'string') return { reason: base };
  const alone = { pair: { base }, judgement: judgeCrl({ base }, question, tools.crlFacts) };
  // REV-27: the addresses of a delta are alternatives. Of a base that nobody signed none is asked.
  if (tools.crlFacts.findFlaw(base, question.issuer) !== undefined) return alone;
  let result: FetchedPair = alone;
  for (const deltaUrl of freshestUrls(base).slice(0, maxServersAsked)) {
    const delta = isAskable(deltaUrl) ? await fetchCrl(deltaUrl, question, tools) : 'only http addresses are asked';
    if (typeof delta === 'string') {
      result = { reason: `the delta CRL cannot be used: ${delta}` };
      continue;
    }
    const pair = { base, delta };
    result = { pair, judgement: judgeCrl(pair, question, tools.crlFacts) };
    if (result.judgement.status !== 'unknown') return result;
  }
  return result;
}

function freshestUrls({ extensions }: Crl): readonly string[] {
  try {
    return findFreshestUrls(extensions);
  } catch (error) {
    if (isNv2Error(error)) return []; // the judgement on the base says that it is malformed
    throw error;
  }
}

/** A CRL, or why there is none. Those who want the same one at the same time, by the same rules, wait for one of them. */
function fetchCrl(
  url: string,
  { signal, isPublicOnly = false }: Question,
  tools: RevocationTools,
): Promise<Crl | string> {
  const key = `${isPublicOnly} ${url}`;
  return tools.fetches.crl.do(key, (all) => fetchAlone(url, { signal: all, isPublicOnly }, tools), signal);
}

async function fetchAlone(
  url: string,
  { signal, isPublicOnly }: { readonly signal: AbortSignal; readonly isPublicOnly: boolean },
  tools: RevocationTools,
): Promise<Crl | string> {
  const { transport, headers, crlTimeoutMs: timeoutMs } = tools;
  if (transport === undefined) return 'connections are not allowed (offline)';
  const onRedirect = (from: string, to: string): void => tools.tell?.({ type: 'revocation-redirected', from, to });
  let bytes: Uint8Array;
  try {
    const options = { transport, headers, timeoutMs, maxBytes: maxCrlBytes, isPublicOnly, signal, onRedirect };
    bytes = await fetchAnswer({ url }, options);
  } catch (error) {
    // All callers gave up: that is nobody's answer. Everything else is this server's failure.
    signal.throwIfAborted();
    return describeFailure(error);
  }
  try {
    return parseCrl(bytes);
  } catch (error) {
    if (isNv2Error(error)) return describeError(error); // malformed is an answer too, of no use
    throw error;
  }
}

function updateOf({ base, delta }: CrlPair): Date {
  return delta?.thisUpdate ?? base.thisUpdate;
}

function unknown(reason: string): FoundCrl {
  return { judgement: { status: 'unknown', reason } };
}
