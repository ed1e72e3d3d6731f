// Bounds of what this package reads, each with its reason.

export const limits = {
  /** A policy is written by hand: the largest we know of have some dozen statements (10 KiB). */
  maxPolicyBytes: 1024 * 1024,
  /** document, statements, statement, signatureVerification, override: the standard needs five. */
  maxPolicyDepth: 16,
  /** Identities are compared pairwise for overlap (ID-11), so their number is squared. */
  maxIdentitiesPerStatement: 1000,
  /** More problems than anybody reads; keeps a hostile document from growing a list without end. */
  maxProblems: 1000,
} as const;
