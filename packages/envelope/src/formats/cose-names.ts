export const coseMediaType = 'application/cose';

/** RFC 9052 section 3.1 and RFC 9360 section 2. */
export const coseLabels = { algorithm: 1, critical: 2, contentType: 3, iv: 5, partialIv: 6, x5chain: 33 } as const;

/** Counter-signatures, old and new: not used by the Notary Project. */
export const counterSignatureLabels: readonly number[] = [7, 9, 11, 12];

/** SIG-COSE-07: labels that every COSE reader understands, which must not be listed as critical. */
export function isCommonLabel(label: string | number): boolean {
  return typeof label === 'number' && label >= 0 && label <= 8;
}
