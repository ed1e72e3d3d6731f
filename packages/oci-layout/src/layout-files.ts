// What reading a layout needs, whether it lies in a directory or in a tar.

import { type Digest, digestAlgorithm, digestHex } from '@nv2/oci';

/** Files by their path inside the layout, with `/` between the parts. Only regular files exist. */
export interface LayoutFiles {
  /** For messages. */
  readonly name: string;
  /** Bytes, or `undefined` where there is no file. */
  findSize(path: string): Promise<number | undefined>;
  /** Changes whenever the file may have changed. */
  findVersion(path: string): Promise<string | undefined>;
  /** @throws LayoutError `LAYOUT_LIMIT` when it has more than `maxBytes` */
  findBytes(path: string, maxBytes: number): Promise<Uint8Array | undefined>;
  stream(path: string, signal?: AbortSignal): AsyncIterable<Uint8Array>;
}

/** Where content lies. A parsed digest has only a known algorithm and hexadecimal digits, so no path can be smuggled in. */
export function blobPath(digest: Digest): string {
  return `blobs/${digestAlgorithm(digest)}/${digestHex(digest)}`;
}

export const markerPath = 'oci-layout';
export const indexPath = 'index.json';
