import { describe, expect, it } from 'vitest';
import { json } from './json.ts';

describe('JSON on standard output', () => {
  it('keeps what a stranger wrote from the terminal, and loses nothing of it', () => {
    const foreign = 'a\u001b[31m\u009b31m\u202egnp.exe\u2066\u200b\u{e0041}\u2028\u007f é😀';
    const report = { userMetadata: { [foreign]: foreign } };
    const { stdout } = json.renderResult({ conclusion: 'accepted', report, result: [], text: [] }, 0);
    expect(stdout).toMatch(/^[\n -~é😀]*$/u);
    expect(JSON.parse(stdout)).toEqual({ ...report, exitCode: 0 });
  });
});
