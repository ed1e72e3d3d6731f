// signingkeys.json of the Notary Project: the named keys (DIR-05, DIR-06, DIR-08). Values and their editing; the file is
// read and written here too, always whole.

import { join } from 'node:path';
import { encodeUtf8, isNv2Error, quoteText } from '@nv2/base';
import { ConfigError } from './errors.ts';
import { assertReplaceable, readRegularFile } from './files/read-file.ts';
import { writeFileAtomically } from './files/write-file.ts';
import { limits } from './limits.ts';
import { type KeyEntryJson, readShape, schemas } from './schema.ts';

/** Members that we do not know and keep. */
type OtherMembers = Readonly<Record<string, unknown>>;

export type SigningKeyEntry =
  | {
      readonly kind: 'local';
      readonly name: string;
      readonly keyPath: string;
      readonly certPath: string;
      readonly other?: OtherMembers;
    }
  | {
      readonly kind: 'plugin';
      readonly name: string;
      readonly id: string;
      readonly pluginName: string;
      readonly pluginConfig?: Readonly<Record<string, string>>;
      readonly other?: OtherMembers;
    }
  /** Allowed in the file, an error when used (DIR-06). */
  | { readonly kind: 'incomplete'; readonly name: string; readonly other?: OtherMembers };

export interface SigningKeys {
  /** Name of the key that is used when none is named. */
  readonly default?: string;
  readonly keys: readonly SigningKeyEntry[];
  readonly other?: OtherMembers;
}

const fileName = 'signingkeys.json';

/**
 * Reads the key list of the directory; an absent file is an empty list.
 *
 * @throws ConfigError `CONFIG_KEY_LIST_INVALID`, or as `readRegularFile`
 */
export async function readSigningKeys(directory: string): Promise<SigningKeys> {
  const path = join(directory, fileName);
  const file = await readRegularFile(path, { maxBytes: limits.maxConfigBytes, what: 'key list' });
  return file === undefined ? { keys: [] } : parseSigningKeys(file.bytes);
}

/** Replaces the key list. @throws ConfigError `CONFIG_KEY_LIST_INVALID`, `CONFIG_FILE_UNREADABLE`, `CONFIG_FILE_NOT_REGULAR` */
export async function writeSigningKeys(directory: string, list: SigningKeys): Promise<void> {
  const path = join(directory, fileName);
  assertConsistent(list);
  await assertReplaceable(path, 'key list');
  await writeFileAtomically(path, encodeSigningKeys(list), { what: 'key list' });
}

/** @throws ConfigError `CONFIG_KEY_LIST_INVALID` with the path of the wrong member */
export function parseSigningKeys(bytes: Uint8Array): SigningKeys {
  const reading = readKeyListShape(bytes);
  if (reading.status === 'refused') throw invalid(`${reading.path}: ${reading.reason}`, 'shape');
  const { default: defaultName, keys, ...other } = reading.value;
  const list: SigningKeys = {
    ...(typeof defaultName === 'string' ? { default: defaultName } : {}),
    keys: (keys ?? []).map(toEntry),
    ...otherOf(other),
  };
  assertConsistent(list);
  return list;
}

/** JSON indented by four spaces, as the other tools write it. */
export function encodeSigningKeys(list: SigningKeys): Uint8Array {
  const json = {
    ...(list.default === undefined ? {} : { default: list.default }),
    keys: list.keys.map(toJson),
    ...list.other,
  };
  return encodeUtf8(JSON.stringify(json, undefined, 4));
}

/** DIR-08. @throws ConfigError `CONFIG_KEY_EXISTS`, `CONFIG_KEY_LIST_INVALID` (empty name, plugin key without id) */
export function withKey(
  list: SigningKeys,
  entry: SigningKeyEntry,
  options: { readonly isDefault?: boolean } = {},
): SigningKeys {
  if (list.keys.some((key) => key.name === entry.name)) {
    throw new ConfigError(
      'CONFIG_KEY_EXISTS',
      `a signing key called ${quoteText(entry.name)} is in the key list already`,
      { details: { name: entry.name } },
    );
  }
  if (entry.kind === 'plugin' && entry.id === '')
    throw invalid(`key ${quoteText(entry.name)} has no id`, 'id-empty', entry.name);
  const edited = {
    ...list,
    keys: [...list.keys, entry],
    ...(options.isDefault === true ? { default: entry.name } : {}),
  };
  assertConsistent(edited);
  return edited;
}

/** DIR-08: takes the names off the list, all or none; a default among them is cleared. @throws ConfigError `CONFIG_KEY_NOT_FOUND` */
export function withoutKeys(list: SigningKeys, names: readonly string[]): SigningKeys {
  for (const name of names) assertListed(list, name);
  const keys = list.keys.filter((key) => !names.includes(key.name));
  const { default: defaultName, ...rest } = list;
  return {
    ...rest,
    ...(defaultName === undefined || names.includes(defaultName) ? {} : { default: defaultName }),
    keys,
  };
}

/** @throws ConfigError `CONFIG_KEY_NOT_FOUND` */
export function withDefaultKey(list: SigningKeys, name: string): SigningKeys {
  assertListed(list, name);
  return { ...list, default: name };
}

function assertListed(list: SigningKeys, name: string): void {
  if (list.keys.some((key) => key.name === name)) return;
  throw new ConfigError('CONFIG_KEY_NOT_FOUND', `the key list has no key called ${quoteText(name)}`, {
    details: { name },
  });
}

// DIR-06, on load and before every save.
function assertConsistent(list: SigningKeys): void {
  const names = new Set<string>();
  for (const { name } of list.keys) {
    if (name === '') throw invalid('a key has an empty name', 'name-empty');
    if (names.has(name)) throw invalid(`two keys are called ${quoteText(name)}`, 'name-repeated', name);
    names.add(name);
  }
  if (list.default === '') throw invalid('the name of the default key is empty', 'default-empty');
  if (list.default !== undefined && !names.has(list.default)) {
    throw invalid(`the default key ${quoteText(list.default)} is not in the list`, 'default-unknown', list.default);
  }
}

function toEntry(json: KeyEntryJson): SigningKeyEntry {
  const { name, keyPath, certPath, id, pluginName, pluginConfig, ...rest } = json;
  if (keyPath && certPath)
    return {
      kind: 'local',
      name,
      keyPath,
      certPath,
      ...otherOf({ ...definedOf({ id, pluginName, pluginConfig }), ...rest }),
    };
  if (id && pluginName) {
    const plugin = { kind: 'plugin', name, id, pluginName, ...(pluginConfig ? { pluginConfig } : {}) } as const;
    return { ...plugin, ...otherOf({ ...definedOf({ keyPath, certPath }), ...rest }) };
  }
  return {
    kind: 'incomplete',
    name,
    ...otherOf({ ...definedOf({ keyPath, certPath, id, pluginName, pluginConfig }), ...rest }),
  };
}

function toJson(entry: SigningKeyEntry): Readonly<Record<string, unknown>> {
  const { kind: _kind, other, ...members } = entry;
  return { ...members, ...other };
}

function definedOf(members: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

function otherOf(members: Readonly<Record<string, unknown>>): { readonly other?: OtherMembers } {
  return Object.keys(members).length === 0 ? {} : { other: members };
}

function readKeyListShape(bytes: Uint8Array): ReturnType<typeof readShape<typeof schemas.keyList>> {
  try {
    return readShape(schemas.keyList, bytes, { maxBytes: limits.maxConfigBytes });
  } catch (cause) {
    if (!isNv2Error(cause)) throw cause;
    throw new ConfigError('CONFIG_KEY_LIST_INVALID', `reading ${fileName}: it is not one JSON document`, {
      cause,
      details: { problem: 'json' },
    });
  }
}

/** `problem` and `name` are for a caller that words the message itself. */
function invalid(why: string, problem: string, name?: string): ConfigError {
  return new ConfigError('CONFIG_KEY_LIST_INVALID', `${fileName}: ${why}`, {
    details: { problem, ...(name === undefined ? {} : { name }) },
  });
}
