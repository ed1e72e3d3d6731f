// From the signer of a token to a root that the caller trusts (TSA-21, TSA-24).

import type { Certificate } from '../certificate.ts';
import type { CertificateCache } from '../certificate-cache.ts';
import { type ChainResult, checkChain } from '../check-chain.ts';
import { formatName } from '../distinguished-name.ts';
import { isIssuedBy } from '../issuance.ts';
import { maxChainLength } from '../limits.ts';
import { maxPathSteps } from './limits.ts';

export interface PathOptions {
  /** From the token; attacker-chosen, so they are intermediates at most. */
  readonly certificates: readonly Certificate[];
  /** From the caller's store. Nothing else ends a path, and there are no roots of the system. */
  readonly roots: readonly Certificate[];
  /** When every certificate must have been valid. */
  readonly at: Date;
  readonly cache: CertificateCache;
}

/**
 * The first path that keeps the rules of time-stamping chains. When several lead to a root and none keeps them, the failure of
 * the first is the result.
 */
export function checkPath(signer: Certificate, options: PathOptions): ChainResult {
  const { at, cache } = options;
  let failure: ChainResult | undefined;
  for (const path of findPaths([signer], options, { left: maxPathSteps })) {
    const result = checkChain(path, { purpose: 'timestamping', at, cache });
    if (result.status === 'passed') return result;
    failure ??= result;
  }
  const name = formatName(signer.subject);
  const reason =
    options.roots.length === 0
      ? 'there is no trusted root certificate for time-stamps'
      : `no path leads from ${name} to a trusted root certificate for time-stamps`;
  return failure ?? { status: 'failed', rule: 'TSA-21', certificate: 0, reason };
}

/** Depth first, roots before certificates of the token; every test of an issuer is one step of the budget. */
function* findPaths(
  path: readonly Certificate[],
  options: PathOptions,
  budget: { left: number },
): Generator<readonly Certificate[]> {
  const last = path.at(-1);
  if (last === undefined || path.length >= maxChainLength) return;
  for (const root of options.roots) {
    if (takeStep(budget) && !isOn(path, root) && isIssuedBy(last, root, options.cache)) yield [...path, root];
  }
  for (const candidate of options.certificates) {
    if (takeStep(budget) && !isOn(path, candidate) && isIssuedBy(last, candidate, options.cache)) {
      yield* findPaths([...path, candidate], options, budget);
    }
  }
}

function takeStep(budget: { left: number }): boolean {
  return budget.left-- > 0;
}

function isOn(path: readonly Certificate[], { fingerprint }: Certificate): boolean {
  return path.some((member) => member.fingerprint === fingerprint);
}
