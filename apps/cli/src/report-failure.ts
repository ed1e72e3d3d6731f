// A failure as data and as what to do next: for errors that end a command, and for those of one item among several.

import { describeError, isNv2Error } from '@nv2/base';
import { hintFor } from './hints.ts';
import type { ErrorReport } from './output/renderer.ts';

/** @param command the words of the command that failed */
export function reportFailure(error: unknown, command = ''): ErrorReport {
  const message = describeError(error);
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
