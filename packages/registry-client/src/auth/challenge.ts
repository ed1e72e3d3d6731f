// WWW-Authenticate (RFC 9110 section 11.6.1): a strict reader. What it cannot read is an error, never a guess.

import { quoteText } from '@nv2/base';
import { RegistryError } from '../errors.ts';
import { limits } from '../limits.ts';

export interface Challenge {
  /** Lower case. */
  readonly scheme: string;
  /** Names in lower case. */
  readonly parameters: ReadonlyMap<string, string>;
}

const token = /[!#$%&'*+.^_`|~0-9A-Za-z-]+/y;
const token68 = /[A-Za-z0-9._~+/-]+=*(?=[ \t]*(?:,|$))/y;
const quoted = /"((?:[\t \x21\x23-\x5b\x5d-\x7e\x80-\xff]|\\[\t \x21-\x7e\x80-\xff])*)"/y;
const blanks = /[ \t]*/y;
const separators = /[ \t]*(?:,[ \t]*)*/y;

/**
 * Reads the challenges of all WWW-Authenticate fields of one response.
 *
 * @throws RegistryError `REGISTRY_RESPONSE_INVALID`: not the grammar, a repeated parameter, more than 16 KiB
 */
export function parseChallenges(fields: readonly string[]): readonly Challenge[] {
  const challenges = fields.flatMap((field) => {
    if (field.length > limits.maxFieldChars) throw invalid(field, 'it is too long');
    return new ChallengeReader(field).read();
  });
  if (challenges.length > limits.maxChallenges) throw invalid(fields.join(', '), 'it has too many challenges');
  return challenges;
}

class ChallengeReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  read(): readonly Challenge[] {
    const challenges: Challenge[] = [];
    this.#take(separators);
    while (this.#at < this.#text.length) challenges.push(this.#challenge());
    return challenges;
  }

  #challenge(): Challenge {
    const scheme = this.#take(token)?.toLowerCase();
    if (scheme === undefined) throw invalid(this.#text, `no scheme at character ${this.#at}`);
    const parameters = new Map<string, string>();
    if (this.#take(blanks) !== '' && !this.#isParameter()) {
      // Negotiate and the like carry one opaque text; nothing of it is used.
      this.#take(token68);
      this.#endItem();
      return { scheme, parameters };
    }
    while (this.#isParameter()) {
      const [name, value] = this.#parameter();
      if (parameters.has(name)) throw invalid(this.#text, `parameter ${quoteText(name)} is repeated`);
      parameters.set(name, value);
      this.#endItem();
    }
    if (parameters.size === 0) this.#endItem();
    return { scheme, parameters };
  }

  #isParameter(): boolean {
    const start = this.#at;
    const isParameter =
      this.#take(token) !== undefined && this.#take(blanks) !== undefined && this.#text[this.#at] === '=';
    const isSingle = isParameter && !/^=+[ \t]*(?:,|$)/.test(this.#text.slice(this.#at));
    this.#at = start;
    return isSingle;
  }

  #parameter(): readonly [name: string, value: string] {
    const name = this.#take(token)?.toLowerCase() ?? '';
    this.#take(blanks);
    this.#at += 1;
    this.#take(blanks);
    if (this.#text[this.#at] !== '"') {
      const value = this.#take(token);
      if (value === undefined) throw invalid(this.#text, `parameter ${quoteText(name)} has no value`);
      return [name, value];
    }
    const value = this.#take(quoted);
    if (value === undefined) throw invalid(this.#text, `parameter ${quoteText(name)} is not closed`);
    return [name, value.slice(1, -1).replace(/\\(.)/g, '$1')];
  }

  #endItem(): void {
    this.#take(blanks);
    if (this.#at < this.#text.length && this.#text[this.#at] !== ',') {
      throw invalid(this.#text, `expected "," at character ${this.#at}`);
    }
    this.#take(separators);
  }

  #take(form: RegExp): string | undefined {
    form.lastIndex = this.#at;
    const [found] = form.exec(this.#text) ?? [];
    if (found !== undefined) this.#at = form.lastIndex;
    return found;
  }
}

function invalid(text: string, why: string): RegistryError {
  return new RegistryError('REGISTRY_RESPONSE_INVALID', `cannot read the challenge ${quoteText(text)}: ${why}`);
}
