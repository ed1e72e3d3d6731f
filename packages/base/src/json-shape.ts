// Reading typed members out of parsed JSON, with the path of whatever does not fit (`$.layers[2].size`).

import { BaseError } from './base-errors.ts';
import type { JsonObject, JsonValue } from './json.ts';

/** @throws BaseError `JSON_TYPE` */
export function parseObject(value: JsonValue | undefined, path: string): JsonObject {
  if (isObject(value)) return value;
  throw mismatch(path, 'an object', value);
}

/** @throws BaseError `JSON_TYPE` */
export function parseArray(value: JsonValue | undefined, path: string): readonly JsonValue[] {
  if (isArray(value)) return value;
  throw mismatch(path, 'an array', value);
}

/** @throws BaseError `JSON_TYPE` */
export function parseString(value: JsonValue | undefined, path: string): string {
  if (typeof value === 'string') return value;
  throw mismatch(path, 'a string', value);
}

/** @throws BaseError `JSON_TYPE` */
export function parseBoolean(value: JsonValue | undefined, path: string): boolean {
  if (typeof value === 'boolean') return value;
  throw mismatch(path, 'true or false', value);
}

/** An integer from 0 to 2^53 − 1, the range in which numbers are exact. @throws BaseError `JSON_TYPE` */
export function parseSize(value: JsonValue | undefined, path: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw mismatch(path, 'an integer from 0 to 2^53-1', value);
}

/** @throws BaseError `JSON_TYPE` */
export function parseStringArray(value: JsonValue | undefined, path: string): readonly string[] {
  return parseArray(value, path).map((item, index) => parseString(item, `${path}[${index}]`));
}

/** An object whose members are all strings, without prototype. @throws BaseError `JSON_TYPE` */
export function parseStringMap(value: JsonValue | undefined, path: string): Readonly<Record<string, string>> {
  const map: Record<string, string> = Object.create(null);
  for (const [name, member] of Object.entries(parseObject(value, path)))
    map[name] = parseString(member, `${path}.${name}`);
  return map;
}

/** Applies `parse` unless the member is absent. JSON `null` is a value, not absence. */
export function parseOptional<T>(
  value: JsonValue | undefined,
  path: string,
  parse: (value: JsonValue, path: string) => T,
): T | undefined {
  return value === undefined ? undefined : parse(value, path);
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !isArray(value);
}

// Array.isArray does not narrow readonly arrays.
function isArray(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function mismatch(path: string, expected: string, value: JsonValue | undefined): BaseError {
  const found =
    value === undefined
      ? 'nothing'
      : value === null
        ? 'null'
        : isArray(value)
          ? 'an array'
          : `a value of type ${typeof value}`;
  return new BaseError('JSON_TYPE', `${path}: expected ${expected}, found ${found}`);
}
