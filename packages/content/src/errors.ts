import { type ErrorTable, Nv2Error, type Nv2ErrorOptions } from '@nv2/base';

export const contentErrors = {
  CONTENT_NOT_FOUND: { kind: 'not-found', summary: 'a manifest or blob is not in the store' },
  CONTENT_MISMATCH: {
    kind: 'malformed',
    summary: 'bytes do not have the digest, size or media type that was asked for',
    hint: 'Fetch it again; if it stays so, the place that served it is broken or lying: report it to its owner.',
  },
  CONTENT_READ_ONLY: { kind: 'denied', summary: 'the store cannot be written' },
  CONTENT_PARTS_MISSING: {
    kind: 'conflict',
    summary: 'a store refused a manifest because content it refers to is missing there',
    hint: 'Copy again with `--force`, which sends everything the destination lacks.',
  },
  CONTENT_LIMIT: { kind: 'limit', summary: 'a graph is deeper or larger than allowed' },
} as const satisfies ErrorTable;

export class ContentError extends Nv2Error<keyof typeof contentErrors> {
  constructor(code: keyof typeof contentErrors, message: string, options?: Nv2ErrorOptions) {
    super(contentErrors, code, message, options);
  }
}
