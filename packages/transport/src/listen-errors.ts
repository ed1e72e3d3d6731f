import { type ErrorTable, Nv2Error, type Nv2ErrorOptions } from '@nv2/base';

export const listenErrors = {
  LISTEN_FAILED: {
    kind: 'unavailable',
    summary: 'the server cannot listen on the address',
    hint: 'Choose another port, or stop the program that uses this one.',
  },
  LISTEN_BODY_READ: { kind: 'internal', summary: 'a request body was read twice; it can only be read once' },
  LISTEN_BODY_BROKEN: {
    kind: 'unavailable',
    summary: 'the client went away, or was too slow, before its body was complete',
  },
} as const satisfies ErrorTable;

/** What serving throws: to the caller of `listen`, or into a handler that reads a body. */
export class ListenError extends Nv2Error<keyof typeof listenErrors> {
  constructor(code: keyof typeof listenErrors, message: string, options?: Nv2ErrorOptions) {
    super(listenErrors, code, message, options);
  }
}
