// For people: words on standard error, the machine result alone on standard output (R7).

import type { Renderer } from './renderer.ts';

export const text: Renderer = {
  name: 'text',
  renderResult: (result) => ({ stdout: lines(result.result), stderr: lines(result.text) }),
  renderError: (error) => ({
    stdout: '',
    stderr: lines([`nv2: ${error.message}`, ...(error.next?.split('\n') ?? []).map((line) => `next: ${line}`)]),
  }),
};

function lines(all: readonly string[]): string {
  return all.map((line) => `${line}\n`).join('');
}
