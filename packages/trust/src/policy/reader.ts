// Reading members of a policy document while collecting every problem, instead of stopping at the first.

import { type JsonObject, type JsonValue, quoteText } from '@nv2/base';
import type { PolicyProblem, ProblemList } from './problem.ts';

export interface PolicyOptions {
  /** Report unknown members as warnings (the reference tool ignores them). Default: errors (TP-07). */
  readonly allowUnknownMembers?: boolean;
  /** Report level skip on everything as a warning (the reference tool accepts it). Default: an error (TP-17). */
  readonly allowGlobalSkip?: boolean;
}

type Fault = Omit<PolicyProblem, 'severity' | 'path' | 'statement'> & { readonly severity?: 'error' | 'warning' };

/** One JSON object of the document, with its path and where its problems go. */
export class MemberReader {
  readonly path: string;
  readonly #object: JsonObject;
  readonly #problems: ProblemList;
  readonly #statement: string | undefined;

  constructor(object: JsonObject, path: string, problems: ProblemList, statement?: string) {
    this.path = path;
    this.#object = object;
    this.#problems = problems;
    this.#statement = statement;
  }

  /** Records a problem of `member` (a name, or a name with index), or of the object itself. */
  add(member: string, fault: Fault): void {
    const path = member === '' ? this.path : `${this.path}.${member}`;
    this.#problems.add({ ...fault, path, ...(this.#statement === undefined ? {} : { statement: this.#statement }) });
  }

  /** Number of items of an array member: 0 when absent, undefined when it is no array. */
  countItems(member: string): number | undefined {
    const value = this.#object[member];
    if (value === undefined) return 0;
    return isArray(value) ? value.length : undefined;
  }

  entries(): readonly (readonly [string, JsonValue])[] {
    return Object.entries(this.#object);
  }

  string(member: string, need: 'required' | 'optional'): string | undefined {
    return this.#typed(member, need, 'a string', (value) => (typeof value === 'string' ? value : undefined));
  }

  boolean(member: string): boolean | undefined {
    return this.#typed(member, 'optional', 'true or false', (value) =>
      typeof value === 'boolean' ? value : undefined,
    );
  }

  array(member: string, need: 'required' | 'optional'): readonly JsonValue[] | undefined {
    return this.#typed(member, need, 'an array', (value) => (isArray(value) ? value : undefined));
  }

  /** The strings of an array with their index; items of another type are problems and left out. */
  strings(member: string): readonly (readonly [index: number, text: string])[] {
    const strings: (readonly [number, string])[] = [];
    for (const [index, item] of (this.array(member, 'optional') ?? []).entries()) {
      if (typeof item === 'string') strings.push([index, item]);
      else this.#wrongType(`${member}[${index}]`, 'a string', item);
    }
    return strings;
  }

  object(member: string, need: 'required' | 'optional'): MemberReader | undefined {
    const object = this.#typed(member, need, 'an object', (value) => (isObject(value) ? value : undefined));
    if (object === undefined) return undefined;
    return new MemberReader(object, `${this.path}.${member}`, this.#problems, this.#statement);
  }

  /** An object member of an array that was read with {@link array}. */
  item(member: string, index: number, value: JsonValue, statement?: string): MemberReader | undefined {
    if (isObject(value)) return new MemberReader(value, `${this.path}.${member}[${index}]`, this.#problems, statement);
    this.#wrongType(`${member}[${index}]`, 'an object', value);
    return undefined;
  }

  /**
   * TP-07: what is not in `known` is a misspelling until somebody says otherwise. A known name in other letter case is
   * always an error: the reference tool would obey it, we would not.
   */
  refuseUnknown(known: readonly string[], options: PolicyOptions): void {
    const folded = new Map(known.map((name) => [foldCase(name), name]));
    for (const name of Object.keys(this.#object)) {
      if (known.includes(name)) continue;
      const meant = folded.get(foldCase(name));
      const message = `unknown member ${quoteText(name)}${meant === undefined ? '' : `; is "${meant}" meant?`}`;
      const severity = meant === undefined && options.allowUnknownMembers === true ? 'warning' : 'error';
      this.add('', { code: 'member-unknown', rule: 'TP-07', message, value: name, severity });
    }
  }

  #typed<T>(
    member: string,
    need: 'required' | 'optional',
    expected: string,
    narrow: (value: JsonValue) => T | undefined,
  ): T | undefined {
    const value = this.#object[member];
    if (value === undefined) {
      if (need === 'required') {
        this.add(member, { code: 'member-missing', rule: ruleOf(member), message: `${member} is missing` });
      }
      return undefined;
    }
    const typed = narrow(value);
    if (typed === undefined) this.#wrongType(member, expected, value);
    return typed;
  }

  #wrongType(member: string, expected: string, value: JsonValue): void {
    const found = value === null ? 'null' : isArray(value) ? 'an array' : `a value of type ${typeof value}`;
    this.add(member, { code: 'member-type', rule: ruleOf(member), message: `expected ${expected}, found ${found}` });
  }
}

// Upper case first: so the long s and the Kelvin sign meet the letters that such tools take them for.
function foldCase(name: string): string {
  return name.toUpperCase().toLowerCase();
}

// Members with a rule of their own; the rest falls under the validation of the whole document.
function ruleOf(member: string): string {
  if (member === 'version') return 'TP-04';
  if (member === 'trustPolicies') return 'TP-05';
  return 'TP-06';
}

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !isArray(value);
}

// Array.isArray does not narrow readonly arrays.
function isArray(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}
