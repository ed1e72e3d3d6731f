// Checks a document against the part of JSON Schema that schemas/ uses. An unknown keyword fails, so that no rule of a schema is passed
// over in silence.

type Schema = Readonly<Record<string, unknown>>;

const known = new Set([
  '$schema',
  'title',
  '$defs',
  '$ref',
  'type',
  'enum',
  'pattern',
  'items',
  'required',
  'properties',
  'additionalProperties',
  'anyOf',
]);

/** Everything in which `value` breaks `schema`, with paths; empty when it fits. */
export function findSchemaProblems(
  value: unknown,
  schema: Schema,
  root: Schema = schema,
  path = '$',
): readonly string[] {
  const unknown = Object.keys(schema).filter((keyword) => !known.has(keyword));
  if (unknown.length > 0) return [`${path}: the schema has unknown keywords ${unknown.join(', ')}`];
  const reference = schema['$ref'];
  if (typeof reference === 'string') return findSchemaProblems(value, resolve(root, reference), root, path);
  const alternatives = schema['anyOf'];
  if (Array.isArray(alternatives)) {
    const fits = alternatives.some((one: Schema) => findSchemaProblems(value, one, root, path).length === 0);
    return fits ? [] : [`${path}: fits none of the alternatives`];
  }
  const { enum: choices, type, pattern } = schema;
  if (Array.isArray(choices) && !choices.includes(value))
    return [`${path}: ${JSON.stringify(value)} is not one of ${choices.join(', ')}`];
  if (typeof type === 'string' && typeOf(value) !== type) return [`${path}: is ${typeOf(value)}, expected ${type}`];
  if (typeof pattern === 'string' && !(typeof value === 'string' && new RegExp(pattern, 'u').test(value))) {
    return [`${path}: ${JSON.stringify(value)} does not match ${pattern}`];
  }
  if (Array.isArray(value)) {
    return value.flatMap((item, index) =>
      findSchemaProblems(item, (schema['items'] ?? {}) as Schema, root, `${path}[${index}]`),
    );
  }
  return typeof value === 'object' && value !== null ? checkMembers(value, schema, root, path) : [];
}

function checkMembers(value: object, schema: Schema, root: Schema, path: string): readonly string[] {
  const members = Object.entries(value) as readonly [string, unknown][];
  const properties = (schema['properties'] ?? {}) as Readonly<Record<string, Schema>>;
  const required = (schema['required'] ?? []) as readonly string[];
  const rest = schema['additionalProperties'];
  const missing = required.filter((name) => !(name in value)).map((name) => `${path}: ${name} is missing`);
  const wrong = members.flatMap(([name, member]) => {
    const own = properties[name];
    if (own !== undefined) return findSchemaProblems(member, own, root, `${path}.${name}`);
    if (rest === false) return [`${path}: ${name} is not in the schema`];
    return typeof rest === 'object' ? findSchemaProblems(member, rest as Schema, root, `${path}.${name}`) : [];
  });
  return [...missing, ...wrong];
}

function resolve(root: Schema, reference: string): Schema {
  const name = reference.replace('#/$defs/', '');
  const found = (root['$defs'] as Readonly<Record<string, Schema>> | undefined)?.[name];
  if (found === undefined) throw new Error(`schema: ${reference} does not exist`);
  return found;
}

function typeOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (value === null) return 'null';
  return Number.isInteger(value) ? 'integer' : typeof value;
}
