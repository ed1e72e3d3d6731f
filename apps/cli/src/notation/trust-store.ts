// What the commands of `notation certificate` share: which store is meant, and the words for what a file is.

import { describeError, isNv2Error } from '@nv2/base';
import type { StoreName } from '@nv2/trust';
import { type NotationContext, NotationError, textFlag } from './command.ts';
import { wordOsError } from './os-error.ts';

const nameForm = /^[a-zA-Z0-9_.-]+$/;

/** Whether a text may be the common name of a test certificate. `.` and `..` would name other directories (TS-04). */
export function isPlainName(text: string): boolean {
  return nameForm.test(text) && text !== '.' && text !== '..';
}

/** The store of `--type` and `--store`, both required. @throws NotationError */
export async function requireStore({ flags }: Pick<NotationContext, 'flags'>): Promise<StoreName> {
  const { isStoreType } = await import('@nv2/trust');
  const [type = '', name = ''] = [textFlag(flags, 'type'), textFlag(flags, 'store')];
  if (type === '') throw new NotationError('store type cannot be empty');
  if (!isStoreType(type)) throw new NotationError(`unsupported store type: ${type}`);
  if (!isPlainName(name)) throw new NotationError('named store name needs to follow [a-zA-Z0-9_.-]+ format');
  return { type, name };
}

/** Why a certificate file could not be read or added. */
export function wordCertificateError(error: unknown, path: string): string {
  if (isNv2Error(error, 'CONFIG_STORE_CERTIFICATE_EXISTS')) return 'certificate already exists in the Trust Store';
  if (isNv2Error(error, 'CONFIG_FILE_NOT_FOUND')) return `open ${path}: no such file or directory`;
  if (isNv2Error(error, 'PKI_CERTIFICATE_INVALID')) return `x509: malformed certificate: ${describeError(error)}`;
  return wordOsError(error, 'open', path) ?? describeError(error);
}
