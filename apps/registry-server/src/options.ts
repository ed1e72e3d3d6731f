// What a registry can be told, and the defaults. The unsafe choice is never one of them.

import { randomBytes } from '@nv2/base';
import { maxManifestBytes } from '@nv2/oci';
import type { RegistryEvent } from './events.ts';
import { maxBlobBytes, maxOpenUploads, minFreeBytes, uploadExpiryMs } from './limits.ts';
import type { Durability } from './metadata/schema.ts';
import type { StorageKind } from './storage/driver.ts';
import { fileStorage } from './storage/files.ts';

export interface RegistryOptions {
  /** Where everything is kept; made if missing. One process at a time. */
  readonly directory: string;
  readonly now: () => Date;
  /**
   * Off: the referrers path is unknown and OCI-Subject is never sent, as in registries before OCI 1.1. Default true.
   */
  readonly referrersApi?: boolean;
  /** Default true; off answers 405. */
  readonly allowDelete?: boolean;
  /** Accept manifests of which some parts are not in the repository (E8). Default false. */
  readonly allowSparse?: boolean;
  /**
   * `strict` (default): what was acknowledged survives a power cut. `batch`: a power cut may lose the newest changes,
   * never tear one.
   * `off`: for throw-away registries. A killed process loses nothing in any of them.
   */
  readonly durability?: Durability;
  /** At most, and by default, 4 MiB. */
  readonly maxManifestBytes?: number;
  /** Default 10 GiB. */
  readonly maxBlobBytes?: number;
  /** Default 10 000. */
  readonly maxOpenUploads?: number;
  /** Default 7 days. */
  readonly uploadExpiryMs?: number;
  /** New uploads are refused below this. Default 64 MiB. */
  readonly minFreeBytes?: number;
  /** Web origins whose pages may read from this registry. Default none. */
  readonly allowedOrigins?: readonly string[];
  /** Default: files in `directory`. */
  readonly storage?: StorageKind;
  /** For upload and request ids. Default: the system's. */
  readonly random?: (length: number) => Uint8Array;
  readonly log?: (event: RegistryEvent) => void;
}

/** Options with every default filled in. */
export type Settings = Required<Omit<RegistryOptions, 'log'>> & Pick<RegistryOptions, 'log'>;

export function withDefaults(options: RegistryOptions): Settings {
  return {
    referrersApi: true,
    allowDelete: true,
    allowSparse: false,
    durability: 'strict',
    maxBlobBytes,
    maxOpenUploads,
    uploadExpiryMs,
    minFreeBytes,
    allowedOrigins: [],
    storage: fileStorage,
    random: randomBytes,
    ...options,
    maxManifestBytes: Math.min(options.maxManifestBytes ?? maxManifestBytes, maxManifestBytes),
  };
}
