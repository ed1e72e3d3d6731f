import { bytesBody, encodeUtf8 } from '@nv2/base';
import { type Descriptor, digestOf, mediaTypes } from '@nv2/oci';
import { describe, expect, it } from 'vitest';
import { memoryStore } from './memory-store.ts';
import type { ContentStore, Manifest } from './store.ts';
import { checkManifestBytes, fetchBytes, fetchManifest, manifestOf, verifyStream } from './verified.ts';

const bytes = encodeUtf8('hello world');
const descriptor: Descriptor = { mediaType: 'text/plain', digest: digestOf(bytes), size: bytes.length };

async function* chunked(content: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < content.length; at += size) yield content.subarray(at, at + size);
}

async function drain(
  stream: AsyncIterable<Uint8Array>,
): Promise<{ readonly length: number; readonly error?: unknown }> {
  let length = 0;
  try {
    for await (const chunk of stream) length += chunk.length;
    return { length };
  } catch (error) {
    return { length, error };
  }
}

describe('a verified stream', () => {
  it.each([1, 3, 100])('passes the right bytes on in chunks of %i', async (size) => {
    expect(await drain(verifyStream(descriptor, chunked(bytes, size)))).toEqual({ length: bytes.length });
  });

  it.each([
    ['one byte is different', encodeUtf8('hello w0rld')],
    ['one byte is missing', bytes.subarray(1)],
    ['there is nothing', new Uint8Array()],
  ])('throws at its end when %s', async (_, content) => {
    const { length, error } = await drain(verifyStream(descriptor, chunked(content, 4)));
    expect(length).toBe(content.length);
    expect(error).toMatchObject({ code: 'CONTENT_MISMATCH' });
  });

  it('never passes on a byte beyond the size', async () => {
    const { length, error } = await drain(verifyStream(descriptor, chunked(encodeUtf8('hello world!'), 1)));
    expect(length).toBe(bytes.length);
    expect(error).toMatchObject({ code: 'CONTENT_MISMATCH' });
  });

  it('closes its source when the reader stops', async () => {
    let isClosed = false;
    async function* source(): AsyncGenerator<Uint8Array> {
      try {
        yield* chunked(bytes, 1);
      } finally {
        isClosed = true;
      }
    }
    for await (const _ of verifyStream(descriptor, source())) break;
    expect(isClosed).toBe(true);
  });
});

describe('fetching bytes', () => {
  it('gives the bytes of a blob', async () => {
    const store = memoryStore();
    await store.pushBlob(descriptor, bytesBody(bytes));
    expect(await fetchBytes(store, descriptor, { maxBytes: bytes.length })).toEqual(bytes);
  });

  it('refuses a blob above the bound before asking for it', async () => {
    await expect(fetchBytes(unusable(), descriptor, { maxBytes: bytes.length - 1 })).rejects.toMatchObject({
      code: 'CONTENT_LIMIT',
    });
  });

  it('takes inline content instead of asking', async () => {
    expect(await fetchBytes(unusable(), { ...descriptor, data: bytes }, { maxBytes: 100 })).toBe(bytes);
  });

  it('ignores inline content that is not what the descriptor says', async () => {
    const store = memoryStore();
    await store.pushBlob(descriptor, bytesBody(bytes));
    const lie = { ...descriptor, data: encodeUtf8('HELLO WORLD') };
    expect(await fetchBytes(store, lie, { maxBytes: 100 })).toEqual(bytes);
  });

  it('does not believe a store', async () => {
    const store = { ...unusable(), fetchBlob: async () => chunked(encodeUtf8('hello w0rld'), 4) };
    await expect(fetchBytes(store, descriptor, { maxBytes: 100 })).rejects.toMatchObject({ code: 'CONTENT_MISMATCH' });
  });
});

describe('fetching a manifest', () => {
  const manifest = manifestOf(encodeUtf8('{}'), { mediaType: mediaTypes.ociManifest });
  const storeOf = (found: Manifest | undefined): ContentStore => ({ ...unusable(), findManifest: async () => found });

  it('gives the manifest that the descriptor describes', async () => {
    expect(await fetchManifest(storeOf(manifest), manifest.descriptor)).toEqual(manifest);
  });

  it('takes inline content instead of asking', async () => {
    const inline = { ...manifest.descriptor, data: manifest.bytes };
    expect(await fetchManifest(unusable(), inline)).toEqual(manifest);
  });

  it.each([
    ['of another media type', { ...manifest, descriptor: { ...manifest.descriptor, mediaType: mediaTypes.ociIndex } }],
    ['with another digest', manifestOf(encodeUtf8('{ }'), { mediaType: mediaTypes.ociManifest })],
    ['whose bytes are not its own', { ...manifest, bytes: encodeUtf8('[]') }],
  ])('refuses a manifest %s', async (_, found) => {
    await expect(fetchManifest(storeOf(found), manifest.descriptor)).rejects.toMatchObject({
      code: 'CONTENT_MISMATCH',
    });
  });

  it('reports one that is not there', async () => {
    await expect(fetchManifest(storeOf(undefined), manifest.descriptor)).rejects.toMatchObject({
      code: 'CONTENT_NOT_FOUND',
    });
  });

  it('refuses one that claims to be larger than 4 MiB before asking for it', async () => {
    const large = { ...manifest.descriptor, size: 4 * 1024 * 1024 + 1 };
    await expect(fetchManifest(unusable(), large)).rejects.toMatchObject({ code: 'CONTENT_LIMIT' });
  });

  it('refuses bytes of more than 4 MiB', () => {
    const large = manifestOf(new Uint8Array(4 * 1024 * 1024 + 1), { mediaType: mediaTypes.ociManifest });
    expect(() => checkManifestBytes(large)).toThrow(expect.objectContaining({ code: 'CONTENT_LIMIT' }));
  });
});

/** A store that may not be asked for anything. */
function unusable(): ContentStore {
  const refuse = (): never => {
    throw new Error('the store was asked');
  };
  return {
    name: 'unusable',
    findManifestDescriptor: refuse,
    findManifest: refuse,
    hasBlob: refuse,
    fetchBlob: refuse,
    pushBlob: refuse,
    pushManifest: refuse,
    tagManifest: refuse,
    referrers: refuse,
    tags: refuse,
  };
}
