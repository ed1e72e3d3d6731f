// What both faces do with blobs and their signature files (docs/spec-map.md section 9): reading, naming,
// writing. Words and prompts are each face's own.

import { constants } from 'node:fs';
import { type FileHandle, lstat, mkdir, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type BodySource, quoteText } from '@nv2/base';
import { type EnvelopeFormat, parseEnvelope, type UnverifiedEnvelope } from '@nv2/envelope';
import { parseSignatureFormat, type SignatureFile, signatureFileName } from '@nv2/notary';
import { CliError } from './errors.ts';
import { readInputFile, reasonOf, resolvePath, writeNewFile } from './files.ts';
import type { Io } from './io.ts';
import { blobChunkBytes, maxEnvelopeBytes } from './limits.ts';

/** A blob that can be read as often as there are signatures to check; standard input only once. */
export interface Blob extends AsyncDisposable {
  readonly content: BodySource;
  /** Base name; absent for standard input. */
  readonly name?: string;
}

/**
 * Opens a blob: the file at `path`, or standard input for `-`. Nothing of it is kept in memory. What is open is what is read,
 * so a file that is replaced meanwhile is still the one that was opened.
 *
 * @throws CliError `CLI_FILE_UNREADABLE`; its `cause` is the system's error, where there is one
 */
export async function openBlob(path: string, { io }: { readonly io: Pick<Io, 'cwd' | 'stdin'> }): Promise<Blob> {
  if (path === '-') return { content: onceReadable(io.stdin), [Symbol.asyncDispose]: async () => undefined };
  const file = await openFile(resolvePath(io.cwd, path), path);
  return {
    content: { open: () => chunksOf(file, path) },
    name: basename(path),
    [Symbol.asyncDispose]: () => file.close(),
  };
}

async function openFile(path: string, shown: string): Promise<FileHandle> {
  let file: FileHandle | undefined;
  try {
    // Without O_NONBLOCK a named pipe without a writer would hang the open.
    file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const status = await file.stat();
    if (status.isFile()) return file;
    const what = status.isDirectory() ? 'is a directory and not a file' : 'is not a file';
    throw new CliError('CLI_FILE_UNREADABLE', `${quoteText(shown, 300)} ${what}`);
  } catch (cause) {
    await file?.close();
    throw unreadable(shown, cause);
  }
}

async function* chunksOf(file: FileHandle, shown: string): AsyncGenerator<Uint8Array, void, undefined> {
  // A new buffer for each chunk: whoever keeps one must not see it change.
  for (let position = 0; ; ) {
    const chunk = new Uint8Array(blobChunkBytes);
    const { bytesRead } = await file.read(chunk, 0, chunk.length, position).catch((cause: unknown) => {
      throw unreadable(shown, cause);
    });
    if (bytesRead === 0) return;
    position += bytesRead;
    yield chunk.subarray(0, bytesRead);
  }
}

function onceReadable(stdin: AsyncIterable<Uint8Array>): BodySource {
  let isUsed = false;
  return {
    open() {
      if (isUsed) throw new CliError('CLI_USAGE', 'standard input can be read only once');
      isUsed = true;
      return stdin;
    },
  };
}

function unreadable(shown: string, cause: unknown): CliError {
  if (cause instanceof CliError) return cause;
  return new CliError('CLI_FILE_UNREADABLE', `cannot read ${quoteText(shown, 300)}: ${reasonOf(cause)}`, { cause });
}

/** BLOB-01: where the signature of the blob at `blobPath` goes: into `directory`, by default that of the blob. */
export function signaturePathOf(blobPath: string, format: EnvelopeFormat, directory?: string): string {
  return join(directory ?? dirname(blobPath), signatureFileName(basename(blobPath), format));
}

/** A signature file and the format that its name, a stated media type or, without both, its first byte says (BLOB-02). */
export interface ReadSignatureFile {
  readonly bytes: Uint8Array;
  readonly format: EnvelopeFormat;
}

/** @throws CliError `CLI_FILE_UNREADABLE`; NotaryError `NOTARY_BLOB_FORMAT_UNKNOWN` */
export async function readSignatureFile(
  path: string,
  { io, mediaType }: { readonly io: Pick<Io, 'cwd'> } & Pick<SignatureFile, 'mediaType'>,
): Promise<ReadSignatureFile> {
  const bytes = await readInputFile(resolvePath(io.cwd, path), maxEnvelopeBytes);
  const stated = mediaType === undefined ? {} : { mediaType };
  return { bytes, format: parseSignatureFormat({ name: basename(path), bytes, ...stated }) };
}

/** What a signature file says, for showing it. @throws EnvelopeError */
export function parseSignatureFile({ bytes, format }: ReadSignatureFile): UnverifiedEnvelope {
  return parseEnvelope(bytes, format.mediaType);
}

/** Whether something is at `path`, a dangling link included: it would be replaced. */
export async function isTaken(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

/** Signature files are their owner's until shared. */
const signatureMode = 0o600;

export interface WriteSignatureOptions {
  /** Replaces what is there; otherwise a file that appears meanwhile is kept. */
  readonly overwrite: boolean;
  /** Makes directories that are missing, for their owner only. */
  readonly makeDirectories?: boolean;
}

/**
 * Writes a signature file, whole or not at all.
 *
 * @throws CliError `CLI_FILE_EXISTS`, `CLI_FILE_UNWRITABLE`; the latter's `cause` is the system's error
 */
export async function writeSignatureFile(
  path: string,
  bytes: Uint8Array,
  { overwrite, makeDirectories = false }: WriteSignatureOptions,
): Promise<void> {
  if (makeDirectories) await makeDirectoryOf(path);
  if (!overwrite) return writeNewFile(path, bytes, signatureMode);
  // Beside it, so that the rename stays in one file system.
  const temporary = `${path}.${process.pid}.tmp`;
  await rm(temporary, { force: true }).catch(() => undefined); // of a process that died; writing says what is wrong otherwise
  await writeNewFile(temporary, bytes, signatureMode);
  try {
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw unwritable(path, cause);
  }
}

async function makeDirectoryOf(path: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw unwritable(path, cause);
  }
}

function unwritable(path: string, cause: unknown): CliError {
  const message = `cannot write ${quoteText(path, 300)}: ${reasonOf(cause)}`;
  return new CliError('CLI_FILE_UNWRITABLE', message, { cause });
}
