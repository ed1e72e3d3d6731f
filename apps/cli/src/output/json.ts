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
  return `${escapeInvisible(JSON.stringify(value, undefined, 2))}\n`;
}

// JSON leaves more than it should to whoever looks at it on a terminal: C1 controls, and characters that turn the direction
// of text. Escaped they mean the same to every program. Outside strings JSON has none of them.
function escapeInvisible(json: string): string {
  return json.replace(/[\u007f-\u009f\p{Cf}\u2028\u2029]/gu, (character) =>
    Array.from({ length: character.length }, (_, at) => escapeUnit(character.charCodeAt(at))).join(''),
  );
}

function escapeUnit(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`;
}
