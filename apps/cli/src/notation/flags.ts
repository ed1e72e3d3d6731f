// Flag sets that commands share.

import type { NotationFlag } from './pflag.ts';

/** `-v` is of 1.x: accepted and ignored. */
export const loggingFlags: readonly NotationFlag[] = [
  { name: 'debug', short: 'd', kind: 'bool' },
  { name: 'verbose', short: 'v', kind: 'bool' },
];

export const registryFlags: readonly NotationFlag[] = [
  { name: 'username', short: 'u', kind: 'string' },
  { name: 'password', short: 'p', kind: 'string' },
  { name: 'insecure-registry', kind: 'bool' },
  { name: 'allow-referrers-api', kind: 'bool', deprecated: '' },
];

export const signerFlags: readonly NotationFlag[] = [
  { name: 'key', short: 'k', kind: 'string' },
  { name: 'signature-format', kind: 'string' },
  { name: 'id', kind: 'string' },
  { name: 'plugin', kind: 'string' },
];
