import type { ExtendedAttribute, SignedAttributes } from './envelope.ts';

/**
 * The critical extended attributes that nobody has processed. One is enough to make a verification fail, plugin or
 * no plugin, whether its key is text or an integer (ATTR-10, SIG-COSE-19, OC-01, OC-02).
 *
 * @param processed keys that a verification plugin says it processed
 */
export function findUnprocessedAttributes(
  signed: SignedAttributes,
  processed: ReadonlySet<string | number> = none,
): readonly ExtendedAttribute[] {
  return signed.extended.filter((attribute) => attribute.isCritical && !processed.has(attribute.key));
}

const none: ReadonlySet<string | number> = new Set();
