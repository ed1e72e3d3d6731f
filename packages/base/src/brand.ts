declare const brand: unique symbol;

/** A value that a parser has checked. Only that parser makes it. */
export type Branded<T, Name extends string> = T & { readonly [brand]: Name };
