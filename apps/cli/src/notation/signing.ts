// From flags to everything that signing takes: for `sign` and `blob sign`.

import type { EnvelopeFormat } from '@nv2/envelope';
import type { Signer, SigningOptions } from '@nv2/notary';
import type { SigningPurpose } from '../compose/plugins.ts';
import { parseDuration } from '../duration.ts';
import { parseFormatName } from './signature-format.ts';
import { type NotationContext, NotationError, parsePairs, textFlag, textFlags } from './command.ts';
import { pluginConfigFlag, signerFlags, signerGroups, userMetadataFlag } from './flags.ts';
import type { FlagGroup } from './command.ts';
import type { NotationFlag } from './pflag.ts';
import { isCode } from './subject.ts';
import { checkTimestampFlags, openTimestamper } from './timestamping.ts';
import { signingAgent } from './version.ts';

export const signingFlags: readonly NotationFlag[] = [
  ...signerFlags,
  { name: 'expiry', short: 'e', kind: 'duration', help: 'time after which to refuse the signature, as 24h or 3h20m' },
  userMetadataFlag,
  pluginConfigFlag,
  { name: 'timestamp-url', kind: 'string', help: 'time-stamp authority (RFC 3161) that counter-signs' },
  { name: 'timestamp-root-cert', kind: 'string', help: 'file with the root certificate of that authority' },
];

/** How {@link signingFlags} depend on each other. */
export const signingGroups: readonly FlagGroup[] = [
  ...signerGroups,
  { kind: 'together', names: ['timestamp-url', 'timestamp-root-cert'] },
];

const reservedPrefix = 'io.cncf.notary';

/** META-02: what to say about a key that belongs to the specification. */
export function findReservedMetadata(metadata: Readonly<Record<string, string>>): string | undefined {
  const key = Object.keys(metadata).find((name) => name.startsWith(reservedPrefix));
  return key === undefined
    ? undefined
    : `error adding user metadata: metadata key ${key} has reserved prefix ${reservedPrefix}`;
}

/** What is checked before required flags and groups. @throws NotationError */
export function checkSigningFlags(context: NotationContext): void {
  checkTimestampFlags(context);
}

/** @throws NotationError */
export async function prepareSigning(
  context: NotationContext,
  purpose: SigningPurpose = 'artifact',
): Promise<SigningOptions> {
  const { flags, io, at } = context;
  const expirySeconds = parseExpiry(textFlag(flags, 'expiry'));
  const format = await chooseFormat(context);
  const pluginConfig = parsePairs(textFlags(flags, 'plugin-config'), 'plugin-config');
  const userMetadata = parsePairs(textFlags(flags, 'user-metadata'), 'user-metadata');
  const reserved = findReservedMetadata(userMetadata);
  if (reserved !== undefined) throw new NotationError(reserved);
  const key = await loadKey(context, pluginConfig, purpose);
  const timestamp = await openTimestamper(context);
  return {
    key,
    format,
    at,
    expirySeconds,
    userMetadata,
    signingAgent,
    signal: io.signal,
    ...(timestamp && { timestamp }),
  };
}

function parseExpiry(text: string | undefined): number {
  const nanoseconds = text === undefined ? 0n : (parseDuration(text) ?? 0n);
  if (nanoseconds < 0n) throw new NotationError('expiry duration cannot be a negative value');
  if (nanoseconds % 1_000_000_000n !== 0n)
    throw new NotationError('expiry duration supports minimum granularity of seconds');
  return Number(nanoseconds / 1_000_000_000n);
}

async function chooseFormat({ flags, services }: NotationContext): Promise<EnvelopeFormat> {
  const given =
    textFlag(flags, 'signature-format') ?? (await (await services.config()).readSettings()).signatureFormat ?? 'jws';
  return parseFormatName(given);
}

/** Only configured keys: a path is no name here. */
async function loadKey(
  { flags, services }: NotationContext,
  pluginConfig: Readonly<Record<string, string>>,
  purpose: SigningPurpose,
): Promise<Signer> {
  const [plugin, id] = [textFlag(flags, 'plugin'), textFlag(flags, 'id')];
  if (plugin !== undefined && id !== undefined) {
    return services.openPluginKey({ plugin, id, pluginConfig }, purpose);
  }
  const config = await services.config();
  const list = await config.readSigningKeys();
  const name = textFlag(flags, 'key') || list.default;
  if (name === undefined) {
    throw new NotationError('default signing key not set. Please set default signing key or specify a key name');
  }
  if (!list.keys.some((key) => key.name === name)) throw new NotationError(`signing key ${name} not found`);
  const pluginKey = await services.findPluginKey(name, pluginConfig);
  if (pluginKey !== undefined) return services.openPluginKey(pluginKey, purpose);
  try {
    // CERT-24: encrypted keys are not read by this face, so no passphrase is offered.
    return await config.loadSigningKey(name);
  } catch (error) {
    if (!isCode(error, 'CONFIG_KEY_INCOMPLETE')) throw error;
    throw new NotationError(
      'unsupported key, either provide a local key and certificate file paths, or a key name in config.json',
    );
  }
}
