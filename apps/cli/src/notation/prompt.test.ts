import { describe, expect, it } from 'vitest';
import { lineReader, readLine } from './prompt.ts';

async function* chunks(...texts: readonly string[]): AsyncIterable<Uint8Array> {
  for (const text of texts) yield new TextEncoder().encode(text);
}

describe('answers', () => {
  it.each<readonly [readonly string[], string | undefined]>([
    [['y\n'], 'y'],
    [['y\r\nno\n'], 'y'],
    [['y', 'e', 's\nmore'], 'yes'],
    [['yes'], 'yes'],
    [['\n'], ''],
    [[], undefined],
    [[''], undefined],
  ])('the first line of %j', async (texts, line) => expect(await readLine(chunks(...texts))).toBe(line));

  it('reads lines one after the other, then the rest', async () => {
    const lines = lineReader(chunks('user\npass', 'word\n', 'tail'));
    expect([await lines.next(), await lines.next(), await lines.rest(), await lines.next()]).toEqual([
      'user',
      'password',
      'tail',
      undefined,
    ]);
  });

  it('stops reading an endless line', async () => {
    let read = 0;
    async function* endless(): AsyncIterable<Uint8Array> {
      for (; ; read++) yield new Uint8Array(1024).fill(0x61);
    }
    expect((await readLine(endless()))?.length).toBe(64 * 1024);
    expect(read).toBeLessThan(100);
  });
});
