// Types that exist for the compiler only.

declare const brand: unique symbol;

/** A value that a parser has checked. Only that parser makes it. */
export type Branded<T, Name extends string> = T & { readonly [brand]: Name };

/**
 * A value that is still being put together, for optional members that are set only where there is something to set. Spreading them
 * in is shorter, but V8 makes a hash table of such an object, which is slow to make and to read: not where every signature passes.
 */
export type Mutable<T> = { -readonly [Member in keyof T]: T[Member] };
