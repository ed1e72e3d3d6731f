// The composition root.

import type { Io } from './io.ts';
import type { Secrets } from './secrets.ts';

export interface Services {
  close(): Promise<void>;
}

export interface ComposeOptions {
  readonly io: Io;
  readonly secrets: Secrets;
  readonly debug: (message: string) => void;
}

export function compose(_options: ComposeOptions): Services {
  return { close: async () => undefined };
}
