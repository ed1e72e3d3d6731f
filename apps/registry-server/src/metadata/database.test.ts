import { temporaryDirectory } from '@nv2/testing';
import { describe, expect, it } from 'vitest';
import { isBun, openBunSqlite } from './bun.ts';
import { databaseError, findBytesAt, findTextAt, integerAt, textAt } from './database.ts';
import { openLibsql } from './libsql.ts';

describe('the libsql driver', () => {
  it('gives the five kinds of value as plain values', async () => {
    await using directory = await temporaryDirectory();
    const database = await openLibsql(`${directory.path}/test.db`);
    const row = ['text', 2 ** 40, new Uint8Array([0, 1, 255]), null, 1.5];
    database.exec('CREATE TABLE t (a, b, c, d, e)');
    const insert = database.prepare('INSERT INTO t VALUES (?, ?, ?, ?, ?)');
    expect(insert.run('text', 2 ** 40, new Uint8Array([0, 1, 255]), null, 1.5)).toBe(1);
    const select = database.prepare('SELECT * FROM t');
    expect(select.get()).toEqual(row);
    expect(select.all()).toEqual([row]);
    expect(database.prepare('SELECT * FROM t WHERE a = ?').get('other')).toBeUndefined();
    expect(database.prepare('DELETE FROM t').run()).toBe(1);
    expect(() => database.exec('nonsense')).toThrow(expect.objectContaining({ code: 'SERVER_DATABASE_FAILED' }));
    expect(() => database.prepare('SELECT * FROM none')).toThrow(
      expect.objectContaining({ code: 'SERVER_DATABASE_FAILED' }),
    );
    database.close();
  });

  it('fails by code where it cannot open', async () => {
    await expect(openLibsql('/proc/none/test.db')).rejects.toMatchObject({ code: 'SERVER_DATABASE_FAILED' });
  });
});

describe('the bun driver', () => {
  const calls: unknown[][] = [];
  class FakeStatement {
    values(...values: unknown[]): unknown[][] {
      calls.push(values);
      return values[0] === 'none' ? [] : [['row', 1]];
    }
    run(): { changes: number } {
      return { changes: 3 };
    }
  }
  class FakeDatabase {
    prepare(): FakeStatement {
      return new FakeStatement();
    }
    run(sql: string): void {
      if (sql === 'bad') throw Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' });
    }
    close(): void {
      calls.push(['closed']);
    }
  }

  it('asks bun for rows as arrays and reports its errors by our codes', async () => {
    expect(isBun).toBe(false);
    const database = await openBunSqlite('path', () => Promise.resolve({ Database: FakeDatabase }));
    const statement = database.prepare('SELECT 1');
    expect(statement.get('a', 2)).toEqual(['row', 1]);
    expect(statement.get('none')).toBeUndefined();
    expect(statement.all()).toEqual([['row', 1]]);
    expect(statement.run()).toBe(3);
    expect(() => database.exec('bad')).toThrow(expect.objectContaining({ code: 'SERVER_STORAGE_FULL' }));
    database.close();
    expect(calls).toEqual([['a', 2], ['none'], [], ['closed']]);
  });

  it('cannot be loaded outside bun', async () => {
    await expect(openBunSqlite('path')).rejects.toThrow();
  });
});

describe('columns', () => {
  it('of another type than expected are a failure of the database', () => {
    const row = ['text', 1, new Uint8Array(), null];
    expect([textAt(row, 0), integerAt(row, 1), findBytesAt(row, 2), findBytesAt(row, 3), findTextAt(row, 3)]).toEqual([
      'text',
      1,
      new Uint8Array(),
      undefined,
      undefined,
    ]);
    for (const read of [
      () => textAt(row, 1),
      () => integerAt(row, 0),
      () => findBytesAt(row, 0),
      () => textAt(row, 9),
    ]) {
      expect(read).toThrow(expect.objectContaining({ code: 'SERVER_DATABASE_FAILED' }));
    }
  });
});

describe('errors of SQLite', () => {
  it.each([
    { code: 'SQLITE_FULL', message: '', expected: 'SERVER_STORAGE_FULL' },
    { code: '', message: 'database or disk is full', expected: 'SERVER_STORAGE_FULL' },
    { code: 'SQLITE_BUSY', message: '', expected: 'SERVER_DIRECTORY_IN_USE' },
    { code: 'SQLITE_CORRUPT', message: 'malformed', expected: 'SERVER_DATABASE_FAILED' },
  ])('$code $message become $expected', ({ code, message, expected }) => {
    expect(databaseError(Object.assign(new Error(message), { code }))).toMatchObject({ code: expected });
    expect(databaseError('no error at all')).toMatchObject({ code: 'SERVER_DATABASE_FAILED' });
  });
});
