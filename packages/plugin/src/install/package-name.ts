// Names in packages: what may become a file, and what must not even be there (PLUG-62).

import { plainText, quoteText } from '@nv2/base';
import { limits } from '../limits.ts';
import { PluginInstallError } from './install-errors.ts';

export interface PackageName {
  readonly directories: readonly string[];
  readonly base: string;
}

/**
 * Reads the name of an entry. Zips made on Windows may have backslashes, which separate there and nowhere should be part of a
 * name.
 *
 * @throws PluginInstallError `PLUGIN_PACKAGE_UNSAFE`
 */
export function parsePackageName(name: string, form: 'zip' | 'tar.gz'): PackageName {
  if (name.includes('..')) {
    throw unsafe(`file name in ${form} cannot contain "..", but found ${quoteText(name)}`, form, 'dots', name);
  }
  const path = name.replaceAll('\\', '/');
  if (path.startsWith('/')) {
    throw unsafe(`${form} has a file with the absolute name ${quoteText(name)}`, form, 'absolute', name);
  }
  // Drives and streams of files, on Windows; wherever it stands in the name.
  if (path.includes(':')) {
    throw unsafe(`${form} has a file with a colon in its name, ${quoteText(name)}`, form, 'colon', name);
  }
  // oxlint-disable-next-line no-control-regex -- exactly what must not become a file
  if (/[\u0000-\u001f\u007f]/.test(path)) {
    throw unsafe(
      `${form} has a file with control characters in its name, ${quoteText(name)}`,
      form,
      'control-characters',
      name,
    );
  }
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  const base = parts.at(-1) ?? '';
  return { directories: parts.slice(0, -1), base };
}

/**
 * Whether it is the name of one file and leads nowhere else; the last segment of a URL can hold any octet. Reserved names of
 * Windows are left to Windows.
 */
export function isFileName(name: string): boolean {
  // oxlint-disable-next-line no-control-regex -- separators, and what no name may hold
  if (name === '' || name === '.' || name === '..' || /[/\\\u0000-\u001f\u007f]/.test(name)) return false;
  return new TextEncoder().encode(name).length <= limits.maxFileNameBytes;
}

function unsafe(message: string, form: string, problem: string, name: string): PluginInstallError {
  return new PluginInstallError('PLUGIN_PACKAGE_UNSAFE', message, {
    details: { form, problem, name: plainText(name, 400) },
  });
}
