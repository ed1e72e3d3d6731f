// From options to everything that signing takes, once per run: the key is opened, and its passphrase asked for, a single time,
// however much is signed with it.

import type { EnvelopeFormat } from '@nv2/envelope';
import type { SigningOptions } from '@nv2/notary';
import type { Context } from './context.ts';
import { CliError } from './errors.ts';
import { duration, type OptionValues, oneOf, text } from './option.ts';
import { metadataOptions } from './options.ts';
import { version } from './version.ts';

/** What is signed with, and what the signature says besides. Shared by everything that signs. */
export const signingOptions = {
  key: text('-k, --key <name|file>', 'a configured key, else a key file; default: the default key'),
  cert: text('-c, --cert <file>', 'certificate chain of the key, the signing certificate first'),
  expiry: duration('-e, --expiry <duration>', 'when the signature stops counting, for example 24h or 720h'),
  ...metadataOptions,
  signatureFormat: oneOf('--signature-format <format>', 'envelope', ['jws', 'cose'], { defaultText: 'jws' }),
} as const;

export type SigningFlags = OptionValues<typeof signingOptions>;

/** @throws CliError `CLI_NO_SIGNING_KEY`, `CLI_KEY_UNUSABLE`; ConfigError for a key that cannot be opened */
export async function prepareSigning(flags: SigningFlags, { io, services, at }: Context): Promise<SigningOptions> {
  const config = await services.config();
  const { signatureFormat } = flags.signatureFormat === undefined ? await config.readSettings() : flags;
  const [key, { assertSigningKey }] = await Promise.all([
    services.loadSigningKey(flags.key, flags.cert),
    import('./key-advice.ts'),
  ]);
  assertSigningKey(key, at);
  return {
    key,
    format: await chooseFormat(signatureFormat ?? 'jws'),
    at,
    signingAgent: `nv2/${version}`,
    signal: io.signal,
    ...(flags.expiry === undefined ? {} : { expirySeconds: flags.expiry }),
    ...(flags.userMetadata === undefined ? {} : { userMetadata: flags.userMetadata }),
  };
}

async function chooseFormat(name: string): Promise<EnvelopeFormat> {
  const { findFormat } = await import('@nv2/envelope');
  const format = findFormat(name);
  if (format === undefined) throw new CliError('CLI_USAGE', `there is no envelope format ${name}`);
  return format;
}
