// PEM as tools write it (RFC 7468), with the headers of RFC 1421 recognised so that a caller can refuse what they announce.

import { BaseError } from './base-errors.ts';
import { parseBase64 } from './crypto.ts';
import { quoteText } from './errors.ts';

export interface PemBlock {
  /** The words after BEGIN, for example `CERTIFICATE`. */
  readonly label: string;
  /** RFC 1421 headers by their written name; `Proc-Type: 4,ENCRYPTED` marks a key under legacy encryption. */
  readonly headers: ReadonlyMap<string, string>;
  readonly der: Uint8Array;
}

const beginPattern = /^-----BEGIN ([!-,.-~]+(?:[ -][!-,.-~]+)*)-----$/;
// As a character, or as its UTF-8 octets read one by one.
const byteOrderMark = /^(?:\ufeff|\u00ef\u00bb\u00bf)/;
const headerPattern = /^([A-Za-z0-9-]{1,64}):[ \t]*(.*)$/;

// Explanatory text around blocks may be in any encoding; the blocks are ASCII in all of them.
const decoder = new TextDecoder('latin1');

/**
 * Reads every PEM block of a file; text outside blocks is ignored (CERT-23). A file without blocks gives an empty list,
 * so it may be DER. Takes time linear in the size of the file, which the caller bounds.
 *
 * @throws BaseError `PEM_MALFORMED` when a block has no matching end, or its body is not canonical base64.
 */
export function parsePem(file: Uint8Array | string): readonly PemBlock[] {
  const lines = (typeof file === 'string' ? file : decoder.decode(file)).replace(byteOrderMark, '').split(/\r\n|\n|\r/);
  const blocks: PemBlock[] = [];
  for (let at = 0; at < lines.length; at++) {
    const label = beginPattern.exec((lines[at] ?? '').trimEnd())?.[1];
    if (label === undefined) continue;
    const end = findEnd(lines, at + 1, label);
    blocks.push(parseBlock(label, lines.slice(at + 1, end)));
    at = end;
  }
  return blocks;
}

function findEnd(lines: readonly string[], start: number, label: string): number {
  for (let at = start; at < lines.length; at++) {
    const line = (lines[at] ?? '').trimEnd();
    if (line === `-----END ${label}-----`) return at;
    if (line.startsWith('-----'))
      throw malformed(`expected the end of the ${quoteText(label)} block, found ${quoteText(line)}`);
  }
  throw malformed(`the ${quoteText(label)} block has no end`);
}

function parseBlock(label: string, lines: readonly string[]): PemBlock {
  const headers = new Map<string, string>();
  let at = 0;
  for (; at < lines.length; at++) {
    const [, name, value] = headerPattern.exec(lines[at] ?? '') ?? [];
    if (name === undefined || value === undefined) break;
    if (headers.has(name)) throw malformed(`the ${quoteText(label)} block repeats header ${quoteText(name)}`);
    headers.set(name, value.trimEnd());
  }
  if (headers.size > 0 && (lines[at] ?? '').trim() !== '') {
    throw malformed(`the ${quoteText(label)} block has no empty line between headers and body`);
  }
  return { label, headers, der: parseBody(label, lines.slice(at)) };
}

function parseBody(label: string, lines: readonly string[]): Uint8Array {
  const body = lines.map((line) => line.trim()).join('');
  if (body === '') throw malformed(`the ${quoteText(label)} block is empty`);
  try {
    return parseBase64(body);
  } catch (cause) {
    throw malformed(`the body of the ${quoteText(label)} block is not base64`, cause);
  }
}

function malformed(message: string, cause?: unknown): BaseError {
  return new BaseError('PEM_MALFORMED', message, cause === undefined ? {} : { cause });
}
