// The `auths` part of a credential file in Docker's format, read leniently about what is not ours and strictly about what is.

import { encodeBase64, encodeUtf8, isNv2Error, parseBase64, parseUtf8, quoteText } from '@nv2/base';
import { ConfigError } from '../errors.ts';
import { readRegularFile } from '../files/read-file.ts';
import { limits } from '../limits.ts';
import { type AuthEntryJson, type DockerConfigJson, readShape, schemas } from '../schema.ts';
import type { Credential } from './credential.ts';
import { isKeyFor, storageKey } from './registry-key.ts';

/**
 * Reads a credential file; dotfile managers link it, so links are followed.
 *
 * @returns undefined when there is none
 * @throws ConfigError `CONFIG_DOCKER_INVALID` and those of reading files
 */
export async function readAuthFile(
  path: string,
): Promise<{ readonly config: DockerConfigJson; readonly mode: number } | undefined> {
  const what = 'credential file';
  const file = await readRegularFile(path, { maxBytes: limits.maxDockerConfigBytes, what, allowSymlink: true });
  if (file === undefined) return undefined;
  try {
    const reading = readShape(schemas.dockerConfig, file.bytes, { maxBytes: limits.maxDockerConfigBytes });
    if (reading.status === 'read') return { config: reading.value, mode: file.mode };
    // Paths may contain names of registries, never secrets.
    throw new ConfigError('CONFIG_DOCKER_INVALID', `reading ${path}: ${quoteText(reading.path)}: ${reading.reason}`);
  } catch (cause) {
    if (cause instanceof ConfigError || !isNv2Error(cause)) throw cause;
    // The cause is left out on purpose: it may quote the file, which holds secrets.
    throw new ConfigError('CONFIG_DOCKER_INVALID', `reading ${path}: it is not one JSON document`);
  }
}

/** The entry of a registry: its exact name first, then any name with the same host. @throws ConfigError `CONFIG_CREDENTIALS_INVALID` */
export function findAuth(config: DockerConfigJson, registry: string, path: string): Credential | undefined {
  const auths = Object.entries(config.auths ?? {});
  const matches = [
    ...auths.filter(([key]) => key === registry || key === storageKey(registry)),
    ...auths.filter(([key]) => isKeyFor(key, registry)),
  ];
  for (const [key, entry] of matches) {
    const credential = entry ? toCredential(entry, `${path}: auths entry ${quoteText(key)}`) : undefined;
    if (credential !== undefined) return credential;
  }
  return undefined;
}

/** The entry to keep for a credential. */
export function encodeAuth(credential: Credential): Readonly<Record<string, string>> {
  if (credential.kind === 'identity-token') return { identitytoken: credential.token };
  return { auth: encodeBase64(encodeUtf8(`${credential.username}:${credential.password}`)) };
}

// Entries without a secret are common: Docker leaves them as a mark that a helper has it.
function toCredential(entry: AuthEntryJson, where: string): Credential | undefined {
  if (entry.identitytoken) return { kind: 'identity-token', token: entry.identitytoken };
  if (entry.auth) return parseAuth(entry.auth, where);
  if (entry.username && entry.password) return { kind: 'basic', username: entry.username, password: entry.password };
  return undefined;
}

// `user:password` in base64; the password may contain colons.
function parseAuth(auth: string, where: string): Credential {
  let text = '';
  try {
    text = parseUtf8(parseBase64(auth));
  } catch (cause) {
    if (!isNv2Error(cause)) throw cause;
    throw new ConfigError('CONFIG_CREDENTIALS_INVALID', `${where}: auth is not base64 of text`);
  }
  const colon = text.indexOf(':');
  if (colon <= 0) throw new ConfigError('CONFIG_CREDENTIALS_INVALID', `${where}: auth is not base64 of user:password`);
  // Some programs pad with NUL.
  return { kind: 'basic', username: text.slice(0, colon), password: text.slice(colon + 1).replace(/\0+$/, '') };
}
