// The files of a plugin while it is put together: counted in real bytes, and each name only once (PLUG-61, PLUG-62).

import { chmod, mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { quoteText } from '@nv2/base';
import { limits } from '../limits.ts';
import { writeFully } from './file-bytes.ts';
import { fileStep, PluginInstallError } from './install-errors.ts';
import { isFileName } from './package-name.ts';

export interface PackageFile {
  readonly name: string;
  /** Permission bits. */
  readonly mode: number;
}

export interface NewFile extends PackageFile {
  /** What its source says; more or fewer bytes are refused. */
  readonly size: number;
}

export class PackageFiles {
  readonly path: string;
  readonly #onFile: ((name: string) => void) | undefined;
  readonly #files = new Map<string, PackageFile>();
  #bytes = 0;

  private constructor(path: string, onFile?: (name: string) => void) {
    this.path = path;
    this.#onFile = onFile;
  }

  /** In a directory that does not exist yet. `onFile` is told of each file that is going to be written. */
  static async create(path: string, onFile?: (name: string) => void): Promise<PackageFiles> {
    await fileStep(`making ${path}`, () => mkdir(path, { mode: 0o700 }));
    return new PackageFiles(path, onFile);
  }

  get files(): readonly PackageFile[] {
    return [...this.#files.values()];
  }

  /**
   * Writes a file. Declared sizes are looked at before, so that what announces too much is not unpacked at all.
   *
   * @throws PluginInstallError `PLUGIN_PACKAGE_LIMIT`, `PLUGIN_PACKAGE_UNSAFE`, `PLUGIN_PACKAGE_INVALID`, `PLUGIN_INSTALL_FAILED`
   */
  async add({ name, mode, size }: NewFile, content: AsyncIterable<Uint8Array>): Promise<void> {
    const key = toKey(name);
    if (!isFileName(name))
      throw new PluginInstallError('PLUGIN_PACKAGE_UNSAFE', `no file can be named ${quoteText(name)}`);
    if (this.#files.has(key)) {
      const message = `the package has two files named ${quoteText(name)}, or names that differ in case alone`;
      throw new PluginInstallError('PLUGIN_PACKAGE_UNSAFE', message);
    }
    if (this.#files.size >= limits.maxPackageFiles) {
      throw new PluginInstallError('PLUGIN_PACKAGE_LIMIT', `the package has more than ${limits.maxPackageFiles} files`);
    }
    checkTotal(this.#bytes + size);
    this.#files.set(key, { name, mode });
    this.#onFile?.(name);
    const written = await this.#write(join(this.path, name), content);
    if (written === size) return;
    throw new PluginInstallError(
      'PLUGIN_PACKAGE_INVALID',
      `${quoteText(name)} in the package has ${written} bytes, and ${size} were announced`,
    );
  }

  /** Gives the owner the right to execute a file. */
  makeExecutable({ name, mode }: PackageFile): void {
    this.#files.set(toKey(name), { name, mode: mode | 0o100 });
  }

  /** PLUG-66: directory 0755, files what they had, without writing for others and without set-user-ID and similar bits. */
  async setModes(): Promise<void> {
    for (const { name, mode } of this.files) {
      await fileStep(`setting permissions of ${name}`, () => chmod(join(this.path, name), mode & 0o755));
    }
    await fileStep(`setting permissions of ${this.path}`, () => chmod(this.path, 0o755));
  }

  async #write(path: string, content: AsyncIterable<Uint8Array>): Promise<number> {
    const file = await fileStep(`creating ${path}`, () => open(path, 'wx', 0o600));
    let written = 0;
    try {
      for await (const chunk of content) {
        written += chunk.length;
        this.#bytes += chunk.length;
        checkTotal(this.#bytes);
        await fileStep(`writing ${path}`, () => writeFully(file, chunk));
      }
      await fileStep(`writing ${path}`, () => file.sync());
    } finally {
      await file.close();
    }
    return written;
  }
}

/** PLUG-61 @throws PluginInstallError `PLUGIN_PACKAGE_LIMIT` */
export function checkTotal(bytes: number): void {
  if (bytes < limits.maxPackageBytes) return;
  throw new PluginInstallError(
    'PLUGIN_PACKAGE_LIMIT',
    `total file size reached the ${limits.maxPackageBytes / 1024 / 1024} MiB size limit`,
    { details: { maxBytes: limits.maxPackageBytes } },
  );
}

/** File systems of macOS and Windows take names for one that differ in case or in the way accents are written. */
function toKey(name: string): string {
  return name.normalize('NFC').toLowerCase();
}
