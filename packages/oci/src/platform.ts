// Platforms as people write them: `linux/arm64/v8` (image-spec config.md, "platform variants").

import { plainText, quoteText } from '@nv2/base';
import type { Platform } from './descriptor.ts';
import { OciError } from './errors.ts';

/** Names of machines, which people type for architectures. */
const aliases: ReadonlyMap<string, string> = new Map([
  ['x86_64', 'amd64'],
  ['x86-64', 'amd64'],
  ['aarch64', 'arm64'],
  ['i386', '386'],
]);

/** The variant that an architecture has when none is stated. */
const defaultVariants: ReadonlyMap<string, string> = new Map([
  ['amd64', 'v1'],
  ['arm64', 'v8'],
  ['arm', 'v7'],
]);

/**
 * Reads `os/architecture[/variant]`; `x86_64` and `aarch64` are understood.
 *
 * @throws OciError `OCI_PLATFORM_INVALID`
 */
export function parsePlatform(text: string): Platform {
  const [os = '', architecture = '', variant, ...rest] = text.toLowerCase().split('/');
  const words = [os, architecture, ...(variant === undefined ? [] : [variant])];
  if (rest.length > 0 || !words.every((word) => /^[a-z0-9][a-z0-9._-]{0,63}$/.test(word))) {
    throw new OciError('OCI_PLATFORM_INVALID', `expected os/architecture[/variant], found ${quoteText(text)}`);
  }
  return { os, architecture: aliases.get(architecture) ?? architecture, ...(variant === undefined ? {} : { variant }) };
}

/** `linux/arm64/v8`, with the version of the operating system where there is one. */
export function formatPlatform({ os, architecture, variant, osVersion }: Platform): string {
  const name = [os, architecture, ...(variant === undefined ? [] : [variant])].join('/');
  return plainText(osVersion === undefined ? name : `${name} (${osVersion})`);
}

/**
 * Whether something for `offered` is what somebody means who asks for `wanted`. A missing variant stands for the usual one, so
 * `linux/arm64` and `linux/arm64/v8` are the same, and `linux/arm/v6` is not `linux/arm`.
 */
export function isSamePlatform(wanted: Platform, offered: Platform): boolean {
  return (
    wanted.os === offered.os &&
    wanted.architecture === offered.architecture &&
    variantOf(wanted) === variantOf(offered) &&
    (wanted.osVersion === undefined || wanted.osVersion === offered.osVersion)
  );
}

function variantOf({ architecture, variant }: Platform): string | undefined {
  return variant ?? defaultVariants.get(architecture);
}
