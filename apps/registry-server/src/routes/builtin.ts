import { blob } from './blob.ts';
import { extensions, repositoryExtensions } from './extensions.ts';
import { live, ready, started } from './health.ts';
import { manifest } from './manifest.ts';
import { ping, pingWithoutSlash } from './ping.ts';
import { referrers } from './referrers.ts';
import type { Route } from './route.ts';
import { catalog, tags } from './tags.ts';
import { upload } from './upload.ts';
import { uploadStart, uploadStartWithoutSlash } from './upload-start.ts';

/**
 * Compared in this order: the busiest first, a narrower path before a wider one (`tags` before a repository that ends
 * in it).
 */
export const builtinRoutes: readonly Route[] = [
  tags,
  manifest,
  uploadStart,
  upload,
  uploadStartWithoutSlash,
  blob,
  referrers,
  repositoryExtensions,
  ping,
  pingWithoutSlash,
  catalog,
  extensions,
  live,
  ready,
  started,
];
