import { quoteText } from '@nv2/base';
import type { UnverifiedEnvelope } from './envelope.ts';
import { tooLarge, unsupported } from './errors.ts';
import { builtinFormats } from './formats/builtin.ts';
import type { EnvelopeFormat, ParseOptions } from './formats/format.ts';
import { maxEnvelopeBytes } from './limits.ts';

/** The format with that command-line name (`jws`, `cose`) or media type, compared exactly. */
export function findFormat(
  nameOrMediaType: string,
  formats: readonly EnvelopeFormat[] = builtinFormats,
): EnvelopeFormat | undefined {
  return formats.find(({ name, mediaType }) => name === nameOrMediaType || mediaType === nameOrMediaType);
}

export interface ParseEnvelopeOptions extends ParseOptions {
  readonly formats?: readonly EnvelopeFormat[];
}

/**
 * Reads an envelope of the given media type. Nothing in the result is true yet: see {@link checkIntegrity}.
 *
 * @throws EnvelopeError `ENVELOPE_UNSUPPORTED`, `ENVELOPE_MALFORMED`, `ENVELOPE_LIMIT`
 */
export function parseEnvelope(
  bytes: Uint8Array,
  mediaType: string,
  options: ParseEnvelopeOptions = {},
): UnverifiedEnvelope {
  const { formats = builtinFormats } = options;
  // SIGN-03
  const format = formats.find((candidate) => candidate.mediaType === mediaType);
  if (format === undefined)
    throw unsupported('SIGN-03', `envelope media type ${quoteText(mediaType)} is not supported`);
  if (bytes.length > maxEnvelopeBytes) {
    throw tooLarge(`envelope of ${bytes.length} bytes is larger than ${maxEnvelopeBytes} bytes`);
  }
  return format.parse(bytes, options);
}
