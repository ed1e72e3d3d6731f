// JSON as the reference's encoder writes it: two spaces, members in the given order, and what HTML would read escaped.

export type JsonText = string | number | boolean | null | readonly JsonText[] | JsonMembers;
/** A map, because an object would put names that look like integers first. */
export type JsonMembers = ReadonlyMap<string, JsonText>;

export function renderJson(value: JsonText): string {
  return `${render(value, '')}\n`;
}

/** The reference's maps come out sorted by the bytes of their keys. */
export function sortedMembers<Value>(entries: Iterable<readonly [string, Value]>): ReadonlyMap<string, Value> {
  return new Map(Array.from(entries).toSorted(([a], [b]) => compareBytes(a, b)));
}

export function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function render(value: JsonText, indent: string): string {
  if (typeof value === 'string') return renderString(value);
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return String(value);
  const inner = `${indent}  `;
  if (value instanceof Map) {
    const members = Array.from(
      value as JsonMembers,
      ([name, member]) => `${renderString(name)}: ${render(member, inner)}`,
    );
    return enclose('{', members, '}', indent);
  }
  return enclose(
    '[',
    (value as readonly JsonText[]).map((item) => render(item, inner)),
    ']',
    indent,
  );
}

function enclose(open: string, items: readonly string[], close: string, indent: string): string {
  if (items.length === 0) return `${open}${close}`;
  return `${open}\n${items.map((item) => `${indent}  ${item}`).join(',\n')}\n${indent}${close}`;
}

function renderString(text: string): string {
  return JSON.stringify(text.toWellFormed()).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
