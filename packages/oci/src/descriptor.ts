// Descriptors (image-spec descriptor.md): what every reference between contents consists of.

import {
  type JsonValue,
  parseBase64,
  parseObject,
  parseOptional,
  parseSize,
  parseString,
  parseStringArray,
  parseStringMap,
} from '@nv2/base';
import { type Digest, parseDigest } from './digest.ts';
import { OciError } from './errors.ts';

export type Annotations = Readonly<Record<string, string>>;

export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
  readonly osVersion?: string;
}

export interface Descriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
  readonly artifactType?: string;
  readonly annotations?: Annotations;
  readonly urls?: readonly string[];
  readonly platform?: Platform;
  /** Inline content as claimed. Use only through `inlineContent`, which compares it with size and digest. */
  readonly data?: Uint8Array;
}

/**
 * Reads a descriptor; unknown members are ignored, as the specification asks. `data` that is not base64 is dropped.
 *
 * @throws OciError `OCI_DESCRIPTOR_INVALID` with the path of the wrong member
 */
export function parseDescriptor(value: JsonValue | undefined, path = '$'): Descriptor {
  try {
    const object = parseObject(value, path);
    const artifactType = parseOptional(object['artifactType'], `${path}.artifactType`, parseString);
    const annotations = parseOptional(object['annotations'], `${path}.annotations`, parseStringMap);
    const urls = parseOptional(object['urls'], `${path}.urls`, parseStringArray);
    const platform = parseOptional(object['platform'], `${path}.platform`, parsePlatform);
    const data = findData(object['data']);
    return {
      mediaType: parseString(object['mediaType'], `${path}.mediaType`),
      digest: parseDigest(parseString(object['digest'], `${path}.digest`)),
      size: parseSize(object['size'], `${path}.size`),
      ...(artifactType ? { artifactType } : {}),
      ...(annotations ? { annotations } : {}),
      ...(urls ? { urls } : {}),
      ...(platform ? { platform } : {}),
      ...(data ? { data } : {}),
    };
  } catch (cause) {
    throw new OciError('OCI_DESCRIPTOR_INVALID', `descriptor at ${path} is not valid`, { cause });
  }
}

/** Equal in everything that identifies content: media type, digest and size. */
export function isSameContent(a: Descriptor, b: Descriptor): boolean {
  return a.mediaType === b.mediaType && a.digest === b.digest && a.size === b.size;
}

function parsePlatform(value: JsonValue, path: string): Platform {
  const object = parseObject(value, path);
  const variant = parseOptional(object['variant'], `${path}.variant`, parseString);
  const osVersion = parseOptional(object['os.version'], `${path}["os.version"]`, parseString);
  return {
    os: parseString(object['os'], `${path}.os`),
    architecture: parseString(object['architecture'], `${path}.architecture`),
    ...(variant ? { variant } : {}),
    ...(osVersion ? { osVersion } : {}),
  };
}

function findData(value: JsonValue | undefined): Uint8Array | undefined {
  if (typeof value !== 'string') return undefined;
  try {
    return parseBase64(value);
  } catch {
    // Inline data is an optimisation that anybody can write; what cannot be decoded is as good as absent (ADR 9).
    return undefined;
  }
}
