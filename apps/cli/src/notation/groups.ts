import type { NotationGroup } from './command.ts';

export const rootGroup: NotationGroup = {
  path: [],
  aliases: [],
  summary: 'Notation - a tool to sign and verify artifacts (nv2)',
};

export const notationGroups: readonly NotationGroup[] = [
  { path: ['blob'], aliases: [], summary: 'Sign, verify and inspect files that are in no registry' },
  { path: ['blob', 'policy'], aliases: [], summary: 'Manage the trust policy of blobs' },
  { path: ['certificate'], aliases: ['cert'], summary: 'Manage the certificates of the trust store' },
  { path: ['completion'], aliases: [], summary: 'Print a completion script for a shell' },
  { path: ['key'], aliases: [], summary: 'Manage the list of signing keys' },
  { path: ['plugin'], aliases: [], summary: 'Manage plugins' },
  { path: ['policy'], aliases: [], summary: 'Manage the trust policy of OCI artifacts' },
];
