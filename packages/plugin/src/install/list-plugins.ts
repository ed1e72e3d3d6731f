// Everything that is installed, asked what it is. What does not answer is in the list too.

import { isNv2Error, type Nv2Error } from '@nv2/base';
import { limits } from '../limits.ts';
import { type PluginMetadata, type ReadMetadataOptions, readPluginMetadata } from '../metadata.ts';
import { readPluginFile, readPluginNames } from '../plugin-directory.ts';
import type { PluginName } from '../plugin-name.ts';

export type ListedPlugin =
  | { readonly state: 'working'; readonly name: PluginName; readonly metadata: PluginMetadata }
  | { readonly state: 'broken'; readonly name: PluginName; readonly error: Nv2Error };

/**
 * Lists the plugins of a directory by name, each run once for its metadata (PLUG-16), a few at a time.
 *
 * @throws PluginError `PLUGIN_DIRECTORY_UNREADABLE`
 */
export async function listPlugins(directory: string, options: ReadMetadataOptions): Promise<readonly ListedPlugin[]> {
  const names = await readPluginNames(directory);
  const listed: ListedPlugin[] = [];
  const queue = names.entries();
  const work = async (): Promise<void> => {
    for (const [at, name] of queue) listed[at] = await readListed(directory, name, options);
  };
  await Promise.all(Array.from({ length: limits.listConcurrency }, work));
  return listed;
}

/** One of them. */
async function readListed(directory: string, name: PluginName, options: ReadMetadataOptions): Promise<ListedPlugin> {
  try {
    const file = await readPluginFile(directory, name);
    return { state: 'working', name, metadata: await readPluginMetadata(file, options) };
  } catch (error) {
    options.signal?.throwIfAborted();
    if (!isNv2Error(error)) throw error;
    return { state: 'broken', name, error };
  }
}
