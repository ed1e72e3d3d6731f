// Repositories come into being with their first content and then stay, so that their tag list is empty, not unknown.

import type { RepositoryName } from '@nv2/oci';
import { type Database, integerAt, textAt } from './database.ts';

export interface Repositories {
  find(name: RepositoryName): number | undefined;
  /** Inside a write. */
  ensure(name: RepositoryName): number;
  /** Names after `after` in byte order. */
  readonly list: (after: string, limit: number) => readonly string[];
}

/** Names never change their number, so the map may be dropped but not stale; this bounds it to a few megabytes. */
const maxCachedNames = 20_000;

export function createRepositories(database: Database): Repositories {
  const select = database.prepare('SELECT id FROM repositories WHERE name = ?');
  const insert = database.prepare('INSERT INTO repositories (name) VALUES (?) ON CONFLICT DO NOTHING');
  const page = database.prepare('SELECT name FROM repositories WHERE name > ? ORDER BY name LIMIT ?');
  const ids = new Map<string, number>();

  const find = (name: RepositoryName): number | undefined => {
    const cached = ids.get(name);
    if (cached !== undefined) return cached;
    const row = select.get(name);
    if (row === undefined) return undefined;
    if (ids.size >= maxCachedNames) ids.clear();
    ids.set(name, integerAt(row, 0));
    return integerAt(row, 0);
  };
  return {
    find,
    ensure: (name) => {
      insert.run(name);
      const row = select.get(name);
      return row === undefined ? 0 : integerAt(row, 0);
    },
    list: (after, limit) => page.all(after, limit).map((row) => textAt(row, 0)),
  };
}
