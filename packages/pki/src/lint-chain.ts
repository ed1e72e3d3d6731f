// Everything that is wrong with a chain, for whoever has to mend it (docs/spec-map.md section 6). The rules are those of
// checkChain, which stops at the first.

import { type RuleFailure, listPlaceFailures } from './certificate-rules.ts';
import type { Certificate } from './certificate.ts';
import { createCertificateCache } from './certificate-cache.ts';
import {
  type ChainFailure,
  type CheckChainOptions,
  findCaKeyFailure,
  findLinkFailureAt,
  findShapeFailure,
  findSignatureAlgorithmFailure,
  findValidityFailure,
} from './check-chain.ts';
import { findCriticalExtensionFailure } from './critical-extensions.ts';

export interface LintChainOptions extends CheckChainOptions {
  /** False: the first certificate is an authority, judged by itself or with those above it. Default true. */
  readonly hasLeaf?: boolean;
  /** The rest of the chain is elsewhere, so the last certificate need not be self-signed. Default false. */
  readonly isPartial?: boolean;
}

/**
 * Judges every certificate by every rule, in the order of the chain: nothing hides behind anything else. A whole chain without
 * findings is one that `checkChain` passes.
 */
export function lintChain(certificates: readonly Certificate[], options: LintChainOptions): readonly ChainFailure[] {
  const { hasLeaf = true, isPartial = false, cache = createCertificateCache() } = options;
  const shape = findShapeFailure(certificates);
  const found = certificates.flatMap((certificate, at) => {
    const isEnd = at === certificates.length - 1;
    const algorithm = findSignatureAlgorithmFailure(certificate);
    // A signature by a broken algorithm is checked by nobody, so it shows nothing about the issuer either.
    const link =
      algorithm !== undefined || (isEnd && isPartial) ? undefined : findLinkFailureAt(certificates, at, cache);
    const failures: readonly (RuleFailure | undefined)[] = [
      algorithm,
      ...listMemberFailures(certificate, hasLeaf ? at : at + 1, options),
      link,
      findValidityFailure([certificate], options.at),
    ];
    return failures.flatMap((failure) => (failure === undefined ? [] : [{ ...failure, certificate: at }]));
  });
  return shape === undefined ? found : [shape, ...found];
}

function listMemberFailures(
  certificate: Certificate,
  index: number,
  { purpose, allowSmallCaKeys = false }: LintChainOptions,
): readonly (RuleFailure | undefined)[] {
  return [
    ...listPlaceFailures(certificate, { purpose, index }),
    purpose === 'timestamping' ? findCriticalExtensionFailure(certificate) : undefined,
    index > 0 && !allowSmallCaKeys ? findCaKeyFailure(certificate) : undefined,
  ];
}
