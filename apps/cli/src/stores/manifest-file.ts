// The bytes of a manifest in a file or on standard input, for signing and verifying what is not (yet) in a store.

import { quoteText, readAll } from '@nv2/base';
import { type Descriptor, detectManifestMediaType, digestOf, parseManifest } from '@nv2/oci';
import { CliError } from '../errors.ts';
import { readInputFile, resolvePath } from '../files.ts';
import type { Io } from '../io.ts';
import { maxManifestBytes } from '../limits.ts';
import type { BareSubject } from './bare-subject.ts';

/**
 * Describes a manifest by its bytes. Without `mediaType` the manifest itself must say what it is.
 *
 * @throws CliError `CLI_FILE_UNREADABLE`, `CLI_USAGE`; OciError `OCI_MANIFEST_INVALID`, `OCI_MEDIA_TYPE_UNSUPPORTED`
 */
export async function describeManifestFile(subject: BareSubject, io: Io, mediaType?: string): Promise<Descriptor> {
  const bytes =
    subject.kind === 'stdin'
      ? await readAll(io.stdin, maxManifestBytes)
      : await readInputFile(resolvePath(io.cwd, subject.path), maxManifestBytes);
  if (bytes.length === 0)
    throw new CliError(
      'CLI_USAGE',
      `${subject.kind === 'stdin' ? 'standard input' : quoteText(subject.text)} is empty`,
    );
  const type = mediaType ?? detectManifestMediaType(bytes);
  parseManifest(bytes, type);
  return { mediaType: type, digest: digestOf(bytes), size: bytes.length };
}
