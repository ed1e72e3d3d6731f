import type { FileHandle } from 'node:fs/promises';
import { ServerError } from '../errors.ts';
import { readChunkBytes } from '../limits.ts';
import type { ByteRange, OpenedBlob } from './driver.ts';
import { attempt } from './failure.ts';

const doing = 'reading a blob';

/**
 * An open file, or a part of it, as a stream that closes it at the end, on failure, or when the reader stops early
 * (F4).
 */
export function readRange(handle: FileHandle, range?: ByteRange): OpenedBlob {
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= handle.close());
  return { stream: readParts(handle, range, close), close };
}

async function* readParts(
  handle: FileHandle,
  range: ByteRange | undefined,
  close: () => Promise<void>,
): AsyncIterable<Uint8Array> {
  try {
    const end = range === undefined ? (await attempt(doing, () => handle.stat())).size : range.end + 1;
    for (let position = range?.start ?? 0; position < end; ) {
      // Memory of its own, not cleared: every byte that is passed on was read.
      const buffer = new Uint8Array(Buffer.allocUnsafeSlow(Math.min(readChunkBytes, end - position)).buffer);
      const { bytesRead } = await attempt(doing, () => handle.read(buffer, 0, buffer.length, position));
      if (bytesRead === 0)
        throw new ServerError('SERVER_STORAGE_FAILED', `${doing}: it ends at byte ${position} of ${end}`);
      position += bytesRead;
      yield bytesRead === buffer.length ? buffer : buffer.subarray(0, bytesRead);
    }
  } finally {
    await close();
  }
}
