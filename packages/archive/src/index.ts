export { type Crc32, createCrc32 } from './crc32.ts';
export { ArchiveError, archiveErrors } from './errors.ts';
export { type ArchiveSource, ForwardSource } from './source.ts';
export { encodeTar, readTarMembers, type TarInput, type TarMember, walkTar } from './tar.ts';
export { readZipContents, readZipListing, type ZipContent, type ZipEntry, type ZipListing } from './zip.ts';
