// SQLite through libsql, a native module: loaded only when a registry opens.

import type { Database, OpenDatabase, Row, SqlValue, Statement } from './database.ts';
import { databaseError } from './database.ts';

interface NativeStatement {
  raw(on: boolean): unknown;
  readonly reader: boolean;
  get(values: readonly SqlValue[]): readonly unknown[] | undefined;
  all(values: readonly SqlValue[]): readonly (readonly unknown[])[];
  run(values: readonly SqlValue[]): { readonly changes: number };
}

interface NativeDatabase {
  prepare(sql: string): NativeStatement;
  exec(sql: string): void;
  close(): void;
}

export const openLibsql: OpenDatabase = async (path) => {
  const { default: Libsql } = await import('libsql');
  // The module is a constructor with the methods above; its own types describe another library (better-sqlite3).
  const open = Libsql as unknown as new (path: string) => NativeDatabase;
  const native = attempt(() => new open(path));
  return {
    prepare: (sql) => prepare(native, sql),
    exec: (sql) => attempt(() => native.exec(sql)),
    close: () => attempt(() => native.close()),
  } satisfies Database;
};

function prepare(native: NativeDatabase, sql: string): Statement {
  const statement = attempt(() => native.prepare(sql));
  if (statement.reader) statement.raw(true);
  return {
    get: (...values) => {
      const row = attempt(() => statement.get(values));
      return row === undefined ? undefined : toRow(row);
    },
    all: (...values) => attempt(() => statement.all(values)).map(toRow),
    run: (...values) => attempt(() => statement.run(values)).changes,
  };
}

// `all` gives blobs as ArrayBuffer, `get` as Buffer; both become plain bytes.
function toRow(row: readonly unknown[]): Row {
  // SQLite has five storage classes; four are these types already, blobs are converted here.
  return (row.some((value) => typeof value === 'object') ? row.map(toValue) : row) as Row;
}

function toValue(value: unknown): unknown {
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  return value instanceof Uint8Array ? new Uint8Array(value.buffer, value.byteOffset, value.length) : value;
}

function attempt<T>(operation: () => T): T {
  try {
    return operation();
  } catch (cause) {
    throw databaseError(cause);
  }
}
