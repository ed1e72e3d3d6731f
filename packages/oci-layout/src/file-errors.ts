// What the operating system says, in the codes of this package.

import { plainText } from '@nv2/base';
import { LayoutError } from './errors.ts';

const codes: ReadonlyMap<string, 'LAYOUT_DENIED' | 'LAYOUT_FULL'> = new Map([
  ['EACCES', 'LAYOUT_DENIED'],
  ['EPERM', 'LAYOUT_DENIED'],
  ['EROFS', 'LAYOUT_DENIED'],
  ['ENOSPC', 'LAYOUT_FULL'],
  ['EDQUOT', 'LAYOUT_FULL'],
  ['EFBIG', 'LAYOUT_FULL'],
]);

/**
 * Runs one step of file work.
 *
 * @throws LayoutError `LAYOUT_DENIED`, `LAYOUT_FULL`, `LAYOUT_IO`; `action` says what we were doing, to what
 */
export async function fileStep<T>(action: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (cause) {
    // What a step found out itself is told already.
    throw cause instanceof LayoutError ? cause : layoutError(action, cause);
  }
}

export function layoutError(action: string, cause: unknown): LayoutError {
  const code = errorCode(cause) ?? '';
  return new LayoutError(
    codes.get(code) ?? 'LAYOUT_IO',
    `${plainText(action, 400)} failed${code === '' ? '' : ` (${code})`}`,
    {
      cause,
    },
  );
}

/** The operating system's name for an error, such as `ENOENT`. */
export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** Whether there is simply nothing at a path. */
export function isAbsent(error: unknown): boolean {
  const code = errorCode(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}
