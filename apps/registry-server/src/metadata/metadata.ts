// The metadata of a registry: one SQLite database, its tables by noun, and one way to write.

import { type Blobs, createBlobs } from './blobs.ts';
import { isBun, openBunSqlite } from './bun.ts';
import type { OpenDatabase } from './database.ts';
import { openLibsql } from './libsql.ts';
import { createManifests, type Manifests } from './manifests.ts';
import { createReferrers, type Referrers } from './referrers.ts';
import { createRepositories, type Repositories } from './repositories.ts';
import { type Durability, prepareSchema } from './schema.ts';
import { createUploads, type Uploads } from './uploads.ts';
import { createWriter, type Write } from './writer.ts';

export interface Metadata {
  readonly repositories: Repositories;
  readonly manifests: Manifests;
  readonly blobs: Blobs;
  readonly referrers: Referrers;
  readonly uploads: Uploads;
  readonly write: Write;
  /** Commits what is queued and closes the database. */
  close(): void;
}

/** @throws ServerError `SERVER_DIRECTORY_IN_USE` when another process holds the file, `SERVER_DATABASE_FAILED` */
export async function openMetadata(
  path: string,
  durability: Durability,
  openDatabase: OpenDatabase = isBun ? openBunSqlite : openLibsql,
): Promise<Metadata> {
  const database = await openDatabase(path);
  prepareSchema(database, durability);
  const { write, flush } = createWriter(database);
  return {
    repositories: createRepositories(database),
    manifests: createManifests(database),
    blobs: createBlobs(database),
    referrers: createReferrers(database),
    uploads: createUploads(database),
    write,
    close: () => {
      flush();
      database.close();
    },
  };
}
