// Colour, for terminals that want it. Never the only carrier of meaning. The only file that knows picocolors.

import pico from 'picocolors';
import type { Io, Output } from '../io.ts';

export interface Style {
  good(text: string): string;
  bad(text: string): string;
  dim(text: string): string;
}

/** Plain unless `output` is a terminal and NO_COLOR and TERM do not say otherwise. */
export function styleFor(output: Output, env: Io['env']): Style {
  const wants = output.isTerminal && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
  const colors = pico.createColors(wants);
  return { good: colors.green, bad: colors.red, dim: colors.dim };
}

/** Colours the verdict at the head of a message and dims what hangs below it. */
export function paint(text: string, style: Style): string {
  return text.replace(/^nv2: .*$/m, (line) =>
    /: (?:trusted|signed|done)/.test(line) ? style.good(line) : style.bad(line),
  );
}
