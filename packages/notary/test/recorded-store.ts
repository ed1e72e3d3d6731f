// A store that writes down what is asked of it, so that tests can count round trips and bytes.

import type { ContentStore } from '@nv2/content';
import type { Descriptor } from '@nv2/oci';

export interface RecordedStore {
  readonly store: ContentStore;
  /** Method and what it was asked for, in order. */
  readonly calls: readonly string[];
}

const recorded = [
  'findManifestDescriptor',
  'findManifest',
  'hasBlob',
  'fetchBlob',
  'pushBlob',
  'pushManifest',
  'referrers',
] as const;

/** Passes everything on to `store`; `answers` replaces single methods. */
export function recordStore(store: ContentStore, answers: Partial<ContentStore> = {}): RecordedStore {
  const calls: string[] = [];
  const wrapped: Record<string, unknown> = {};
  for (const method of recorded) {
    wrapped[method] = (...args: readonly unknown[]): unknown => {
      calls.push(`${method} ${describe(args[0])}`);
      const answer: unknown = answers[method] ?? store[method];
      return Reflect.apply(answer as (...all: readonly unknown[]) => unknown, store, args);
    };
  }
  return { store: Object.assign(Object.create(store), wrapped) as ContentStore, calls };
}

function describe(argument: unknown): string {
  if (typeof argument === 'string') return argument;
  // Every other first argument of these methods is a descriptor or a manifest.
  const value = argument as Descriptor | { readonly descriptor: Descriptor };
  return 'descriptor' in value ? value.descriptor.mediaType : value.mediaType;
}
