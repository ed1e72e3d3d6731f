// One line on a terminal that says what is going on, for whatever takes longer than a second.

import type { Output } from '../io.ts';
import { quietMs } from '../limits.ts';

export interface Progress {
  say(message: string): void;
  /** Removes the line, before anything else is printed. */
  clear(): void;
  stop(): void;
}

export function createProgress(output: Output): Progress {
  if (!output.isTerminal) return { say: () => undefined, clear: () => undefined, stop: () => undefined };
  let message = '';
  let isShown = false;
  const show = (): void => {
    if (message === '') return;
    output.write(`\r\u001b[2K${message.slice(0, (output.columns ?? 80) - 1)}`);
    isShown = true;
  };
  const timer = setInterval(show, quietMs);
  timer.unref();
  const clear = (): void => {
    if (isShown) output.write('\r\u001b[2K');
    isShown = false;
  };
  return {
    say: (next) => {
      message = next;
      if (isShown) show();
    },
    clear,
    stop: () => {
      clearInterval(timer);
      clear();
    },
  };
}
