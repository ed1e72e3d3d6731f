// A failure as data and as what to do next: for errors that end a command, and for those of one item among several.

import { describeError, isNv2Error } from '@nv2/base';
import type { Context } from './context.ts';
import { CliError } from './errors.ts';
import { hintFor } from './hints.ts';
import type { ErrorReport } from './output/renderer.ts';

/** @param command the words of the command that failed */
export function reportFailure(error: unknown, command = ''): ErrorReport {
  // What the command line itself says is complete; causes it keeps are for those who word them otherwise.
  const message = error instanceof CliError ? error.message : describeError(error);
  if (!isNv2Error(error)) {
    return {
      code: 'UNEXPECTED',
      kind: 'internal',
      message: `unexpected error: ${message}`,
      next: hintFor('UNEXPECTED', 'internal', command),
    };
  }
  return {
    code: error.code,
    kind: error.kind,
    message,
    next: error.hint ?? hintFor(error.code, error.kind, command),
    ...(Object.keys(error.details).length === 0 ? {} : { details: error.details }),
  };
}

/** What to do about several failures, each advice once; the first three, since the rest will look the same or can wait. */
export function nextOf(errors: readonly unknown[], command: string): readonly string[] {
  const hints = errors.flatMap((error) => reportFailure(error, command).next?.split('\n') ?? []);
  return [...new Set(hints)].slice(0, 3).map((hint) => `next: ${hint}`);
}

/**
 * The failure of one item among several, which is its result. A defect, and being asked to stop, end the run instead.
 *
 * @throws `error` itself, or the reason of the abort
 */
export function failureOf(error: unknown, { io }: Pick<Context, 'io'>): unknown {
  io.signal.throwIfAborted();
  if (isNv2Error(error) && error.kind !== 'internal') return error;
  throw error;
}
