export { ContentError, contentErrors } from './errors.ts';
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
