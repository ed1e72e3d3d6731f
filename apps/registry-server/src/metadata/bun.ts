// SQLite as built into bun, for the stand-alone executable, where libsql's native file is not found.

import type { Database, OpenDatabase, Row, SqlValue, Statement } from './database.ts';
import { databaseError } from './database.ts';

interface BunStatement {
  values(...values: readonly SqlValue[]): readonly Row[];
  run(...values: readonly SqlValue[]): { readonly changes: number };
}

interface BunDatabase {
  prepare(sql: string): BunStatement;
  run(sql: string): unknown;
  close(): void;
}

interface BunSqlite {
  readonly Database: new (path: string, options: { readonly create: boolean }) => BunDatabase;
}

/** A variable keeps bundlers and Node from resolving a module that exists only inside bun. */
const moduleName = 'bun:sqlite';

export const isBun: boolean = process.versions['bun'] !== undefined;

/** @param load replaces the import in tests, which run on Node */
export function openBunSqlite(
  path: string,
  load: () => Promise<unknown> = () => import(moduleName),
): Promise<Database> {
  return open(path, load);
}

async function open(path: string, load: () => Promise<unknown>): ReturnType<OpenDatabase> {
  // The shape is bun's documented interface; outside bun this function is not reached.
  const sqlite = (await load()) as BunSqlite;
  const native = attempt(() => new sqlite.Database(path, { create: true }));
  return {
    prepare: (sql) => prepare(native, sql),
    exec: (sql) => attempt(() => void native.run(sql)),
    close: () => attempt(() => native.close()),
  };
}

function prepare(native: BunDatabase, sql: string): Statement {
  const statement = attempt(() => native.prepare(sql));
  return {
    get: (...values) => attempt(() => statement.values(...values))[0],
    all: (...values) => attempt(() => statement.values(...values)),
    run: (...values) => attempt(() => statement.run(...values)).changes,
  };
}

function attempt<T>(operation: () => T): T {
  try {
    return operation();
  } catch (cause) {
    throw databaseError(cause);
  }
}
