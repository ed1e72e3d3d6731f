// Errors of the packages in the reference's words. What has no words of its own is printed as it is.

import { describeError, isNv2Error, type Nv2Error } from '@nv2/base';
import { NotationError } from './command.ts';
import { wordOsError } from './os-error.ts';
import { wordPluginSigning } from './plugin-signing-words.ts';
import { FlagError } from './pflag.ts';

/** The text after `Error: `. */
export function wordError(error: unknown): string {
  if (error instanceof NotationError || error instanceof FlagError) return error.message;
  if (!isNv2Error(error)) return describeError(error);
  return wordKnown(error.code, error.details, error) ?? describeError(error);
}

type Details = Readonly<Record<string, unknown>>;

function wordKnown(code: string, details: Details, error: Nv2Error): string | undefined {
  const name = textOf(details['name']);
  const path = textOf(details['path']);
  switch (code) {
    case 'CONFIG_KEY_NOT_FOUND':
      return name === '' ? 'key name cannot be empty' : `signing key ${name} not found`;
    case 'CONFIG_KEY_EXISTS':
      return `signing key with name ${JSON.stringify(name)} already exists`;
    case 'CONFIG_KEY_LIST_INVALID':
      return wordKeyList(textOf(details['problem']), name);
    case 'CONFIG_FILE_NOT_REGULAR':
      return `${JSON.stringify(path)} is not a regular file (symlinks are not supported)`;
    case 'CONFIG_FILE_UNREADABLE':
      return wordOsError(error, 'open', path);
    default:
      return wordPluginSigning(error);
  }
}

function wordKeyList(problem: string, name: string): string | undefined {
  const start = 'malformed signingkeys.json:';
  switch (problem) {
    case 'name-empty':
      return `${start} key name cannot be empty`;
    case 'name-repeated':
      return `${start} multiple keys with name '${name}' found`;
    case 'default-empty':
      return `${start} default key name cannot be empty`;
    case 'default-unknown':
      return `${start} default key '${name}' not found`;
    case 'id-empty':
      return 'missing key id';
    default:
      return undefined;
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
