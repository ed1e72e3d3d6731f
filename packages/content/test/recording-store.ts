// A store that notes what is asked of it and can break at a chosen write.

import type { ContentStore } from '@nv2/content';
import type { Descriptor } from '@nv2/oci';

export interface Recording {
  readonly store: ContentStore;
  /** `method digest-or-tag`, writes and reads of content, in order of beginning. */
  readonly log: string[];
}

const writes = new Set(['pushBlob', 'pushManifest', 'tagManifest', 'mountBlob']);
const watched = new Set([...writes, 'fetchBlob', 'hasBlob', 'findManifest', 'findManifestDescriptor', 'referrers']);

/** @param failAt the number of the write that throws instead of happening, from 0 */
export function recordingStore(inner: ContentStore, failAt = Number.POSITIVE_INFINITY): Recording {
  const log: string[] = [];
  let count = 0;
  const store = new Proxy(inner, {
    get(target, property) {
      const method: unknown = Reflect.get(target, property);
      if (typeof method !== 'function') return method;
      const name = String(property);
      return (...parameters: readonly unknown[]): unknown => {
        if (watched.has(name)) log.push(describeCall(name, parameters));
        if (writes.has(name) && count++ === failAt) return Promise.reject(new Error('the line broke'));
        return Reflect.apply(method, target, parameters);
      };
    },
  });
  return { store, log };
}

export function writesOf(log: readonly string[]): readonly string[] {
  return log.filter((line) => writes.has(line.split(' ')[0] ?? ''));
}

function describeCall(name: string, [what, options]: readonly unknown[]): string {
  const tag = isObject(options) && typeof options['tag'] === 'string' ? ` as ${options['tag']}` : '';
  if (typeof what === 'string') return `${name} ${what}`;
  if (isObject(what) && 'descriptor' in what) return `${name} ${digestIn(what['descriptor'])}${tag}`;
  return `${name} ${digestIn(what)}`;
}

function digestIn(value: unknown): Descriptor['digest'] | 'unknown' {
  // The recorder only ever sees descriptors here.
  return isObject(value) ? (value as unknown as Descriptor).digest : 'unknown';
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
