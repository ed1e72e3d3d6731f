// Judging a time-stamp token (docs/spec-map.md section 11.3): parse, verify the signature, and only then believe what it says.

import { assertNever, describeError, isNv2Error, plainText } from '@nv2/base';
import type { Certificate } from '../certificate.ts';
import { type CertificateCache, createCertificateCache } from '../certificate-cache.ts';
import type { CertificateChain } from '../check-chain.ts';
import { formatName } from '../distinguished-name.ts';
import type { RevocationChecker } from '../revocation/check-revocation.ts';
import { findCertificatesOutsideValidity } from '../validity.ts';
import { openSigner, type TokenSigner } from './check-signer.ts';
import { checkPath } from './find-path.ts';
import { isImprintOf, readSignedToken, reading } from './parse-token.ts';
import { parseTstInfo, type TstInfo } from './tst-info.ts';

export interface CheckTimestampRequest {
  readonly token: Uint8Array;
  /** What the token must be about: the signature bytes of an envelope (TSA-02). */
  readonly data: Uint8Array;
  /** The only certificates that can end the authority's chain (TSA-21). */
  readonly roots: readonly Certificate[];
  /** The chain that made the signature: the whole range must lie within the validity of each of its certificates (TSA-27). */
  readonly signingChain?: CertificateChain;
  /** The instant of this verification, for which revocation is asked. */
  readonly at: Date;
  /** When the authority's chain must have been valid. Default: when the token was made (TSA-23). */
  readonly validAt?: Date;
  /** Asked about the authority's chain whatever a policy says about revocation (TSA-28). */
  readonly checkRevocation: RevocationChecker;
  readonly cache?: CertificateCache;
  readonly signal?: AbortSignal;
}

/** A time that a trusted authority vouches for: the data existed at the latest at `latest`. */
export interface Timestamp extends Pick<TstInfo, 'policy' | 'genTime' | 'accuracyMs' | 'earliest' | 'latest'> {
  /** Of the authority: signer first, trusted root last. */
  readonly chain: CertificateChain;
}

export type TimestampResult =
  | { readonly status: 'passed'; readonly timestamp: Timestamp }
  | {
      readonly status: 'failed';
      /** The broken rule, for example `TSA-19` or `CERT-21`. */
      readonly rule: string;
      readonly reason: string;
      /** Present where the token is genuine and something else failed: its place in time, or revocation. */
      readonly timestamp?: Timestamp;
    }
  /** Nobody could say whether the authority's chain is revoked. */
  | { readonly status: 'unknown'; readonly rule: 'TSA-28'; readonly reason: string; readonly timestamp: Timestamp };

type Failed = Extract<TimestampResult, { readonly status: 'failed' }>;

const maxReasonChars = 400;

/** Checks a token. Everything that can be wrong with it is a result; only an aborted or broken revocation check throws. */
export async function checkTimestamp(request: CheckTimestampRequest): Promise<TimestampResult> {
  const genuine = checkToken(request);
  if (genuine.status === 'failed') return genuine;
  const { timestamp } = genuine;
  return findOutsideSigningChain(request, timestamp) ?? (await checkAuthorityRevocation(request, timestamp));
}

interface OpenToken {
  readonly signer: TokenSigner;
  readonly info: TstInfo;
  readonly certificates: readonly Certificate[];
}

function checkToken(
  request: CheckTimestampRequest,
): { readonly status: 'passed'; readonly timestamp: Timestamp } | Failed {
  const cache = request.cache ?? createCertificateCache();
  const opened = open(request.token, cache);
  if ('status' in opened) return opened;
  const { signer, info, certificates } = opened;
  const { policy, genTime, accuracyMs, earliest, latest } = info;
  const path = checkPath(signer.certificate, {
    certificates,
    roots: request.roots,
    at: request.validAt ?? genTime,
    cache,
  });
  // TSA-20, TSA-24: the rules of section 6 for time-stamping.
  if (path.status === 'failed') {
    const where = path.rule === 'TSA-21' ? '' : `certificate ${path.certificate + 1} of the time-stamp authority: `;
    return fail(path.rule, `${where}${path.reason}`);
  }
  const timestamp = { policy, genTime, accuracyMs, earliest, latest, chain: path.chain };
  if (!isImprintOf(info.imprint, request.data)) return fail('TSA-25', 'the time-stamp is about other data');
  return findSigningTimeFailure(signer, path.chain) ?? { status: 'passed', timestamp };
}

/** TSA-29: the statement is read after its signature has been verified. */
function open(token: Uint8Array, cache: CertificateCache): OpenToken | Failed {
  try {
    const signed = readSignedToken(token);
    return reading(() => {
      const certificates = signed.certificates.map((der) => cache.parse(der));
      const signer = openSigner(signed, certificates, cache);
      return { signer, info: parseTstInfo(signed.content), certificates };
    });
  } catch (error) {
    // A defect of ours is not a statement about the token.
    if (!isNv2Error(error)) throw error;
    const rule = error.details['rule'];
    return fail(typeof rule === 'string' ? rule : 'TSA-13', describeError(error));
  }
}

// TSA-22
function findSigningTimeFailure({ signingTime }: TokenSigner, chain: CertificateChain): Failed | undefined {
  if (signingTime === undefined) return undefined;
  const [outside] = findCertificatesOutsideValidity(chain, signingTime);
  if (outside === undefined) return undefined;
  return fail(
    'TSA-22',
    `the authority signed at ${signingTime.toISOString()}, outside the validity of ${formatName(outside.subject)}`,
  );
}

// TSA-27: both ends of the range, and every certificate.
function findOutsideSigningChain({ signingChain }: CheckTimestampRequest, timestamp: Timestamp): Failed | undefined {
  if (signingChain === undefined) return undefined;
  const { earliest, latest } = timestamp;
  const [outside] = [earliest, latest].flatMap((end) => findCertificatesOutsideValidity(signingChain, end));
  if (outside === undefined) return undefined;
  const { subject, notBefore, notAfter } = outside;
  const reason = `the time-stamp covers ${earliest.toISOString()} to ${latest.toISOString()}, and ${formatName(subject)} is valid from ${notBefore.toISOString()} to ${notAfter.toISOString()}`;
  return { ...fail('TSA-27', reason), timestamp };
}

// TSA-28, REV-25: without a signing time, because the token itself is what is in question.
async function checkAuthorityRevocation(
  request: CheckTimestampRequest,
  timestamp: Timestamp,
): Promise<TimestampResult> {
  const { at, checkRevocation, signal } = request;
  const { chain } = timestamp;
  const outcome = await checkRevocation({ chain, purpose: 'timestamping', at, ...(signal && { signal }) });
  switch (outcome.status) {
    case 'passed':
      return { status: 'passed', timestamp };
    case 'revoked': {
      const reason = `certificate ${formatName(outcome.certificate.subject)} of the time-stamp authority is revoked: ${outcome.reason}`;
      return { ...fail('TSA-28', reason), timestamp };
    }
    case 'unknown':
      return {
        status: 'unknown',
        rule: 'TSA-28',
        reason: plainText(`the time-stamp authority: ${outcome.reason}`, maxReasonChars),
        timestamp,
      };
    default:
      return assertNever(outcome);
  }
}

function fail(rule: string, reason: string): Failed {
  return { status: 'failed', rule, reason: plainText(reason, maxReasonChars) };
}
