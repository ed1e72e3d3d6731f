import assert from 'node:assert/strict';
import type { ArchiveSource } from '../../packages/archive/src/source.ts';
import { readTarMembers } from '../../packages/archive/src/tar.ts';
import { readZipContents, readZipListing } from '../../packages/archive/src/zip.ts';
import { isFileName, parsePackageName } from '../../packages/plugin/src/install/package-name.ts';
import { type FuzzTarget, unicodeTarget } from '../target.ts';

export const archiveTargets: readonly FuzzTarget[] = [
  {
    name: 'tar',
    run: checkTar,
    tokens: ['ustar\x0000', '0000000', '7777777', '\x80\0\0\0', 'x', 'L', '11 path=a\n', '\0'],
  },
  {
    name: 'zip',
    run: checkZip,
    tokens: ['PK\u0001\u0002', 'PK\u0003\u0004', 'PK\u0005\u0006', 'PK\u0006\u0006', '\u00ff\u00ff'],
  },
  unicodeTarget('package-name', checkPackageName, ['../', '..\\', './', '/', '\\', 'C:', '\0', '\n', 'notation-']),
];

function sourceOf(input: Uint8Array): ArchiveSource {
  return {
    size: input.length,
    read: (position, length) => Promise.resolve(input.slice(position, position + length)),
  };
}

async function checkTar(input: Uint8Array): Promise<void> {
  for (const { offset, size, mode } of await readTarMembers(sourceOf(input))) {
    assert.ok(Number.isSafeInteger(offset) && Number.isSafeInteger(size) && size >= 0 && offset + size <= input.length);
    assert.ok(mode >= 0 && mode <= 0o777);
  }
}

async function checkZip(input: Uint8Array): Promise<void> {
  const source = sourceOf(input);
  const listing = await readZipListing(source);
  let end = 0;
  for (const { entry, offset } of await readZipContents(source, listing)) {
    assert.ok(entry.headerOffset >= end, 'two entries share bytes');
    end = offset + entry.compressedSize;
    assert.ok(Number.isSafeInteger(entry.size) && Number.isSafeInteger(end) && end <= listing.contentEnd);
    assert.ok(entry.name !== '' && !entry.name.includes('\0'));
  }
}

/** What may become a file stays in its directory, on every system. */
function checkPackageName(text: string): void {
  const { directories, base } = parsePackageName(text, 'zip');
  if (!isFileName(base)) return;
  for (const part of [...directories, base]) {
    // oxlint-disable-next-line no-control-regex -- exactly what must not get through
    assert.doesNotMatch(part, /[/\\\u0000-\u001f]|^\.{1,2}$|^$/);
  }
  assert.ok(![...directories, base].join('/').includes(':'));
}
