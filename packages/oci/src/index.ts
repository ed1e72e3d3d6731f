export { type Annotations, type Descriptor, isSameContent, type Platform, parseDescriptor } from './descriptor.ts';
export {
  type Digest,
  digestAlgorithm,
  digestFrom,
  digestHex,
  digestOf,
  hasherFor,
  isDigest,
  parseDigest,
} from './digest.ts';
export { encodeManifest, toDescriptorJson } from './encode-manifest.ts';
export { OciError, ociErrors } from './errors.ts';
export { emptyJsonBytes, emptyJsonDescriptor, inlineContent } from './inline-content.ts';
export { maxManifestBytes } from './limits.ts';
export {
  type ArtifactManifest,
  artifactTypeOf,
  detectManifestMediaType,
  type ImageIndex,
  type ImageManifest,
  type ParsedManifest,
  parseManifest,
  parts,
  successors,
} from './manifest.ts';
export { isManifestMediaType, isMediaType, manifestMediaTypes, mediaTypes } from './media-types.ts';
export { formatPlatform, isSamePlatform, parsePlatform } from './platform.ts';
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
