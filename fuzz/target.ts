import type { Shape } from './trees.ts';

/** A parser under fuzzing. */
export interface FuzzTarget {
  /** Also the name of its folder in `corpus/`. */
  readonly name: string;
  /**
   * Parses the input and checks what must hold of anything accepted. Throwing an error of nv2 refuses the input; throwing anything
   * else, an assertion included, is a defect.
   */
  readonly run: (input: Uint8Array, seeds: readonly Uint8Array[]) => unknown;
  /** Pieces that its language is made of, put in at random places. */
  readonly tokens?: readonly string[];
  /** Half of the inputs are then edited as trees of that format. */
  readonly shape?: Shape;
}

/** A target whose parser takes text: any bytes, read as latin1, so that header fields see what a wire can carry. */
export function textTarget(name: string, run: (text: string) => unknown, tokens: readonly string[] = []): FuzzTarget {
  return { name, run: (input) => run(Buffer.from(input).toString('latin1')), tokens };
}

/** As {@link textTarget}, for text of people, which is Unicode. */
export function unicodeTarget(
  name: string,
  run: (text: string) => unknown,
  tokens: readonly string[] = [],
): FuzzTarget {
  return { name, run: (input) => run(new TextDecoder().decode(input)), tokens };
}
