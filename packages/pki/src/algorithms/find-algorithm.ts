// The certificate is the source of truth for the algorithm (ALG-02).

import { quoteText } from '@nv2/base';
import type { SubjectKey } from '../certificate.ts';
import { PkiError } from '../errors.ts';
import type { SignatureAlgorithm } from './algorithm.ts';
import { builtinAlgorithms } from './builtin.ts';

/**
 * The algorithm that a leaf key signs with: exact RSA sizes and curves only (ALG-03, ALG-04, OC-10).
 *
 * @returns `undefined` for every other key; such a key can neither sign nor be a leaf.
 */
export function findAlgorithm(key: SubjectKey): SignatureAlgorithm | undefined {
  return builtinAlgorithms.find(({ key: wanted }) =>
    wanted.kind === 'rsa'
      ? key.kind === 'rsa' && key.bits === wanted.bits
      : key.kind === 'ec' && key.curve === wanted.curve,
  );
}

/** The algorithm with a JWS name. @throws PkiError `PKI_ALGORITHM_UNKNOWN` */
export function algorithmByName(name: string): SignatureAlgorithm {
  const algorithm = builtinAlgorithms.find((candidate) => candidate.name === name);
  if (algorithm !== undefined) return algorithm;
  const names = builtinAlgorithms.map((candidate) => candidate.name).join(', ');
  throw new PkiError('PKI_ALGORITHM_UNKNOWN', `signature algorithm ${quoteText(name)} is none of ${names}`);
}
