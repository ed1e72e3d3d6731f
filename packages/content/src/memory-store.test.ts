import { encodeUtf8 } from '@nv2/base';
import { digestOf, mediaTypes } from '@nv2/oci';
import { describe, expect, it } from 'vitest';
import { memoryStore } from './memory-store.ts';
import { manifestOf } from './verified.ts';

describe('a memory store', () => {
  it('refuses a blob that it has no room for before reading it', async () => {
    const descriptor = { mediaType: mediaTypes.octetStream, digest: digestOf(encodeUtf8('')), size: 2 ** 40 };
    const body = {
      open: (): never => {
        throw new Error('the body was read');
      },
    };
    await expect(memoryStore().pushBlob(descriptor, body)).rejects.toMatchObject({ code: 'CONTENT_LIMIT' });
  });

  it('refuses what is no manifest', async () => {
    const manifest = manifestOf(encodeUtf8('{}'), { mediaType: mediaTypes.ociManifest });
    await expect(memoryStore().pushManifest(manifest)).rejects.toMatchObject({ code: 'OCI_MANIFEST_INVALID' });
    const text = manifestOf(encodeUtf8('{}'), { mediaType: 'text/plain' });
    await expect(memoryStore().pushManifest(text)).rejects.toMatchObject({ code: 'OCI_MEDIA_TYPE_UNSUPPORTED' });
  });

  it('keeps its own copy of what it is given', async () => {
    const store = memoryStore();
    const bytes = encodeUtf8('mine');
    const descriptor = { mediaType: mediaTypes.octetStream, digest: digestOf(bytes), size: bytes.length };
    await store.pushBlob(descriptor, {
      async *open() {
        yield bytes;
      },
    });
    bytes.fill(0);
    const read: Uint8Array[] = [];
    for await (const chunk of await store.fetchBlob(descriptor)) read.push(chunk);
    expect(read).toEqual([encodeUtf8('mine')]);
  });
});
