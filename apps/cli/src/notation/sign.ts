import { parseDuration } from '../duration.ts';
import {
  checkExperimental,
  type NotationCommand,
  type NotationContext,
  NotationError,
  parsePairs,
  referenceArgument,
  refuseTogether,
  requireTogether,
  textFlag,
  textFlags,
} from './command.ts';
import { loggingFlags, registryFlags, signerFlags } from './flags.ts';
import { isCode, nameByDigest, openSubject, resolveSubject, warnAboutTag } from './subject.ts';
import { signingAgent } from './version.ts';
import type { EnvelopeFormat } from '@nv2/envelope';
import type { SigningKey } from '@nv2/pki';

export const signCommand: NotationCommand = {
  name: 'sign',
  aliases: [],
  usage: 'notation sign [flags] <reference>',
  summary: 'Sign artifacts',
  flags: [
    ...signerFlags,
    ...registryFlags,
    ...loggingFlags,
    { name: 'expiry', short: 'e', kind: 'duration' },
    { name: 'user-metadata', short: 'm', kind: 'strings' },
    { name: 'plugin-config', kind: 'strings' },
    { name: 'force-referrers-tag', kind: 'bool' },
    { name: 'timestamp-url', kind: 'string' },
    { name: 'timestamp-root-cert', kind: 'string' },
    { name: 'oci-layout', kind: 'bool' },
  ],
  run: async (context) => {
    const { flags, io, at, out } = context;
    const reference = referenceArgument(flags, 'sign');
    checkExperimental(context, 'sign', ['oci-layout']);
    checkFlags(context);
    const expirySeconds = parseExpiry(textFlag(flags, 'expiry'));
    const userMetadata = parsePairs(textFlags(flags, 'user-metadata'), 'user-metadata');
    const format = await chooseFormat(context);
    const key = await loadKey(context);
    await using subject = await openSubject(reference, context);
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

function checkFlags({ flags, warn }: NotationContext): void {
  requireTogether(flags, ['id', 'plugin']);
  requireTogether(flags, ['timestamp-url', 'timestamp-root-cert']);
  refuseTogether(flags, ['key', 'id']);
  refuseTogether(flags, ['key', 'plugin']);
  refuseTogether(flags, ['oci-layout', 'force-referrers-tag']);
  if (flags.deprecated.length > 0) {
    warn(
      "flag '--allow-referrers-api' is deprecated and will be removed in future versions, use '--force-referrers-tag=false' instead.",
    );
  }
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
