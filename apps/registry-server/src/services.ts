// What the routes work with.

import type { ManifestBytes } from './manifests/bytes.ts';
import type { Metadata } from './metadata/metadata.ts';
import type { Settings } from './options.ts';
import type { StorageDriver } from './storage/driver.ts';
import type { UploadSessions } from './uploads/sessions.ts';

export interface Services {
  readonly settings: Settings;
  readonly metadata: Metadata;
  readonly storage: StorageDriver;
  readonly manifestBytes: ManifestBytes;
  readonly uploads: UploadSessions;
}
