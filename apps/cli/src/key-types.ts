/** Kinds of keys that can be made: those that can sign (ALG-03). */
export const keyTypes = ['p-256', 'p-384', 'p-521', 'rsa-2048', 'rsa-3072', 'rsa-4096'] as const;
export type KeyType = (typeof keyTypes)[number];
