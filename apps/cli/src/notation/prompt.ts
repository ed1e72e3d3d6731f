// Questions. They go to standard output, as the reference's do, and an answer may come from a terminal or through a pipe.

import { concatBytes } from '@nv2/base';
import { maxAnswerBytes } from '../limits.ts';
import type { NotationContext } from './command.ts';

/**
 * Asks for a yes. Anything else, and the end of the input, is a no and no failure: nothing is changed then.
 *
 * @returns whether to go on
 */
export async function confirm(question: string, { io, out }: NotationContext): Promise<boolean> {
  io.stdout.write(`${question} [y/N] `);
  const answer = await readLine(io.stdin);
  if (answer === undefined) return false;
  if (/^(?:y|yes)$/i.test(answer)) return true;
  out('Operation cancelled.');
  return false;
}

/** The first line of a stream without its end; `undefined` when there is nothing at all. */
export async function readLine(input: AsyncIterable<Uint8Array>): Promise<string | undefined> {
  const lines = lineReader(input);
  return lines.next();
}

/** `\n`. */
const newline = 0x0a;

export interface LineReader {
  /** The next line without its end; `undefined` at the end of the input. */
  next(): Promise<string | undefined>;
  /** All that is left. */
  rest(): Promise<string>;
}

/** Reads a stream line by line. No answer is longer than `maxAnswerBytes`: what comes after is not read. */
export function lineReader(input: AsyncIterable<Uint8Array>): LineReader {
  const chunks = input[Symbol.asyncIterator]();
  let bytes: Uint8Array = new Uint8Array(0);
  let isDone = false;
  const more = async (): Promise<boolean> => {
    if (isDone || bytes.length > maxAnswerBytes) return false;
    const { done, value } = await chunks.next();
    isDone = done === true;
    if (isDone) return false;
    bytes = concatBytes([bytes, value]);
    return true;
  };
  const take = (length: number, skip: number): string => {
    const text = new TextDecoder().decode(bytes.subarray(0, Math.min(length, maxAnswerBytes)));
    bytes = bytes.subarray(length + skip);
    return text;
  };
  return {
    next: async () => {
      let at = bytes.indexOf(newline);
      while (at < 0 && (await more())) at = bytes.indexOf(newline);
      if (at >= 0) return take(at, 1).replace(/\r$/, '');
      return bytes.length === 0 ? undefined : take(bytes.length, 0);
    },
    rest: async () => {
      while (await more());
      return take(bytes.length, 0);
    },
  };
}
