// The metadata of a registry: one SQLite database, its tables by noun, and one way to write.

import { join } from 'node:path';
import { type Blobs, createBlobs } from './blobs.ts';
import { isBun, openBunSqlite } from './bun.ts';
import type { Database, OpenDatabase } from './database.ts';
import { openLibsql } from './libsql.ts';
import { createManifests, type Manifests } from './manifests.ts';
import { createReferrers, type Referrers } from './referrers.ts';
import { createRepositories, type Repositories } from './repositories.ts';
import { type Durability, prepareSchema, releaseDatabase } from './schema.ts';
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

/**
 * Opens or creates the database in a directory.
 *
 * @throws ServerError `SERVER_DIRECTORY_IN_USE` while another process has it, `SERVER_DATABASE_FAILED`
 */
export async function openMetadata(
  directory: string,
  durability: Durability,
  openDatabase: OpenDatabase = isBun ? openBunSqlite : openLibsql,
): Promise<Metadata> {
  const database = await openDatabase(join(directory, 'metadata.db'));
  try {
    prepareSchema(database, durability);
  } catch (error) {
    database.close();
    throw error;
  }
  const { write, flush } = createWriter(database);
  const close = (): void => {
    flush();
    releaseDatabase(database);
  };
  return { ...createTables(database), write, close };
}

function createTables(database: Database): Omit<Metadata, 'write' | 'close'> {
  return {
    repositories: createRepositories(database),
    manifests: createManifests(database),
    blobs: createBlobs(database),
    referrers: createReferrers(database),
    uploads: createUploads(database),
  };
}
