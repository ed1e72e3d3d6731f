import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { version } from './version.ts';

it('is the version of the package', () => {
  const { version: packaged } = JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8'));
  expect(version).toBe(packaged);
});
