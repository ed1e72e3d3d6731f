// What a registry reports while it runs. The application decides what to show.

export type RegistryEvent =
  | {
      readonly kind: 'request';
      readonly requestId: string;
      readonly method: string;
      /** Path and query as sent. */
      readonly target: string;
      readonly status: number;
      readonly durationMs: number;
      /** Why it was refused or failed: a code of this package, or `UNKNOWN`. */
      readonly error?: string;
    }
  /** A defect or an exhausted resource, with the cause that the answer does not show. */
  | { readonly kind: 'failure'; readonly requestId: string; readonly error: unknown };
