// Everything a command may touch of the process it runs in. A test hands in its own and reads what was written.

/** One of the two output streams. */
export interface Output {
  write(text: string): void;
  /** Colour and progress are for terminals only. */
  readonly isTerminal: boolean;
  /** Width in characters, where known. */
  readonly columns?: number;
}

export interface Io {
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly stdout: Output;
  readonly stderr: Output;
  /** Variables that hold secrets are taken out of it before anything else runs. */
  readonly env: Record<string, string | undefined>;
  readonly cwd: string;
  readonly homedir: string;
  readonly platform: NodeJS.Platform;
  /** The clock. A command reads it once. */
  readonly now: () => Date;
  /** Aborted when the person or the system asks the program to stop. */
  readonly signal: AbortSignal;
  /** Asks the person at the terminal; absent where there is none. `undefined` is end of input. */
  readonly ask?: (question: string, options: { readonly secret: boolean }) => Promise<string | undefined>;
}
