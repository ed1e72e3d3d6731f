export { openLayoutArchive } from './archive-layout.ts';
export { LayoutError, layoutErrors } from './errors.ts';
export { type OpenLayoutOptions, openLayout } from './open-layout.ts';
export { type WriteArchiveOptions, writeLayoutArchive } from './write-archive.ts';
