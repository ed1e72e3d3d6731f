// Where trust policies lie (TP-01…TP-03) and how they are replaced.

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type ParsePolicyOptions, type PolicyKind, parseTrustPolicy } from '@nv2/trust';
import { ConfigError } from './errors.ts';
import type { OnConfigEvent } from './events.ts';
import { assertReplaceable, isMissing, readRegularFile } from './files/read-file.ts';
import { writeFileAtomically } from './files/write-file.ts';
import { limits } from './limits.ts';

export interface TrustPolicyFile {
  /** Not validated: `parseTrustPolicy` does that. */
  readonly bytes: Uint8Array;
  readonly path: string;
  /** It is `trustpolicy.json`, the old name. */
  readonly isDeprecatedName: boolean;
}

const currentName = { oci: 'trustpolicy.oci.json', blob: 'trustpolicy.blob.json' } as const;
const deprecatedName = 'trustpolicy.json';
const what = 'trust policy';

/** @throws ConfigError `CONFIG_POLICY_NOT_FOUND`, or as {@link findTrustPolicy} */
export async function readTrustPolicy(directory: string, kind: PolicyKind): Promise<TrustPolicyFile> {
  const file = await findTrustPolicy(directory, kind);
  if (file !== undefined) return file;
  const path = join(directory, currentName[kind]);
  throw new ConfigError(
    'CONFIG_POLICY_NOT_FOUND',
    `there is no ${kind === 'oci' ? 'OCI' : 'blob'} trust policy at ${path}`,
    {
      details: { path },
    },
  );
}

/**
 * TP-01: for OCI the current name, and only if nothing has it the old one; a current file that cannot be used is an error
 * and no reason to look further. TP-02: for blobs there is one name.
 *
 * @returns undefined when there is none
 * @throws ConfigError `CONFIG_FILE_NOT_REGULAR` (TP-03), `CONFIG_FILE_UNREADABLE`, `CONFIG_FILE_TOO_LARGE`
 */
export async function findTrustPolicy(directory: string, kind: PolicyKind): Promise<TrustPolicyFile | undefined> {
  const names = kind === 'oci' ? [currentName.oci, deprecatedName] : [currentName.blob];
  for (const name of names) {
    const path = join(directory, name);
    const file = await readRegularFile(path, { maxBytes: limits.maxConfigBytes, what });
    if (file !== undefined) return { bytes: file.bytes, path, isDeprecatedName: name === deprecatedName };
  }
  return undefined;
}

export interface ImportPolicyOptions extends ParsePolicyOptions {
  readonly onEvent?: OnConfigEvent;
}

export interface ImportedPolicy {
  readonly path: string;
  /** The old file, if there was one and it is gone now. */
  readonly removedPath?: string;
}

/**
 * Checks a policy and puts it in its place, whole or not at all; then removes the old name of the OCI policy, which would
 * only mislead.
 *
 * @throws TrustPolicyError `TRUST_POLICY_INVALID`; ConfigError `CONFIG_FILE_NOT_REGULAR`, `CONFIG_FILE_UNREADABLE`
 */
export async function importTrustPolicy(
  directory: string,
  bytes: Uint8Array,
  options: ImportPolicyOptions,
): Promise<ImportedPolicy> {
  parseTrustPolicy(bytes, options);
  const path = join(directory, currentName[options.kind]);
  await assertReplaceable(path, what);
  await writeFileAtomically(path, bytes, { what });
  if (options.kind === 'blob') return { path };
  const oldPath = join(directory, deprecatedName);
  try {
    await rm(oldPath);
    return { path, removedPath: oldPath };
  } catch (cause) {
    // The new file counts already; what is left is a nuisance to tell about, unless there was nothing to remove.
    if (!isMissing(cause)) options.onEvent?.({ type: 'deprecated-policy-file-kept', path: oldPath, cause });
    return { path };
  }
}
