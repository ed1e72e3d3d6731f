// Names of plugins (PLUG-04, PLUG-05, OC-08). They come from key lists, from command lines and, worst of all, from signatures, and become
// paths; so a name is checked before anything else happens to it.

import { win32 } from 'node:path';
import { type Branded, quoteText } from '@nv2/base';
import { PluginError } from './errors.ts';
import { limits } from './limits.ts';

/** Safe as the name of a directory and of a file. */
export type PluginName = Branded<string, 'PluginName'>;

const form = /^[A-Za-z0-9_.-]+$/;
const prefix = 'notation-';

/** @returns `undefined` for what is no name of a plugin. */
export function findPluginName(text: string): PluginName | undefined {
  if (text === '.' || text === '..' || text.length > limits.maxNameChars || !form.test(text)) return undefined;
  // The condition above is what the brand says.
  return text as PluginName;
}

/** @throws PluginError `PLUGIN_NAME_INVALID` */
export function parsePluginName(text: string): PluginName {
  const name = findPluginName(text);
  if (name !== undefined) return name;
  throw new PluginError(
    'PLUGIN_NAME_INVALID',
    `expected the name of a plugin (letters, digits, "_", "." and "-"), found ${quoteText(text)}`,
  );
}

/** PLUG-01: `notation-{name}`, on Windows `notation-{name}.exe`. */
export function executableName(name: PluginName, platform: NodeJS.Platform = process.platform): string {
  return platform === 'win32' ? `${prefix}${name}.exe` : `${prefix}${name}`;
}

/** The plugin that a file of that name would be. @returns `undefined` for any other file. */
export function findPluginOfFile(
  fileName: string,
  platform: NodeJS.Platform = process.platform,
): PluginName | undefined {
  // The win32 flavour takes both separators, so no path slips through on any system.
  const base = win32.basename(fileName);
  if (base !== fileName || !base.startsWith(prefix)) return undefined;
  const suffix = platform === 'win32' ? '.exe' : '';
  if (!base.toLowerCase().endsWith(suffix)) return undefined;
  return findPluginName(base.slice(prefix.length, base.length - suffix.length));
}
