// Content digests (image-spec descriptor.md, "Digests").

import { type Branded, createHasher, type Hasher, type HashName, hashHex, quoteText } from '@nv2/base';
import { OciError } from './errors.ts';

/** `algorithm:hex`, checked. Two digests are equal exactly when the strings are. */
export type Digest = Branded<string, 'Digest'>;

const hexLength: ReadonlyMap<string, number> = new Map([
  ['sha256', 64],
  ['sha384', 96],
  ['sha512', 128],
]);

/** @throws OciError `OCI_DIGEST_INVALID` for anything but sha256, sha384, sha512 with lower-case hex of exact length. */
export function parseDigest(text: string): Digest {
  if (isDigest(text)) return text;
  throw new OciError(
    'OCI_DIGEST_INVALID',
    `expected a digest such as sha256:<64 hex digits>, found ${quoteText(text, 160)}`,
  );
}

export function isDigest(text: string): text is Digest {
  const colon = text.indexOf(':');
  const hex = text.slice(colon + 1);
  return hexLength.get(text.slice(0, colon)) === hex.length && /^[0-9a-f]+$/.test(hex);
}

export function digestAlgorithm(digest: Digest): HashName {
  // isDigest has compared the prefix with the three names of HashName.
  return digest.slice(0, digest.indexOf(':')) as HashName;
}

export function digestHex(digest: Digest): string {
  return digest.slice(digest.indexOf(':') + 1);
}

export function digestOf(bytes: Uint8Array, algorithm: HashName = 'sha256'): Digest {
  return `${algorithm}:${hashHex(algorithm, bytes)}` as Digest;
}

/** The digest of a finished hasher of that algorithm. */
export function digestFrom(algorithm: HashName, hasher: Hasher): Digest {
  const hex = Array.from(hasher.digest(), (byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${algorithm}:${hex}` as Digest;
}

/** A hasher that computes what `digest` claims. */
export function hasherFor(digest: Digest): Hasher {
  return createHasher(digestAlgorithm(digest));
}
