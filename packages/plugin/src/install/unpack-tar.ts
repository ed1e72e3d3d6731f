// The regular files of a tar, from the compressed stream, each under the last part of its name.

import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { type ArchiveSource, ForwardSource, type TarMember, walkTar } from '@nv2/archive';
import { limits } from '../limits.ts';
import { checkTotal, type PackageFiles } from './package-files.ts';
import { parsePackageName } from './package-name.ts';

/** @throws PluginInstallError, ArchiveError, and what zlib says, as the caller turns into one error */
export async function unpackTar(
  packed: AsyncIterable<Uint8Array>,
  files: PackageFiles,
  signal?: AbortSignal,
): Promise<void> {
  const gunzip = createGunzip();
  // Whoever stops reading ends the rest; failures arrive through what is read.
  pipeline(Readable.from(packed), gunzip, () => undefined);
  await using source = new ForwardSource(bounded(gunzip, limits.maxPackageBytes + limits.maxTarOverheadBytes));
  for await (const member of walkTar(source, signal)) {
    // Also of what is left out: a package with such a name is not one to be trusted with the rest.
    const { base } = parsePackageName(member.name, 'tar.gz');
    if (member.kind !== 'file') continue;
    await files.add({ name: base, mode: member.mode, size: member.size }, contentOf(source, member));
  }
  // The checksum of the compressed stream comes last.
  await source.drain();
}

async function* contentOf(source: ArchiveSource, { offset, size }: TarMember): AsyncGenerator<Uint8Array> {
  for (let done = 0; done < size; ) {
    const chunk = await source.read(offset + done, Math.min(limits.chunkBytes, size - done));
    if (chunk.length === 0) return;
    done += chunk.length;
    yield chunk;
  }
}

/** Real bytes, which a few compressed ones can become very many of. */
async function* bounded(stream: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<Uint8Array> {
  let length = 0;
  for await (const chunk of stream) {
    length += chunk.length;
    if (length > maxBytes) checkTotal(length);
    yield chunk;
  }
}
