// Whether the system can run a file as it is. Where it cannot, the C library hands the file to the shell (execvp), which would take
// whatever is in it for commands; a plugin is never run by a shell unless it names one itself (OC-68).

import { open } from 'node:fs/promises';

/** First bytes of what POSIX systems run: ELF, Mach-O in its forms, and scripts that name their interpreter. */
const magics: readonly (readonly number[])[] = [
  [0x7f, 0x45, 0x4c, 0x46],
  [0xfe, 0xed, 0xfa, 0xce],
  [0xfe, 0xed, 0xfa, 0xcf],
  [0xce, 0xfa, 0xed, 0xfe],
  [0xcf, 0xfa, 0xed, 0xfe],
  [0xca, 0xfe, 0xba, 0xbe],
  [0x23, 0x21],
];

/** @returns what is wrong, named as the system names it: `ENOEXEC`, or why the file cannot be read */
export async function findFormatError(file: string): Promise<Error | undefined> {
  // Windows has no such detour, and other forms.
  if (process.platform === 'win32') return undefined;
  try {
    const head = new Uint8Array(4);
    await using handle = await open(file);
    await handle.read(head, 0, head.length, 0);
    if (magics.some((magic) => magic.every((byte, at) => head[at] === byte))) return undefined;
  } catch (error) {
    // A file that may be executed and not read is run as it is: nobody but the system sees what is in it.
    if (error instanceof Error && 'code' in error && error.code === 'EACCES') return undefined;
    return error instanceof Error ? error : new Error(String(error));
  }
  return Object.assign(new Error('the file is no program and names no interpreter'), { code: 'ENOEXEC' });
}
