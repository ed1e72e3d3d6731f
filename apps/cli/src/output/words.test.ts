import { spawnSync } from 'node:child_process';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shellWord } from './words.ts';

describe('words for a shell', () => {
  it('leaves plain words alone', () => expect(shellWord('ca:wabbit-networks.io')).toBe('ca:wabbit-networks.io'));

  it("quotes a stranger's text so that a shell runs nothing of it", () => {
    expect(shellWord("CN=$(reboot) `x` 'y'")).toBe(`'CN=$(reboot) \`x\` '\\''y'\\'''`);
  });

  it('passes any printable text through a shell unchanged', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii', maxLength: 40 }), (text) => {
        const { stdout } = spawnSync('sh', ['-c', `printf %s ${shellWord(text)}`], { encoding: 'utf8' });
        expect(stdout).toBe(text);
      }),
      { seed: 1, numRuns: 25 },
    );
  });

  it('drops control characters', () => expect(shellWord('a\nb\u001b[31m')).not.toMatch(/\p{Cc}/u));
});
