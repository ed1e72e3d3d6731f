import { constants, type FileHandle, open } from 'node:fs/promises';
import { attempt } from './failure.ts';

export interface WriteRequest {
  readonly path: string;
  readonly offset: number;
  readonly body: AsyncIterable<Uint8Array>;
  /** Sees each chunk after it was written. */
  readonly onBytes: (bytes: Uint8Array) => void;
  readonly isDurable: boolean;
}

const doing = 'writing an upload';

/**
 * Streams a body into a file. When the body throws, what arrived is made durable and the body's error thrown;
 * when the file system throws, the bytes do not count.
 */
export async function writeAt({ path, offset, body, onBytes, isDurable }: WriteRequest): Promise<void> {
  const handle = await attempt(doing, () => open(path, constants.O_RDWR | constants.O_CREAT, 0o640));
  try {
    const { size } = await attempt(doing, () => handle.stat());
    if (size > offset) await attempt(doing, () => handle.truncate(offset));
    let failure: { readonly error: unknown } | undefined;
    let position = offset;
    const chunks = body[Symbol.asyncIterator]();
    try {
      for (;;) {
        const next = await chunks.next().catch((error: unknown) => {
          failure = { error };
        });
        if (next === undefined || next.done === true) break;
        await attempt(doing, () => writeChunk(handle, next.value, position));
        position += next.value.length;
        onBytes(next.value);
      }
    } finally {
      await chunks.return?.();
    }
    if (isDurable) await attempt(doing, () => handle.sync());
    if (failure !== undefined) throw failure.error;
  } finally {
    await handle.close();
  }
}

async function writeChunk(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let written = 0; written < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, written, bytes.length - written, position + written);
    written += bytesWritten;
  }
}
