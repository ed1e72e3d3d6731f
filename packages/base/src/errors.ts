// The error model of every package: stable codes, a small union of kinds, one class per package.

/**
 * What a caller can do about an error. Exit codes, HTTP statuses and "worth a retry" derive from it.
 *
 * - `usage`: the caller asked for something impossible; `malformed`: outside bytes broke a rule;
 * - `not-found`, `denied`, `conflict`: as in HTTP; `limit`: a bound of ours was reached;
 * - `unavailable`: another party did not answer; `internal`: our own defect.
 */
export type ErrorKind =
  | 'usage'
  | 'malformed'
  | 'not-found'
  | 'denied'
  | 'conflict'
  | 'limit'
  | 'unavailable'
  | 'internal';

/** One row of a package's error table. `summary` says when the code occurs; `hint` says what to do next. */
export interface ErrorRow {
  readonly kind: ErrorKind;
  readonly summary: string;
  readonly hint?: string;
}

/** A package's codes. Codes are public API: never renamed, listed in docs/errors.md. */
export type ErrorTable = Readonly<Record<string, ErrorRow>>;

/** JSON-safe facts of one error. */
export type ErrorDetails = Readonly<Record<string, string | number | boolean | readonly string[]>>;

export interface Nv2ErrorOptions {
  readonly cause?: unknown;
  readonly details?: ErrorDetails;
  /** Replaces the hint of the code's row where the situation allows a better one. */
  readonly hint?: string;
}

/** Base class of every error nv2 throws on purpose. Match with {@link isNv2Error}, never on message text. */
export abstract class Nv2Error<Code extends string = string> extends Error {
  readonly code: Code;
  readonly kind: ErrorKind;
  readonly hint: string | undefined;
  readonly details: ErrorDetails;

  constructor(table: Readonly<Record<Code, ErrorRow>>, code: Code, message: string, options: Nv2ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    const row = table[code];
    this.name = new.target.name;
    this.code = code;
    this.kind = row.kind;
    this.hint = options.hint ?? row.hint;
    this.details = options.details ?? {};
  }
}

/** Whether `error` is one of ours, and, with `code`, that very code. */
export function isNv2Error<Code extends string>(error: unknown, code?: Code): error is Nv2Error<Code> {
  return error instanceof Nv2Error && (code === undefined || error.code === code);
}

/** The message of anything thrown, with the messages of its causes, for logs and `why:` lines. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return quoteText(String(error));
  const cause = error.cause === undefined ? '' : `: ${describeError(error.cause)}`;
  return `${error.message}${cause}`;
}

/**
 * Foreign text made safe for messages: control and bidirectional characters removed, cut to `maxChars`, in quotes.
 */
export function quoteText(text: string, maxChars = 120): string {
  return `"${plainText(text, maxChars)}"`;
}

/** As {@link quoteText}, without the quotes. */
export function plainText(text: string, maxChars = 120): string {
  if (text.length <= maxChars && printableAscii.test(text)) return text;
  const visible = text.slice(0, maxChars * 4).replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cn}\u2028\u2029]/gu, '\uFFFD');
  const characters = Array.from(visible);
  return characters.length > maxChars ? `${characters.slice(0, maxChars).join('')}…` : visible;
}

const printableAscii = /^[ -~]*$/;

/** Ends every `switch` over a union: the compiler proves it unreachable. */
export function assertNever(value: never): never {
  throw new TypeError(`unexpected variant ${String(value)}`);
}
