// Installing a plugin (PLUG-60 … PLUG-68): a package becomes files in a private directory, its executable is asked what it is, and
// only then it takes its place.

import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Transport } from '@nv2/base';
import { type PluginMetadata, type ReadMetadataOptions, readPluginMetadata } from '../metadata.ts';
import { chooseExecutable } from './choose-executable.ts';
import { downloadPackage, parsePackageUrl } from './download.ts';
import { readChunks } from './file-bytes.ts';
import { PluginInstallError } from './install-errors.ts';
import type { PluginInstallListener } from './install-events.ts';
import { checkUpgrade, readInstalled } from './installed-plugin.ts';
import { PackageFiles } from './package-files.ts';
import { checkChecksum, copyDirectory, isDirectory, type StagedPackage, stageFile } from './package-source.ts';
import { replacePlugin } from './replace-plugin.ts';
import { openStaging, type Staging } from './staging.ts';
import { detectPackageForm, unpackArchive } from './unpack-archive.ts';

export type PluginSource =
  /** A directory, an archive, or a bare executable. */
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'url'; readonly url: string; readonly transport: Transport; readonly userAgent?: string };

export interface InstallPluginOptions extends ReadMetadataOptions {
  /** The plugin directory, `plugins` under the program directory. Made when there is none. */
  readonly directory: string;
  /** SHA-256 of the package in hexadecimal. Demanded for URLs. */
  readonly sha256?: string;
  /** Replaces the plugin whatever is installed. Default false. */
  readonly force?: boolean;
  readonly onInstallEvent?: PluginInstallListener;
}

export interface PluginInstallation {
  readonly plugin: PluginMetadata;
  /** What it replaced; `undefined` for a new one, and for one that did not say what it was. */
  readonly replaced: PluginMetadata | undefined;
}

/**
 * Installs a plugin. The executable of the package is the only thing that is run, with `get-plugin-metadata` and the environment of
 * {@link ReadMetadataOptions}, beside the one that is installed already. On failure everything is as it was.
 *
 * @throws PluginInstallError; PluginError when the package's executable does not say what it is
 */
export async function installPlugin(source: PluginSource, options: InstallPluginOptions): Promise<PluginInstallation> {
  const unpackInto = await checkSource(source, options);
  await using staging = await openStaging(options.directory);
  const files = await PackageFiles.create(join(staging.path, 'plugin'), (file) =>
    options.onInstallEvent?.({ type: 'plugin-file-unpacked', file }),
  );
  await unpackInto(staging, files);
  const chosen = chooseExecutable(files.files);
  if (!chosen.hadPermission) {
    files.makeExecutable(chosen.file);
    options.onInstallEvent?.({ type: 'plugin-made-executable', file: chosen.file.name });
  }
  await files.setModes();
  // PLUG-64: before anything is installed.
  const plugin = await readPluginMetadata(join(files.path, chosen.file.name), options);
  const installed = await readInstalled(options.directory, chosen.plugin, options);
  if (options.force !== true) checkUpgrade(plugin, installed);
  options.signal?.throwIfAborted();
  const { identity } = installed;
  await replacePlugin(files.path, { directory: options.directory, name: chosen.plugin, identity, staging });
  return { plugin, replaced: installed.state === 'working' ? installed.metadata : undefined };
}

type Unpack = (staging: Staging, files: PackageFiles) => Promise<void>;

/** What can be refused before anything is written is refused. */
async function checkSource(source: PluginSource, options: InstallPluginOptions): Promise<Unpack> {
  const { signal, sha256, onInstallEvent } = options;
  if (source.kind === 'url') {
    if (sha256 === undefined || sha256 === '') {
      throw new PluginInstallError(
        'PLUGIN_CHECKSUM_REQUIRED',
        'installing from a URL needs the checksum of the package',
      );
    }
    const url = parsePackageUrl(source.url);
    return async (staging, files) => {
      onInstallEvent?.({ type: 'plugin-download-started', url: source.url });
      const download = await downloadPackage(url, join(staging.path, 'package'), {
        ...source,
        ...(signal === undefined ? {} : { signal }),
      });
      onInstallEvent?.({ type: 'plugin-download-finished', bytes: download.size });
      await unpack(download, files, options);
    };
  }
  if (!(await isDirectory(source.path))) {
    return async (staging, files) =>
      unpack(await stageFile(source.path, join(staging.path, 'package'), signal), files, options);
  }
  if (sha256 !== undefined && sha256 !== '') {
    throw new PluginInstallError('PLUGIN_SOURCE_INVALID', 'a directory has no checksum', {
      hint: 'Leave the checksum out, or install the archive it is about.',
    });
  }
  return (_, files) => copyDirectory(source.path, files, signal);
}

async function unpack(staged: StagedPackage, files: PackageFiles, options: InstallPluginOptions): Promise<void> {
  const { sha256, signal } = options;
  if (sha256 !== undefined && sha256 !== '') checkChecksum(staged, sha256);
  const form = detectPackageForm(staged.head);
  if (form === 'executable') {
    const file = { name: staged.fileName, mode: staged.mode, size: staged.size };
    await using handle = await open(staged.path);
    return await files.add(file, readChunks(handle));
  }
  return await unpackArchive(staged.path, form, files, signal);
}
