// For programs: one JSON document on standard output; people still read standard error.

import type { Renderer } from './renderer.ts';
import { text } from './text.ts';

export const json: Renderer = {
  name: 'json',
  renderResult: (result, exitCode) => ({
    stdout: result.report === undefined ? '' : encode({ ...result.report, exitCode }),
    stderr: text.renderResult(result, exitCode).stderr,
  }),
  renderError: (error, exitCode) => ({
    stdout: encode({ error, exitCode }),
    stderr: text.renderError(error, exitCode).stderr,
  }),
};

function encode(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
