// The few things asked of an SQL database, so that libsql (Node) and bun:sqlite (stand-alone executable) are one file
// each.

import { ServerError } from '../errors.ts';

export type SqlValue = string | number | Uint8Array | null;

/** The columns in the order of the SELECT. */
export type Row = readonly SqlValue[];

export interface Statement {
  get(...values: readonly SqlValue[]): Row | undefined;
  all(...values: readonly SqlValue[]): readonly Row[];
  /** @returns the number of rows that were inserted, changed or deleted. */
  run(...values: readonly SqlValue[]): number;
}

/**
 * An open SQLite database. Every method is synchronous and throws `SERVER_DATABASE_FAILED` or `SERVER_STORAGE_FULL`.
 */
export interface Database {
  prepare(sql: string): Statement;
  exec(sql: string): void;
  close(): void;
}

/** Opens or creates the database file. */
export type OpenDatabase = (path: string) => Promise<Database>;

export function textAt(row: Row, column: number): string {
  const value = row[column];
  if (typeof value === 'string') return value;
  throw unexpected(column, 'text');
}

export function integerAt(row: Row, column: number): number {
  const value = row[column];
  if (typeof value === 'number') return value;
  throw unexpected(column, 'an integer');
}

export function findTextAt(row: Row, column: number): string | undefined {
  return row[column] === null ? undefined : textAt(row, column);
}

export function findBytesAt(row: Row, column: number): Uint8Array | undefined {
  const value = row[column];
  if (value === null) return undefined;
  if (value instanceof Uint8Array) return value;
  throw unexpected(column, 'bytes');
}

/**
 * An error of a driver as ours: a full disk keeps its own code (SQLite calls it SQLITE_FULL, or an I/O error at sync).
 */
export function databaseError(cause: unknown): ServerError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const text = cause instanceof Error ? cause.message : '';
  if (code === 'SQLITE_FULL' || /database or disk is full/.test(text)) {
    return new ServerError('SERVER_STORAGE_FULL', 'writing metadata: the disk is full', { cause });
  }
  if (code.startsWith('SQLITE_BUSY') || /database is locked/.test(text)) {
    return new ServerError('SERVER_DIRECTORY_IN_USE', 'opening the registry directory: another process serves it', {
      cause,
    });
  }
  return new ServerError('SERVER_DATABASE_FAILED', 'the metadata database refused an operation', { cause });
}

function unexpected(column: number, expected: string): ServerError {
  return new ServerError('SERVER_DATABASE_FAILED', `reading metadata: column ${column} is not ${expected}`);
}
