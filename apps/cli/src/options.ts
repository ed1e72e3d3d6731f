// Options that several commands share, defined once.

import { defaultMaxSignatures } from './limits.ts';
import { choiceFlag, flag, oneOf, pairs, positive, text, texts, timeout } from './option.ts';

/** On every command. */
export const commonOptions = {
  format: oneOf('--format <format>', 'what standard output carries', ['text', 'json'], { defaultText: 'text' }),
  debug: flag('-d, --debug', 'say what happens on the way; secrets are left out'),
} as const;

/** How to reach the registry of the subject. */
export const registryOptions = {
  username: text('-u, --username <name>', 'user name at the registry (or NV2_USERNAME)'),
  password: text('-p, --password <password>', 'password, or identity token without a user name (or NV2_PASSWORD)'),
  passwordStdin: flag('--password-stdin', 'read the password from standard input'),
  plainHttp: choiceFlag('--plain-http', 'use HTTP instead of HTTPS (the default for loopback names with a port)', {
    aliases: ['--insecure', '--no-plain-http'],
  }),
  caFile: text('--ca-file <file>', 'PEM file of authorities to accept for TLS', { aliases: ['--ca-cert <file>'] }),
  certFile: text('--cert-file <file>', 'PEM file of the TLS client certificate'),
  keyFile: text('--key-file <file>', 'PEM file of the TLS client key'),
} as const;

/** The artifact as `-r`, in place of the positional argument. */
export const referenceOptions = {
  reference: texts('-r, --reference <reference>', 'the artifact, when no SUBJECT is given'),
} as const;

export const referrersOptions = {
  forceReferrersTag: flag(
    '--force-referrers-tag',
    'store the signature in the tag schema without asking for the referrers API',
  ),
} as const;

export const trustOptions = {
  key: text(
    '-k, --key <name|file>',
    'accept exactly this public key: a configured key, else a file (key or certificate)',
  ),
  cert: texts('-c, --cert <file>', 'accept signers under these certificates'),
  policyFile: text('--policy-file <file>', 'use this trust policy instead of the configured one'),
  scope: text('--scope <scope>', 'registry scope to look up in the policy for a layout or file'),
} as const;

export const revocationOptions = {
  offline: flag('--offline', 'open no connection; revocation is judged by caches and --revocation-data alone'),
  revocationData: text('--revocation-data <dir>', 'directory of CRLs and OCSP answers to judge revocation by'),
  ocspTimeout: timeout('--ocsp-timeout <duration>', 'how long to wait for an OCSP answer', '2s'),
  crlTimeout: timeout('--crl-timeout <duration>', 'how long to wait for a CRL', '5s'),
} as const;

export const metadataOptions = {
  userMetadata: pairs('--user-metadata <key=value>', 'metadata that is signed, or that must be signed'),
} as const;

export const pluginOptions = {
  pluginConfig: pairs('--plugin-config <key=value>', 'a setting for the plugin; may be given many times'),
} as const;

export const limitOptions = {
  maxSignatures: positive('--max-signatures <n>', 'examine at most n signatures', defaultMaxSignatures),
} as const;

export const mediaTypeOptions = {
  mediaType: text('--media-type <type>', 'media type of the manifest in a file or on standard input'),
} as const;

/** Accepted for scripts of the 2020 prototype; there is one method. */
export const methodOptions = {
  method: oneOf('-m, --method <method>', 'signing method', ['x509'], { defaultText: 'x509' }),
} as const;
