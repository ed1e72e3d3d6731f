// The tables. Text compares by bytes (SQLite's BINARY collation), so names never fold case.

import type { Database } from './database.ts';
import { integerAt } from './database.ts';

/** Each entry moves the database one version up; entries are only ever added. */
const migrations: readonly string[] = [
  `
  CREATE TABLE repositories (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);

  -- The exact bytes of manifests, each stored once. NULL bytes: in the blob storage, under the sha256 digest.
  CREATE TABLE contents (id INTEGER PRIMARY KEY, size INTEGER NOT NULL, bytes BLOB);

  -- Every digest by which a content was pushed or may be found.
  CREATE TABLE content_digests (
    digest TEXT PRIMARY KEY, content_id INTEGER NOT NULL REFERENCES contents(id)) WITHOUT ROWID;

  -- AUTOINCREMENT: a sequence number is never used twice, so it can be a page cursor.
  CREATE TABLE manifests (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    repository_id INTEGER NOT NULL REFERENCES repositories(id),
    content_id INTEGER NOT NULL REFERENCES contents(id),
    digest TEXT NOT NULL,
    media_type TEXT NOT NULL,
    depth INTEGER NOT NULL,
    artifact_type TEXT,
    subject TEXT,
    referrer_json TEXT,
    pushed_at INTEGER NOT NULL);
  CREATE UNIQUE INDEX manifests_by_content ON manifests(repository_id, content_id);
  CREATE INDEX manifests_by_subject ON manifests(repository_id, subject, sequence) WHERE subject IS NOT NULL;
  CREATE INDEX manifests_by_type ON manifests(repository_id, subject, artifact_type, sequence) WHERE subject IS NOT NULL;

  CREATE TABLE manifest_references (
    repository_id INTEGER NOT NULL, digest TEXT NOT NULL, content_id INTEGER NOT NULL,
    PRIMARY KEY (repository_id, digest, content_id)) WITHOUT ROWID;
  CREATE INDEX references_by_content ON manifest_references(repository_id, content_id);

  CREATE TABLE tags (
    repository_id INTEGER NOT NULL REFERENCES repositories(id),
    name TEXT NOT NULL,
    content_id INTEGER NOT NULL REFERENCES contents(id),
    digest TEXT NOT NULL,
    PRIMARY KEY (repository_id, name)) WITHOUT ROWID;
  CREATE INDEX tags_by_content ON tags(repository_id, content_id);

  CREATE TABLE blobs (digest TEXT PRIMARY KEY, size INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE repository_blobs (
    repository_id INTEGER NOT NULL REFERENCES repositories(id), digest TEXT NOT NULL REFERENCES blobs(digest),
    PRIMARY KEY (repository_id, digest)) WITHOUT ROWID;
  CREATE INDEX repositories_by_blob ON repository_blobs(digest);

  CREATE TABLE uploads (
    id TEXT PRIMARY KEY, repository TEXT NOT NULL, algorithm TEXT NOT NULL,
    received INTEGER NOT NULL, updated_at INTEGER NOT NULL) WITHOUT ROWID;
  CREATE INDEX uploads_by_age ON uploads(updated_at);
  `,
];

export type Durability = 'strict' | 'batch' | 'off';

/**
 * `strict` syncs every commit; `batch` only at checkpoints (a power cut may lose the newest, nothing tears); `off`
 * never.
 */
const synchronous = { strict: 'FULL', batch: 'NORMAL', off: 'OFF' } as const;

/** Settings and tables. The exclusive lock keeps a second process out, and saves two system calls for each read. */
export function prepareSchema(database: Database, durability: Durability): void {
  database.prepare('PRAGMA locking_mode = EXCLUSIVE').all();
  database.prepare('PRAGMA journal_mode = WAL').all();
  database.exec(`PRAGMA synchronous = ${synchronous[durability]}`);
  database.exec('PRAGMA foreign_keys = ON');
  const [row] = database.prepare('PRAGMA user_version').all();
  const version = row === undefined ? 0 : integerAt(row, 0);
  for (const [index, sql] of migrations.entries()) {
    if (index >= version) database.exec(`BEGIN IMMEDIATE; ${sql}; PRAGMA user_version = ${index + 1}; COMMIT`);
  }
}

/**
 * Gives the lock back and closes. Closing alone would not: a driver keeps the file open until its statements are
 * garbage.
 */
export function releaseDatabase(database: Database): void {
  database.prepare('PRAGMA journal_mode = DELETE').all();
  database.prepare('PRAGMA locking_mode = NORMAL').all();
  // The change takes effect at the next access.
  database.prepare('PRAGMA user_version').all();
  database.close();
}
