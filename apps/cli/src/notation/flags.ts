// Flag sets that commands share.

import type { NotationFlag } from './pflag.ts';

/** `-v` is of 1.x: accepted and ignored. */
export const loggingFlags: readonly NotationFlag[] = [
  { name: 'debug', short: 'd', kind: 'bool', help: 'write what is going on to standard error' },
  { name: 'verbose', short: 'v', kind: 'bool', help: 'of 1.x, without effect', isHidden: true },
];

export const registryFlags: readonly NotationFlag[] = [
  { name: 'username', short: 'u', kind: 'string', help: 'user name for the registry, else $NOTATION_USERNAME' },
  { name: 'password', short: 'p', kind: 'string', help: 'password for the registry, else $NOTATION_PASSWORD' },
  { name: 'insecure-registry', kind: 'bool', help: 'reach the registry over plain HTTP; for tests only' },
];

/** Of 1.x: reading signatures always asks both ways. */
export const referrersApiFlag: NotationFlag = {
  name: 'allow-referrers-api',
  kind: 'bool',
  help: 'of 1.x, without effect',
  isHidden: true,
  deprecated: "flag '--allow-referrers-api' is deprecated and will be removed in future versions.",
};

export const maxSignaturesFlag: NotationFlag = {
  name: 'max-signatures',
  kind: 'int',
  help: 'most signatures to examine (default 100)',
};

export const outputFlag: NotationFlag = {
  name: 'output',
  short: 'o',
  kind: 'string',
  help: 'form of the output, "tree" or "json" (default "tree")',
};

export const layoutFlag: NotationFlag = {
  name: 'oci-layout',
  kind: 'bool',
  help: 'the artifact is in a directory with the OCI image layout',
  isExperimental: true,
};

export const signerFlags: readonly NotationFlag[] = [
  { name: 'key', short: 'k', kind: 'string', help: 'name of a key of the key list; not with --id and --plugin' },
  { name: 'signature-format', kind: 'string', help: 'form of the signature, "jws" or "cose" (default "jws")' },
  { name: 'id', kind: 'string', help: 'key that the plugin of --plugin knows by this id' },
  { name: 'plugin', kind: 'string', help: 'plugin that signs with the key of --id' },
];

/** How {@link signerFlags} depend on each other. */
export const signerGroups = [
  { kind: 'together', names: ['id', 'plugin'] },
  { kind: 'exclusive', names: ['key', 'id'] },
  { kind: 'exclusive', names: ['key', 'plugin'] },
] as const;

export const userMetadataFlag: NotationFlag = {
  name: 'user-metadata',
  short: 'm',
  kind: 'strings',
  help: 'a {key}={value} pair of the signed payload; may be given many times',
};

export const pluginConfigFlag: NotationFlag = {
  name: 'plugin-config',
  kind: 'strings',
  help: 'a {key}={value} pair for the plugin; may be given many times',
};

/** Which trust store a command of `notation certificate` means. */
export const storeFlags = {
  required: [
    {
      name: 'type',
      short: 't',
      kind: 'string',
      help: 'type of the store: ca, signingAuthority or tsa',
      isRequired: true,
    },
    { name: 'store', short: 's', kind: 'string', help: 'name of the store', isRequired: true },
  ],
  optional: [
    { name: 'type', short: 't', kind: 'string', help: 'only stores of this type: ca, signingAuthority or tsa' },
    { name: 'store', short: 's', kind: 'string', help: 'only stores of this name' },
  ],
} as const satisfies Readonly<Record<string, readonly NotationFlag[]>>;

export const yesFlag: NotationFlag = { name: 'yes', short: 'y', kind: 'bool', help: 'do not ask' };

export const forceFlag: NotationFlag = { name: 'force', kind: 'bool', help: 'replace what is there without asking' };
