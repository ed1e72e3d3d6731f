import { temporaryDirectory } from '@nv2/testing';
import { describe, expect, it } from 'vitest';
import { type Database, integerAt } from './database.ts';
import { openLibsql } from './libsql.ts';
import { createWriter } from './writer.ts';

async function withTable(test: (database: Database) => Promise<void>): Promise<void> {
  await using directory = await temporaryDirectory();
  const database = await openLibsql(`${directory.path}/test.db`);
  database.exec('CREATE TABLE numbers (value INTEGER PRIMARY KEY)');
  await test(database);
  database.close();
}

function sum(database: Database): number {
  return integerAt(database.prepare('SELECT coalesce(sum(value), 0) FROM numbers').get() ?? [], 0);
}

describe('group commit', () => {
  it('commits writes that arrive together in one transaction and gives each its result', () =>
    withTable(async (database) => {
      const statements: string[] = [];
      const { write } = createWriter({
        ...database,
        exec: (sql) => {
          statements.push(sql);
          database.exec(sql);
        },
      });
      const insert = database.prepare('INSERT INTO numbers VALUES (?)');
      const results = await Promise.all([1, 2, 4].map((value) => write(() => insert.run(value) + value)));
      expect(results).toEqual([2, 3, 5]);
      expect(statements.filter((sql) => sql === 'COMMIT')).toHaveLength(1);
      expect(sum(database)).toBe(7);
    }));

  it('undoes a write that throws, and no other', () =>
    withTable(async (database) => {
      const { write } = createWriter(database);
      const insert = database.prepare('INSERT INTO numbers VALUES (?)');
      const outcomes = await Promise.allSettled([
        write(() => insert.run(1)),
        write(() => {
          insert.run(2);
          throw new RangeError('no');
        }),
        write(() => insert.run(1)),
        write(() => insert.run(4)),
      ]);
      expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
      expect(outcomes[2]).toMatchObject({ reason: { code: 'SERVER_DATABASE_FAILED' } });
      expect(sum(database)).toBe(5);
    }));

  it('fails every write of a transaction that cannot be committed, and goes on with the next', () =>
    withTable(async (database) => {
      let isFull = true;
      const { write } = createWriter({
        ...database,
        exec: (sql) => {
          if (sql === 'COMMIT' && isFull) throw new RangeError('full');
          database.exec(sql);
        },
      });
      const insert = database.prepare('INSERT INTO numbers VALUES (?)');
      const outcomes = await Promise.allSettled([write(() => insert.run(1)), write(() => insert.run(2))]);
      expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
      isFull = false;
      await write(() => insert.run(8));
      expect(sum(database)).toBe(8);
    }));

  it('splits a flood into several transactions, in order', () =>
    withTable(async (database) => {
      const { write } = createWriter(database);
      const order: number[] = [];
      await Promise.all(Array.from({ length: 600 }, (_, value) => write(() => order.push(value))));
      expect(order).toEqual(Array.from({ length: 600 }, (_, value) => value));
    }));

  it('commits what is queued when flushed', () =>
    withTable(async (database) => {
      const { write, flush } = createWriter(database);
      const insert = database.prepare('INSERT INTO numbers VALUES (?)');
      const done = write(() => insert.run(3));
      flush();
      expect(sum(database)).toBe(3);
      await done;
    }));
});
