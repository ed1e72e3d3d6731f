import { parseDuration } from '../duration.ts';
import { referenceArgument } from './arguments.ts';
import {
  firstArgument,
  type NotationCommand,
  type NotationContext,
  NotationError,
  parsePairs,
  textFlag,
  textFlags,
} from './command.ts';
import {
  layoutFlag,
  loggingFlags,
  pluginConfigFlag,
  referrersApiFlag,
  registryFlags,
  signerFlags,
  signerGroups,
  userMetadataFlag,
} from './flags.ts';
import { isCode, nameByDigest, openSubject, resolveSubject, warnAboutTag } from './subject.ts';
import { signingAgent } from './version.ts';
import type { EnvelopeFormat } from '@nv2/envelope';
import type { SigningKey } from '@nv2/pki';

export const signCommand: NotationCommand = {
  path: ['sign'],
  aliases: [],
  usage: '[flags] <reference>',
  summary: 'Sign an artifact',
  examples: [
    'sign <registry>/<repository>@<digest>',
    'sign --key <name> --signature-format cose <registry>/<repository>@<digest>',
  ],
  flags: [
    ...signerFlags,
    ...registryFlags,
    ...loggingFlags,
    { name: 'expiry', short: 'e', kind: 'duration', help: 'time after which to refuse the signature, as 24h or 3h20m' },
    userMetadataFlag,
    pluginConfigFlag,
    { name: 'timestamp-url', kind: 'string', help: 'time-stamp authority (RFC 3161) that counter-signs' },
    { name: 'timestamp-root-cert', kind: 'string', help: 'file with the root certificate of that authority' },
    { name: 'force-referrers-tag', kind: 'bool', help: 'store the signature with the referrers tag schema' },
    layoutFlag,
    {
      ...referrersApiFlag,
      deprecated: `${referrersApiFlag.deprecated?.replace(/\.$/, '')}, use '--force-referrers-tag=false' instead.`,
    },
  ],
  groups: [
    ...signerGroups,
    { kind: 'exclusive', names: ['oci-layout', 'force-referrers-tag'] },
    { kind: 'together', names: ['timestamp-url', 'timestamp-root-cert'] },
  ],
  checkArguments: referenceArgument('sign'),
  run: async (context) => {
    const { flags, io, at, out } = context;
    checkFlags(context);
    const expirySeconds = parseExpiry(textFlag(flags, 'expiry'));
    parsePairs(textFlags(flags, 'plugin-config'), 'plugin-config');
    const userMetadata = parsePairs(textFlags(flags, 'user-metadata'), 'user-metadata');
    const format = await chooseFormat(context);
    const key = await loadKey(context);
    await using subject = await openSubject(firstArgument(flags), context);
    const descriptor = await resolveSubject(subject, context);
    warnAboutTag(subject, 'sign', context);
    const { sign } = await import('@nv2/notary');
    const { signature } = await sign({
      store: subject.store,
      subject: descriptor,
      key,
      format,
      at,
      expirySeconds,
      userMetadata,
      signingAgent,
      // What the reference writes, and nothing it does not (ADR 9).
      inlineEnvelope: false,
      form: subject.signatureForm,
      signal: io.signal,
    });
    out(`Successfully signed ${nameByDigest(subject, descriptor.digest)}`);
    out(`Pushed the signature to ${nameByDigest(subject, signature.digest)}`);
  },
};

function checkFlags({ flags }: NotationContext): void {
  if (textFlag(flags, 'timestamp-url') === '') throw new NotationError('timestamping: tsa url cannot be empty');
  if (textFlag(flags, 'timestamp-root-cert') === '') {
    throw new NotationError('timestamping: tsa root certificate path cannot be empty');
  }
  // SIGN-08: what was asked for and cannot be done fails the signing.
  if (flags.values.has('timestamp-url'))
    throw new NotationError('timestamping: time-stamps are not supported by nv2 yet');
  if (flags.values.has('plugin')) throw new NotationError('plugins are not supported by nv2 yet');
}

function parseExpiry(text: string | undefined): number {
  const nanoseconds = text === undefined ? 0n : (parseDuration(text) ?? 0n);
  if (nanoseconds < 0n) throw new NotationError('expiry duration cannot be a negative value');
  if (nanoseconds % 1_000_000_000n !== 0n)
    throw new NotationError('expiry duration supports minimum granularity of seconds');
  return Number(nanoseconds / 1_000_000_000n);
}

async function chooseFormat({ flags, services }: NotationContext): Promise<EnvelopeFormat> {
  const { findFormat } = await import('@nv2/envelope');
  const given =
    textFlag(flags, 'signature-format') ?? (await (await services.config()).readSettings()).signatureFormat ?? 'jws';
  const format = given.includes('/') ? undefined : findFormat(given);
  if (format !== undefined) return format;
  throw new NotationError(
    `signature format ${JSON.stringify(given)} not supported\nSupported signature envelope formats are "jws" and "cose"`,
  );
}

/** Only configured keys: a path is no name here. */
async function loadKey({ flags, services }: NotationContext): Promise<SigningKey> {
  const config = await services.config();
  const list = await config.readSigningKeys();
  const name = textFlag(flags, 'key') || list.default;
  if (name === undefined) {
    throw new NotationError('default signing key not set. Please set default signing key or specify a key name');
  }
  if (!list.keys.some((key) => key.name === name)) throw new NotationError(`signing key ${name} not found`);
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
