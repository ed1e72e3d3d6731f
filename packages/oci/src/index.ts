export { type Annotations, type Descriptor, isSameContent, type Platform, parseDescriptor } from './descriptor.ts';
export { type Digest, digestAlgorithm, digestFrom, digestHex, digestOf, hasherFor, isDigest, parseDigest } from './digest.ts';
export { OciError, ociErrors } from './errors.ts';
export { isManifestMediaType, manifestMediaTypes, mediaTypes } from './media-types.ts';
export {
  formatReference,
  formatRepository,
  isRegistryHost,
  isRepositoryName,
  isTag,
  parseReference,
  type Reference,
  type RegistryHost,
  type RepositoryName,
  type Tag,
} from './reference.ts';
