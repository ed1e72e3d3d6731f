// Signature files as the reference takes them: their name alone says the format.

import type { EnvelopeFormat } from '@nv2/envelope';
import { NotationError } from './command.ts';

/** BLOB-02. @throws NotationError for a name that says no format */
export async function parseSignatureFileName(path: string): Promise<EnvelopeFormat> {
  const name = path.split(/[/\\]/).at(-1) ?? '';
  const parts = name.split('.');
  if (parts.length < 2 || parts.at(-1)?.toLowerCase() !== 'sig') {
    throw new NotationError(`invalid signature filename ${name}. The file extension must be .sig`);
  }
  if (parts.length < 3) {
    throw new NotationError(
      `invalid signature filename ${name}. A valid signature file name must contain signature format and .sig file extension`,
    );
  }
  return parseFormatName((parts.at(-2) ?? '').toLowerCase());
}

/** @throws NotationError */
export async function parseFormatName(name: string): Promise<EnvelopeFormat> {
  const { findFormat } = await import('@nv2/envelope');
  const format = name.includes('/') ? undefined : findFormat(name);
  if (format !== undefined) return format;
  throw new NotationError(
    `signature format ${JSON.stringify(name)} not supported\nSupported signature envelope formats are "jws" and "cose"`,
  );
}
