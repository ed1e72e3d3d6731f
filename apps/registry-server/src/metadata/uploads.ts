// Open uploads. `received` counts bytes that are durably stored, so it is right even straight after a crash (G5).

import type { HashName } from '@nv2/base';
import type { RepositoryName } from '@nv2/oci';
import { type Database, integerAt, textAt } from './database.ts';

export interface Upload {
  readonly id: string;
  readonly repository: RepositoryName;
  /** The digest algorithm announced at the start. */
  readonly algorithm: HashName;
  /** Bytes durably stored. */
  readonly received: number;
}

export interface Uploads {
  find(repository: RepositoryName, id: string): Upload | undefined;
  count(): number;
  /** Inside a write. */
  add(upload: Upload, at: Date): void;
  /** Inside a write. */
  setReceived(id: string, received: number, at: Date): void;
  /** Inside a write. */
  remove(id: string): void;
  ids(): readonly string[];
  /** At most `limit` uploads untouched since `before`, the oldest first. */
  listIdle(before: Date, limit: number): readonly string[];
}

export function createUploads(database: Database): Uploads {
  const select = database.prepare('SELECT algorithm, received FROM uploads WHERE id = ? AND repository = ?');
  const count = database.prepare('SELECT count(*) FROM uploads');
  const insert = database.prepare(
    'INSERT INTO uploads (id, repository, algorithm, received, updated_at) VALUES (?, ?, ?, ?, ?)',
  );
  const update = database.prepare('UPDATE uploads SET received = ?, updated_at = ? WHERE id = ?');
  const remove = database.prepare('DELETE FROM uploads WHERE id = ?');
  const ids = database.prepare('SELECT id FROM uploads');
  const idle = database.prepare('SELECT id FROM uploads WHERE updated_at < ? ORDER BY updated_at LIMIT ?');
  return {
    find: (repository, id) => {
      const row = select.get(id, repository);
      if (row === undefined) return undefined;
      // Only `add` writes this column, and it is handed a HashName.
      return { id, repository, algorithm: textAt(row, 0) as HashName, received: integerAt(row, 1) };
    },
    count: () => integerAt(count.get() ?? [0], 0),
    add: ({ id, repository, algorithm, received }, at) =>
      void insert.run(id, repository, algorithm, received, at.getTime()),
    setReceived: (id, received, at) => void update.run(received, at.getTime(), id),
    remove: (id) => void remove.run(id),
    ids: () => ids.all().map((row) => textAt(row, 0)),
    listIdle: (before, limit) => idle.all(before.getTime(), limit).map((row) => textAt(row, 0)),
  };
}
