// From options to everything that signing takes, once per run: the key is opened, and its passphrase asked for, a single time,
// however much is signed with it.

import type { EnvelopeFormat } from '@nv2/envelope';
import type { Signer, SigningOptions } from '@nv2/notary';
import type { PluginKey, SigningPurpose } from './compose/plugins.ts';
import type { Context } from './context.ts';
import { CliError } from './errors.ts';
import { duration, type OptionValues, oneOf, text } from './option.ts';
import { metadataOptions, pluginOptions } from './options.ts';
import type { Services } from './services.ts';
import { openTimestamper, timestampOptions } from './timestamp-options.ts';
import { version } from './version.ts';

/** What is signed with, and what the signature says besides. Shared by everything that signs. */
export const signingOptions = {
  key: text('-k, --key <name|file>', 'a configured key, else a key file; default: the default key'),
  cert: text('-c, --cert <file>', 'certificate chain of the key, the signing certificate first'),
  plugin: text('--plugin <name>', 'plugin that signs with the key of --id'),
  id: text('--id <key-id>', 'what the plugin of --plugin calls the key'),
  ...pluginOptions,
  expiry: duration('-e, --expiry <duration>', 'when the signature stops counting, for example 24h or 720h'),
  ...metadataOptions,
  signatureFormat: oneOf('--signature-format <format>', 'envelope', ['jws', 'cose'], { defaultText: 'jws' }),
  ...timestampOptions,
} as const;

export type SigningFlags = OptionValues<typeof signingOptions>;

/** @throws CliError `CLI_NO_SIGNING_KEY`, `CLI_KEY_UNUSABLE`, `CLI_USAGE`; PluginError; ConfigError for a key that cannot be opened */
export async function prepareSigning(
  flags: SigningFlags,
  context: Context,
  purpose: SigningPurpose = 'artifact',
): Promise<SigningOptions> {
  const { io, services, at } = context;
  const timestamp = await openTimestamper(flags, context);
  const config = await services.config();
  const { signatureFormat } = flags.signatureFormat === undefined ? await config.readSettings() : flags;
  const key = await openSigner(flags, context, purpose);
  return {
    key,
    format: await chooseFormat(signatureFormat ?? 'jws'),
    at,
    signingAgent: `nv2/${version}`,
    signal: io.signal,
    ...(flags.expiry === undefined ? {} : { expirySeconds: flags.expiry }),
    ...(flags.userMetadata === undefined ? {} : { userMetadata: flags.userMetadata }),
    ...(timestamp && { timestamp }),
  };
}

async function openSigner(flags: SigningFlags, { services, at }: Context, purpose: SigningPurpose): Promise<Signer> {
  const pluginKey = await choosePluginKey(flags, services);
  if (pluginKey !== undefined) {
    if (flags.cert === undefined) return services.openPluginKey(pluginKey, purpose);
    throw new CliError('CLI_USAGE', '-c goes with a key file; a plugin brings the certificates of its keys');
  }
  if (flags.pluginConfig !== undefined) {
    throw new CliError('CLI_USAGE', '--plugin-config goes with a key in a plugin', {
      hint: 'Name one with --plugin and --id, or with -k. See `nv2 key list`.',
    });
  }
  const [key, { assertSigningKey }] = await Promise.all([
    services.loadSigningKey(flags.key, flags.cert),
    import('./key-advice.ts'),
  ]);
  assertSigningKey(key, at);
  return key;
}

/** @throws CliError `CLI_USAGE` */
async function choosePluginKey(
  { key, plugin, id, pluginConfig = {} }: SigningFlags,
  services: Services,
): Promise<PluginKey | undefined> {
  if (plugin === undefined && id === undefined) return services.findPluginKey(key, pluginConfig);
  if (plugin === undefined || id === undefined) {
    throw new CliError('CLI_USAGE', '--plugin and --id go together: the plugin, and what it calls the key');
  }
  if (key !== undefined) throw new CliError('CLI_USAGE', '-k and --plugin exclude each other');
  return { plugin, id, pluginConfig };
}

async function chooseFormat(name: string): Promise<EnvelopeFormat> {
  const { findFormat } = await import('@nv2/envelope');
  const format = findFormat(name);
  if (format === undefined) throw new CliError('CLI_USAGE', `there is no envelope format ${name}`);
  return format;
}
