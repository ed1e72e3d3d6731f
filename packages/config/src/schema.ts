// The shapes of the JSON files on the user's disk. The only file that knows valibot. Unknown members are let through and
// kept, since other programs own these files too; `null` counts as absent, because encoders of other languages write it.

import { type JsonValue, parseJson } from '@nv2/base';
import * as v from 'valibot';

// valibot takes an array for an object with the names 0, 1, 2 …
function noArray<S extends v.GenericSchema>(schema: S) {
  return v.pipe(
    v.unknown(),
    v.check((value) => !Array.isArray(value)),
    schema,
  );
}

const text = v.string();
const optionalText = v.nullish(text);
const textMap = v.nullish(noArray(v.record(text, text)));

const settings = noArray(
  v.looseObject({
    insecureRegistries: v.nullish(v.array(text)),
    credsStore: optionalText,
    credHelpers: textMap,
    signatureFormat: optionalText,
  }),
);

const keyEntry = noArray(
  v.looseObject({
    name: text,
    keyPath: optionalText,
    certPath: optionalText,
    id: optionalText,
    pluginName: optionalText,
    pluginConfig: textMap,
  }),
);

const keyList = noArray(v.looseObject({ default: optionalText, keys: v.nullish(v.array(keyEntry)) }));

const authEntry = noArray(
  v.looseObject({
    auth: optionalText,
    username: optionalText,
    password: optionalText,
    identitytoken: optionalText,
  }),
);

const dockerConfig = noArray(
  v.looseObject({
    auths: v.nullish(noArray(v.record(text, v.nullish(authEntry)))),
    credsStore: optionalText,
    credHelpers: textMap,
  }),
);

const helperAnswer = noArray(v.looseObject({ Username: text, Secret: text }));

export const schemas = { settings, keyList, dockerConfig, helperAnswer } as const;

export type KeyEntryJson = v.InferOutput<typeof keyEntry>;
export type AuthEntryJson = v.InferOutput<typeof authEntry>;
export type DockerConfigJson = v.InferOutput<typeof dockerConfig>;

type Schema = (typeof schemas)[keyof typeof schemas];

export type ShapeReading<T> =
  | { readonly status: 'read'; readonly value: T }
  /** `path` is that of the wrong member, for example `$.keys[1].name`. */
  | { readonly status: 'refused'; readonly path: string; readonly reason: string };

/**
 * Parses JSON strictly and compares it with a shape; the first mismatch is reported.
 *
 * @throws BaseError `JSON_MALFORMED`, `JSON_LIMIT`, `UTF8_MALFORMED`
 */
export function readShape<S extends Schema>(
  schema: S,
  bytes: Uint8Array,
  options: { readonly maxBytes: number },
): ShapeReading<v.InferOutput<S>> {
  const value: JsonValue = parseJson(bytes, { maxBytes: options.maxBytes, maxDepth: 32 });
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (result.success) return { status: 'read', value: result.output };
  const [issue] = result.issues;
  // The type only: the value may be a secret.
  const found =
    issue.input === null ? 'null' : Array.isArray(issue.input) ? 'an array' : `a value of type ${typeof issue.input}`;
  return { status: 'refused', path: pathOf(issue.path), reason: `expected ${nameOf(issue.expected)}, found ${found}` };
}

// valibot writes the types an input may have as TypeScript does: `(Array | null | undefined)`.
function nameOf(expected: string | null): string {
  const type = /^\(?([A-Za-z]+)/.exec(expected ?? 'Object')?.[1] ?? 'another value';
  return type === 'Array' ? 'an array' : type === 'Object' ? 'an object' : `a ${type}`;
}

function pathOf(path: readonly { readonly key?: unknown }[] | undefined): string {
  const keys = (path ?? []).map(({ key }) => key);
  return keys.reduce<string>(
    (done, key) => (typeof key === 'number' ? `${done}[${key}]` : `${done}.${String(key)}`),
    '$',
  );
}
