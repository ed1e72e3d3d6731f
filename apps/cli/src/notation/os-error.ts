// What the operating system said, in the words of the reference's runtime: scripts look for them.

const texts: ReadonlyMap<string, string> = new Map([
  ['EACCES', 'permission denied'],
  ['EPERM', 'operation not permitted'],
  ['ENOENT', 'no such file or directory'],
  ['EEXIST', 'file exists'],
  ['EISDIR', 'is a directory'],
  ['ERR_FS_EISDIR', 'is a directory'],
  ['ENOTDIR', 'not a directory'],
  ['ENOTEMPTY', 'directory not empty'],
  ['ELOOP', 'too many levels of symbolic links'],
  ['ENOSPC', 'no space left on device'],
  ['EROFS', 'read-only file system'],
  ['EXDEV', 'invalid cross-device link'],
  ['EMFILE', 'too many open files'],
  ['ENAMETOOLONG', 'file name too long'],
]);

export interface OsError {
  /** `ENOENT` and the like. */
  readonly code: string;
  readonly text: string;
}

/** The refusal of the operating system behind an error, however deep. */
export function findOsError(error: unknown): OsError | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
    const text = texts.get(code);
    if (text !== undefined) return { code, text };
  }
  return undefined;
}

/** `open /path: permission denied`, or `undefined` where no operating system spoke. */
export function wordOsError(error: unknown, operation: string, path: string): string | undefined {
  const found = findOsError(error);
  return found === undefined ? undefined : `${operation} ${path}: ${found.text}`;
}
