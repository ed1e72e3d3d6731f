// What a running command is given besides its arguments.

import type { Services } from './services.ts';
import type { Io } from './io.ts';

export interface Context {
  readonly io: Io;
  /** What standard output carries. */
  readonly format: 'text' | 'json';
  /** The instant of this run: the clock is read once. */
  readonly at: Date;
  readonly services: Services;
  /** Tells the person something they should know; never the reason of a failure. */
  readonly warn: (message: string) => void;
  /** Details for `--debug`. */
  readonly debug: (message: string) => void;
  /** Says on a terminal what is going on, once it has been quiet for a second. */
  readonly progress: (message: string) => void;
}
