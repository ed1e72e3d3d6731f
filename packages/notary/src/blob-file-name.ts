// Names of signature files of blobs: `FILE.jws.sig`, `FILE.cose.sig` (BLOB-01, BLOB-02).

import { quoteText } from '@nv2/base';
import { builtinFormats, type EnvelopeFormat } from '@nv2/envelope';
import { NotaryError } from './errors.ts';

/** The name of a blob's signature file: that of the blob, the format, `.sig`. */
export function signatureFileName(blobName: string, format: EnvelopeFormat): string {
  return `${blobName}.${format.name}.sig`;
}

export interface SignatureFile {
  /** Base name or path. */
  readonly name: string;
  /** Stated by the user; decides before anything else. */
  readonly mediaType?: string;
  /** Looked at only when the name says nothing. */
  readonly bytes?: Uint8Array;
}

/**
 * The format of a signature file: as stated, else by its extension (in any letter case), else, for a name without one, by the
 * first byte.
 *
 * @throws NotaryError `NOTARY_BLOB_FORMAT_UNKNOWN`
 */
export function parseSignatureFormat(
  file: SignatureFile,
  formats: readonly EnvelopeFormat[] = builtinFormats,
): EnvelopeFormat {
  const { name, mediaType, bytes } = file;
  const found =
    mediaType === undefined
      ? (byName(name, formats) ?? (hasFormatExtension(name) ? undefined : byContent(bytes, formats)))
      : formats.find((format) => format.mediaType === mediaType);
  if (found !== undefined) return found;
  const what = mediaType === undefined ? `file ${quoteText(name)}` : `media type ${quoteText(mediaType)}`;
  throw new NotaryError('NOTARY_BLOB_FORMAT_UNKNOWN', `${what} names no signature format`);
}

/** BLOB-02: at least three parts, the last two of which are the format and `sig`. */
function byName(name: string, formats: readonly EnvelopeFormat[]): EnvelopeFormat | undefined {
  const parts = extensionParts(name);
  return parts === undefined ? undefined : formats.find((format) => format.name === parts);
}

function hasFormatExtension(name: string): boolean {
  return extensionParts(name) !== undefined;
}

function extensionParts(name: string): string | undefined {
  const parts = (name.split(/[/\\]/).at(-1) ?? '').toLowerCase().split('.');
  return parts.length >= 3 && parts.at(-1) === 'sig' ? parts.at(-2) : undefined;
}

/** JSON begins with `{`; the tag of COSE_Sign1 is one byte. What it really is, the parser decides. */
function byContent(bytes: Uint8Array | undefined, formats: readonly EnvelopeFormat[]): EnvelopeFormat | undefined {
  const first = bytes?.find((byte) => byte !== 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d);
  if (first === 0x7b) return formats.find(({ name }) => name === 'jws');
  if (first === 0xd2) return formats.find(({ name }) => name === 'cose');
  return undefined;
}
