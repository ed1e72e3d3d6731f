// config.json of the Notary Project (DIR-04).

import { join } from 'node:path';
import { isNv2Error } from '@nv2/base';
import { ConfigError } from './errors.ts';
import { readRegularFile } from './files/read-file.ts';
import { limits } from './limits.ts';
import { readShape, schemas } from './schema.ts';

export interface Settings {
  /** `host[:port]` to be reached over plain HTTP. */
  readonly insecureRegistries: readonly string[];
  /** Suffix of the credential helper for all registries. */
  readonly credsStore?: string;
  /** Registry → suffix of its credential helper. */
  readonly credHelpers: ReadonlyMap<string, string>;
  readonly signatureFormat?: 'jws' | 'cose';
}

const defaults: Settings = { insecureRegistries: [], credHelpers: new Map() };

/**
 * Reads `config.json` of the directory; absence gives the defaults.
 *
 * @throws ConfigError `CONFIG_SETTINGS_INVALID` with the path of the wrong member, or as `readRegularFile`
 */
export async function readSettings(directory: string): Promise<Settings> {
  const path = join(directory, 'config.json');
  const file = await readRegularFile(path, { maxBytes: limits.maxConfigBytes, what: 'configuration' });
  return file === undefined ? defaults : parseSettings(file.bytes, path);
}

/** @throws ConfigError `CONFIG_SETTINGS_INVALID` */
export function parseSettings(bytes: Uint8Array, path = 'config.json'): Settings {
  const reading = readSettingsShape(bytes, path);
  if (reading.status === 'refused') throw invalid(path, `${reading.path}: ${reading.reason}`);
  const { insecureRegistries, credsStore, credHelpers, signatureFormat } = reading.value;
  return {
    insecureRegistries: insecureRegistries ?? [],
    ...(credsStore ? { credsStore } : {}),
    credHelpers: new Map(Object.entries(credHelpers ?? {})),
    ...(signatureFormat ? { signatureFormat: parseFormat(signatureFormat, path) } : {}),
  };
}

function readSettingsShape(bytes: Uint8Array, path: string): ReturnType<typeof readShape<typeof schemas.settings>> {
  try {
    return readShape(schemas.settings, bytes, { maxBytes: limits.maxConfigBytes });
  } catch (cause) {
    if (!isNv2Error(cause)) throw cause;
    throw invalid(path, 'it is not one JSON document', cause);
  }
}

function parseFormat(text: string, path: string): 'jws' | 'cose' {
  const format = text.toLowerCase();
  if (format === 'jws' || format === 'cose') return format;
  throw invalid(path, '$.signatureFormat: expected jws or cose');
}

function invalid(path: string, why: string, cause?: unknown): ConfigError {
  return new ConfigError('CONFIG_SETTINGS_INVALID', `reading ${path}: ${why}`, cause === undefined ? {} : { cause });
}
