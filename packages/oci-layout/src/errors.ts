import { type ErrorTable, Nv2Error, type Nv2ErrorOptions } from '@nv2/base';

export const layoutErrors = {
  LAYOUT_NOT_FOUND: { kind: 'not-found', summary: 'there is no image layout at a path' },
  LAYOUT_INVALID: {
    kind: 'malformed',
    summary: 'a directory or tar is not an image layout of version 1.0.0, or leads outside itself',
  },
  LAYOUT_LIMIT: { kind: 'limit', summary: 'an image layout has larger or more files than allowed' },
  LAYOUT_TAG_AMBIGUOUS: {
    kind: 'conflict',
    summary: 'an image layout gives one name to several manifests',
    hint: 'Name the manifest by its digest.',
  },
  LAYOUT_LOCKED: {
    kind: 'unavailable',
    summary: 'another program is changing the image layout, or was stopped while it did',
    hint: 'Try again. If nothing else uses the layout, remove its file `.nv2.lock`.',
  },
  LAYOUT_DENIED: { kind: 'denied', summary: 'the operating system refuses to read or write the image layout' },
  LAYOUT_FULL: {
    kind: 'unavailable',
    summary: 'the disk or quota of the image layout is full',
    hint: 'Free some space and run the command again; what was complete stays.',
  },
  LAYOUT_IO: { kind: 'unavailable', summary: 'reading or writing the image layout failed' },
} as const satisfies ErrorTable;

export class LayoutError extends Nv2Error<keyof typeof layoutErrors> {
  constructor(code: keyof typeof layoutErrors, message: string, options?: Nv2ErrorOptions) {
    super(layoutErrors, code, message, options);
  }
}
