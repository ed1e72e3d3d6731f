import type { Io } from '../io.ts';
export async function runNotation(_argv: readonly string[], _io: Io): Promise<number> { return 1; }
