// What whoever unpacks is asked for, whatever the form of the package.

export interface UnpackOptions {
  readonly signal?: AbortSignal;
  /** Told of each file before it is written. */
  readonly onFile?: (name: string) => void;
}
