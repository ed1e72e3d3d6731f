import { type ErrorTable, Nv2Error, type Nv2ErrorOptions } from '@nv2/base';

export const archiveErrors = {
  ARCHIVE_INVALID: { kind: 'malformed', summary: 'an archive is damaged, cut short, or can be read in two ways' },
  ARCHIVE_LIMIT: { kind: 'limit', summary: 'an archive has more members or longer headers than allowed' },
  ARCHIVE_UNSUPPORTED: {
    kind: 'malformed',
    summary: 'an archive uses encryption, a compression or a form that is not read here',
  },
} as const satisfies ErrorTable;

export class ArchiveError extends Nv2Error<keyof typeof archiveErrors> {
  constructor(code: keyof typeof archiveErrors, message: string, options?: Nv2ErrorOptions) {
    super(archiveErrors, code, message, options);
  }
}
