export { copy } from './copy.ts';
export type { CopyEvent, CopyOptions, CopyResult, Referrer, SkipReason } from './copy-options.ts';
export { ContentError, contentErrors } from './errors.ts';
export {
  findImagePlatform,
  findPlatformMembers,
  formatPlatforms,
  type IndexMember,
  listIndexMembers,
} from './index-members.ts';
export { mapBounded } from './jobs.ts';
export { describeReferrer, memoryStore } from './memory-store.ts';
export { type PackOptions, packManifest } from './pack.ts';
export {
  type ContentStore,
  type DeletableStore,
  type FetchOptions,
  isDeletableStore,
  isMountableStore,
  type Manifest,
  type MountableStore,
  type PushManifestOptions,
  type ReferrersOptions,
} from './store.ts';
export {
  checkManifestBytes,
  type FetchBytesOptions,
  fetchBytes,
  fetchManifest,
  manifestOf,
  verifyStream,
} from './verified.ts';
export { listReferrers, type WalkedNode, type WalkOptions, walk } from './walk.ts';
