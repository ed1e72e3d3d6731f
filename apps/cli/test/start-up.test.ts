// What is loaded before a command runs decides how fast `nv2 version` starts; this keeps the list short.

import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';

const allowed = ['@nv2/base', 'commander', 'picocolors', 'node:fs', 'node:fs/promises', 'node:os', 'node:path'];

/** Everything a file imports when it is loaded: not types, not `import()`. */
function staticImports(path: string): readonly string[] {
  const source = readFileSync(path, 'utf8');
  const statements = source.matchAll(/^(?:import|export) (?!type )([^;]*?)from '([^']+)';/gms);
  return Array.from(statements, ([, names = '', from = '']) =>
    /[^{},\s]/.test(names.replaceAll(/type \w+( as \w+)?/g, '')) ? from : '',
  ).filter(Boolean);
}

function collect(path: string, seen: Set<string>, outside: Map<string, string>): void {
  if (seen.has(path)) return;
  seen.add(path);
  for (const from of staticImports(path)) {
    if (from.startsWith('.')) collect(join(dirname(path), from), seen, outside);
    else outside.set(from, path);
  }
}

it('loads no package but base, the argument parser and colours before a command runs', () => {
  const outside = new Map<string, string>();
  collect(join(import.meta.dirname, '../src/run.ts'), new Set(), outside);
  expect([...outside].filter(([name]) => !allowed.includes(name))).toEqual([]);
});
