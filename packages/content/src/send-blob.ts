// One blob from store to store: not at all if it is there, mounted if the stores are siblings, else streamed and verified.

import { type BodySource, bytesBody, isNv2Error } from '@nv2/base';
import { type Descriptor, inlineContent } from '@nv2/oci';
import type { CopyEvent } from './copy-options.ts';
import { type ContentStore, type FetchOptions, isMountableStore } from './store.ts';
import { verifyStream } from './verified.ts';

export interface SendOptions extends FetchOptions {
  readonly onEvent: (event: CopyEvent) => void;
  /** Sends even what the destination says it has. */
  readonly always?: boolean;
}

export type SendOutcome = 'copied' | 'existing' | 'mounted' | 'skipped';

export async function sendBlob(
  source: ContentStore,
  destination: ContentStore,
  descriptor: Descriptor,
  options: SendOptions,
): Promise<SendOutcome> {
  const { onEvent, always = false } = options;
  if (await isElsewhere(source, descriptor, options)) {
    onEvent({ kind: 'skipped', descriptor, because: 'foreign' });
    return 'skipped';
  }
  if (!always && (await destination.hasBlob(descriptor, options))) {
    onEvent({ kind: 'exists', descriptor });
    return 'existing';
  }
  if (!always && (await isMounted(source, destination, descriptor, options))) {
    onEvent({ kind: 'mounted', descriptor });
    return 'mounted';
  }
  onEvent({ kind: 'started', descriptor });
  await destination.pushBlob(descriptor, bodyOf(source, descriptor, options), options);
  onEvent({ kind: 'finished', descriptor });
  return 'copied';
}

/** Layers that may not be redistributed, and layers with other addresses that the source does not hold. */
async function isElsewhere(source: ContentStore, descriptor: Descriptor, options: FetchOptions): Promise<boolean> {
  if (/nondistributable|\.foreign\./.test(descriptor.mediaType)) return true;
  return (descriptor.urls ?? []).length > 0 && !(await source.hasBlob(descriptor, options));
}

async function isMounted(
  source: ContentStore,
  destination: ContentStore,
  descriptor: Descriptor,
  options: FetchOptions,
): Promise<boolean> {
  if (!isMountableStore(destination)) return false;
  try {
    return await destination.mountBlob(descriptor, source, options);
  } catch (error) {
    // Mounting needs the right to read the other repository with this session; without it an upload still works.
    if (isNv2Error(error) && error.kind === 'denied') return false;
    throw error;
  }
}

function bodyOf(source: ContentStore, descriptor: Descriptor, options: SendOptions): BodySource {
  const inline = inlineContent(descriptor);
  if (inline !== undefined) return bytesBody(inline);
  return {
    length: descriptor.size,
    async *open() {
      let bytes = 0;
      for await (const chunk of verifyStream(descriptor, await source.fetchBlob(descriptor, options))) {
        bytes += chunk.length;
        options.onEvent({ kind: 'progress', descriptor, bytes });
        yield chunk;
      }
    },
  };
}
