import type { CommandResult } from '../command.ts';

/** What goes to which stream. */
export interface Rendered {
  readonly stdout: string;
  readonly stderr: string;
}

/** Anything thrown, as data. */
export interface ErrorReport {
  readonly code: string;
  readonly kind: string;
  readonly message: string;
  readonly next?: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** One output format. A new one is a file here and a line in builtin.ts. */
export interface Renderer {
  readonly name: 'text' | 'json';
  renderResult(result: CommandResult, exitCode: number): Rendered;
  renderError(error: ErrorReport, exitCode: number): Rendered;
}
