// Distinguished names as a policy writes them (RFC 4514, narrowed by docs/spec-map.md section 14). Strict: what another reader
// might understand differently is refused, because an identity decides who is trusted.

import { parseHex, parseUtf8, quoteText } from '@nv2/base';
import type { IdentityProblemCode } from '../policy/problem.ts';

export interface NameProblem {
  readonly code: IdentityProblemCode;
  readonly rule: string;
  readonly message: string;
  readonly related?: string;
}

export type NameReading =
  | { readonly status: 'read'; readonly attributes: ReadonlyMap<string, string> }
  | { readonly status: 'refused'; readonly problems: readonly [NameProblem, ...NameProblem[]] };

// ID-04
const mandatory = ['C', 'ST', 'O'] as const;
const attributeType = /^(?:[A-Za-z][A-Za-z0-9-]*|[0-9]+(?:\.[0-9]+)+)$/;
// ID-07: the characters that may follow a backslash as themselves.
const escapable = ' "#+,;<=>\\';
const unescapedRefused = new Map([
  ['+', 'name-multi-valued'],
  [';', 'name-syntax'],
  ['"', 'name-syntax'],
  ['<', 'name-syntax'],
  ['>', 'name-syntax'],
  ['\0', 'name-syntax'],
] as const);

/**
 * Reads `C=US, ST=WA, O=Example`. The order of attributes means nothing; `S` is another spelling of `ST`.
 *
 * Stops at the first error of syntax; reports every missing attribute (ID-03…ID-07, ID-12).
 */
export function readDistinguishedName(text: string): NameReading {
  // ID-06: hexadecimal BER is refused on sight, before anything is taken apart (CVE-2023-25656, OC-50).
  if (text.includes('=#')) return refused('name-hexadecimal', 'ID-06', 'contains "=#", a hexadecimal value');
  const attributes = new Map<string, string>();
  let rest = text;
  for (let isLast = false; !isLast; ) {
    const step = readAttribute(rest);
    if ('problem' in step) return { status: 'refused', problems: [step.problem] };
    const type = step.type === 'S' ? 'ST' : step.type;
    if (attributes.has(type))
      return refused('name-type-repeated', 'ID-05', `names ${quoteText(step.type)} twice`, type);
    attributes.set(type, step.value);
    isLast = step.rest === undefined;
    rest = step.rest ?? '';
  }
  const [first, ...more] = mandatory.filter((type) => !attributes.has(type)).map(missing);
  return first === undefined ? { status: 'read', attributes } : { status: 'refused', problems: [first, ...more] };
}

type Step =
  | { readonly type: string; readonly value: string; readonly rest: string | undefined }
  | { readonly problem: NameProblem };

/** One `type=value` and what follows its comma; `rest` is undefined at the end. */
function readAttribute(text: string): Step {
  const equals = text.indexOf('=');
  const type = trimSpaces(text.slice(0, Math.max(equals, 0)));
  if (!attributeType.test(type)) {
    return { problem: syntax(`expected type=value, found ${quoteText(text, 40)}`) };
  }
  const value = readValue(text, equals + 1);
  if ('problem' in value) return value;
  // An empty value would match a subject without the attribute (OC-13).
  if (value.text === '') {
    return { problem: problem('name-value-empty', 'ID-12', `has an empty value for ${quoteText(type)}`, type) };
  }
  return { type, value: value.text, rest: value.end < text.length ? text.slice(value.end + 1) : undefined };
}

type Value = { readonly text: string; readonly end: number } | { readonly problem: NameProblem };

/** The value from `start` to the next comma or the end, escapes decoded, unescaped spaces around it removed. */
function readValue(text: string, start: number): Value {
  let at = start;
  while (text[at] === ' ') at += 1;
  if (text[at] === '#') return { problem: problem('name-hexadecimal', 'ID-06', 'has a hexadecimal value ("#…")') };
  let value = '';
  let keptLength = 0; // up to the last character that is not an unescaped space
  while (at < text.length && text[at] !== ',') {
    const character = text[at] ?? '';
    const code = unescapedRefused.get(character as never);
    if (code === 'name-multi-valued') return { problem: problem(code, 'ID-05', 'joins attributes with "+"') };
    if (code !== undefined) return { problem: syntax(`has an unescaped ${quoteText(character)}`) };
    if (character === '\\') {
      const escape = readEscape(text, at);
      if ('problem' in escape) return escape;
      value += escape.text;
      at = escape.end;
      keptLength = value.length;
      continue;
    }
    value += character;
    at += 1;
    if (character !== ' ') keptLength = value.length;
  }
  return { text: value.slice(0, keptLength), end: at };
}

/** `\x` for a special character, or a run of `\HH` that is UTF-8. */
function readEscape(text: string, start: number): Value {
  const next = text[start + 1] ?? '';
  if (next !== '' && escapable.includes(next)) return { text: next, end: start + 2 };
  let at = start;
  let hex = '';
  while (text[at] === '\\' && /^[0-9A-Fa-f]{2}$/.test(text.slice(at + 1, at + 3))) {
    hex += text.slice(at + 1, at + 3).toLowerCase();
    at += 3;
  }
  if (hex === '') return { problem: syntax(`has ${quoteText(text.slice(start, start + 2))}, which is no escape`) };
  try {
    return { text: parseUtf8(parseHex(hex)), end: at };
  } catch {
    // The bytes come from the policy's text; which of them is wrong helps nobody.
    return { problem: syntax('has escaped bytes that are not UTF-8') };
  }
}

// Spaces only: other white space is no part of RFC 4514.
function trimSpaces(text: string): string {
  let start = 0;
  let end = text.length;
  while (text[start] === ' ') start += 1;
  while (text[end - 1] === ' ') end -= 1;
  return text.slice(start, end);
}

function missing(type: string): NameProblem {
  const spelled = type === 'ST' ? 'ST (or S)' : type;
  return problem('name-attribute-missing', 'ID-04', `has no ${spelled}; C, ST and O are required`, type);
}

function syntax(message: string): NameProblem {
  return problem('name-syntax', 'ID-07', message);
}

function refused(code: IdentityProblemCode, rule: string, message: string, related?: string): NameReading {
  return { status: 'refused', problems: [problem(code, rule, message, related)] };
}

function problem(code: IdentityProblemCode, rule: string, message: string, related?: string): NameProblem {
  return { code, rule, message: `the distinguished name ${message}`, ...(related === undefined ? {} : { related }) };
}
