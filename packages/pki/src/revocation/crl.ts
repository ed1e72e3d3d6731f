// Looking one certificate up in the CRLs it names (docs/spec-map.md section 15.3).

import { isNv2Error } from '@nv2/base';
import { maxServersAsked } from '../limits.ts';
import type { RevocationFacts, RevocationServerResult } from './check-revocation.ts';
import { type FoundCrl, findCrlInData, lookUp, lookUpRemembered } from './crl-source.ts';
import { allReasons, type DistributionPoint, findDistributionPoints } from './distribution-point.ts';
import type { CrlJudgement } from './judge-crl.ts';
import type { MethodResult, RevocationMethod, RevocationQuestion } from './method.ts';

export const crlMethod: RevocationMethod = {
  name: 'crl',

  findUrls: ({ revocationSources }) => revocationSources.crl,

  checkData(question, { data, crlFacts }) {
    if (data === undefined || data.findCrls(question.issuer).length === 0) return undefined;
    const points = findPoints(question);
    const found = (points.length === 0 ? [undefined] : points).map((point) => {
      const inData = findCrlInData({ ...question, point }, { data, crlFacts });
      return inData ?? { name: point?.urls[0] ?? '', judgement: { status: 'unknown', reason: noneInData } as const };
    });
    return conclude(found.map((one) => ({ url: one.name, ...one })));
  },

  checkRemembered(question, tools) {
    const answers: Answer[] = [];
    for (const point of findPoints(question)) {
      for (const url of point.urls) {
        const found = lookUpRemembered(url, { ...question, point }, tools);
        if (found === undefined || answers.push({ url, ...found }) > maxServersAsked) return undefined;
      }
    }
    const result = conclude(answers);
    return result.status === 'unknown' ? undefined : result;
  },

  async check(question, tools) {
    const points = findPoints(question);
    const answers: Answer[] = [];
    let asked = 0;
    for (const point of points) {
      const inData =
        tools.data && findCrlInData({ ...question, point }, { data: tools.data, crlFacts: tools.crlFacts });
      if (inData !== undefined && inData.judgement.status !== 'unknown') {
        answers.push({ url: inData.name, ...inData });
        continue;
      }
      // REV-21, OC-22: every address, because partitions of a CRL cannot be told from copies of it.
      for (const url of point.urls) {
        asked += 1;
        const found = asked > maxServersAsked ? tooMany : await lookUp(url, { ...question, point }, tools);
        answers.push({ url, ...withHint(found, inData) });
      }
    }
    return conclude(answers);
  },
};

const noneInData = 'there is no CRL for it among the files at hand';

const tooMany: FoundCrl = {
  judgement: {
    status: 'unknown',
    reason: `was not asked, because the certificate names more than ${maxServersAsked} CRLs`,
  },
};

interface Answer extends FoundCrl {
  readonly url: string;
}

function findPoints({ certificate }: RevocationQuestion): readonly DistributionPoint[] {
  try {
    return findDistributionPoints(certificate);
  } catch (error) {
    // The parser of certificates has read the addresses. Where the rest is malformed, the names that a CRL must match are
    // unknown, and none matches.
    if (!isNv2Error(error)) throw error;
    const { crl: urls } = certificate.revocationSources;
    return [{ urls, names: new Set(), reasons: 0, isIndirect: false }];
  }
}

/** The newest data at hand explains best why nothing could be said. */
function withHint(found: FoundCrl, inData: FoundCrl | undefined): FoundCrl {
  if (found.judgement.status !== 'unknown' || inData?.judgement.status !== 'unknown') return found;
  const reason = `${found.judgement.reason}; of the files at hand, ${inData.judgement.reason}`;
  return { ...inData, judgement: { status: 'unknown', reason } };
}

function conclude(answers: readonly Answer[]): MethodResult {
  const servers = answers.map(toResult);
  const revoked = answers.flatMap(({ judgement }) => (judgement.status === 'revoked' ? [judgement.facts] : []));
  const facts: RevocationFacts | undefined = revoked[0];
  if (facts !== undefined) return { status: 'revoked', facts, servers };
  if (answers.some(({ judgement }) => judgement.status === 'unknown')) return { status: 'unknown', servers };
  // RFC 5280 section 6.3.3: only CRLs that together speak of every reason make a certificate good.
  const covered = answers.reduce((sum, { judgement }) => sum | reasonsOf(judgement), 0);
  if (covered === allReasons) return { status: 'ok', servers };
  const reason = 'the CRLs cover only some of the reasons for which a certificate is revoked';
  return { status: 'unknown', servers: servers.map((server) => ({ ...server, status: 'unknown', reason })) };
}

function reasonsOf(judgement: CrlJudgement): number {
  return judgement.status === 'ok' ? judgement.reasons : 0;
}

function toResult({ url, judgement, updatedAt, from }: Answer): RevocationServerResult {
  return {
    method: 'crl',
    url,
    status: judgement.status,
    ...(judgement.status === 'unknown' ? { reason: judgement.reason } : {}),
    ...(updatedAt === undefined ? {} : { updatedAt }),
    ...(from === undefined ? {} : { from }),
  };
}
