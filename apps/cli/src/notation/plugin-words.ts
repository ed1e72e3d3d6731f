// Plugins that do not work, and packages that cannot be installed, in the reference's words.

import { describeError, isNv2Error, type Nv2Error, plainText } from '@nv2/base';
import type { Io } from '../io.ts';
import { goPlatform } from './go-platform.ts';

type Platform = Pick<Io, 'platform'>;

/** What `plugin list` shows in its last column. */
export function wordListed(name: string, error: Nv2Error, io: Platform): string {
  const file = `notation-${name}${io.platform === 'win32' ? '.exe' : ''}`;
  const advice = 'Use `notation plugin install` command to install the plugin';
  if (error.code === 'PLUGIN_NOT_FOUND') return `plugin executable file \`${file}\` not found. ${advice}`;
  if (error.code === 'PLUGIN_NOT_EXECUTABLE' || isNoProgram(error)) {
    return `plugin file \`${file}\` is not executable. ${advice}. Please ensure that the plugin executable file is compatible with ${goPlatform(io)}`;
  }
  return plainText(describeError(error), 400);
}

/** The file is in a form that the system does not run. */
function isNoProgram({ cause }: Error): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'ENOEXEC';
}

/** An error of a plugin's executable with the reference's advice; anything else as it is. */
export function wordPlugin(error: unknown, io: Platform): string {
  const text = describeError(error);
  if (!isNv2Error(error)) return text;
  switch (error.code) {
    case 'PLUGIN_START_FAILED':
    case 'PLUGIN_NOT_EXECUTABLE':
      return `${text}.\nPlease ensure that the plugin executable file is compatible with ${goPlatform(io)} and has appropriate permissions.`;
    case 'PLUGIN_OUTPUT_INVALID':
    case 'PLUGIN_METADATA_INVALID':
    case 'PLUGIN_CONTRACT_UNSUPPORTED':
      return `${text}.\nPlease ensure that the plugin executable file is intact and compatible with ${goPlatform(io)}. Contact the plugin publisher for further assistance.`;
    default:
      return text;
  }
}

/** What comes after `plugin installation failed: `. `source` and `checksum` as they were given. */
export function wordInstallation(
  error: unknown,
  given: { readonly source: string; readonly checksum: string },
  io: Platform,
): string {
  if (!isNv2Error(error)) return describeError(error);
  const detail = (name: string): string => String(error.details[name] ?? '');
  switch (error.code) {
    case 'PLUGIN_SOURCE_NOT_FOUND':
      return `stat ${given.source}: no such file or directory`;
    case 'PLUGIN_SOURCE_INVALID':
      return `${given.source} is not a valid file`;
    case 'PLUGIN_CHECKSUM_MISMATCH':
      return `plugin SHA-256 checksum does not match user input. Expecting ${given.checksum}`;
    case 'PLUGIN_PACKAGE_LIMIT':
      return error.details['maxBytes'] === undefined
        ? describeError(error)
        : 'total file size reached the 256 MiB size limit';
    case 'PLUGIN_PACKAGE_UNSAFE':
      if (detail('problem') !== 'dots') return describeError(error);
      return `file name in ${detail('form')} cannot contain '..', but found ${JSON.stringify(detail('name'))}`;
    case 'PLUGIN_PACKAGE_EXECUTABLE':
      return detail('executables') === '0'
        ? 'failed to read plugin from input directory: no plugin executable file was found'
        : 'failed to read plugin from input directory: found more than one plugin executable files';
    case 'PLUGIN_ALREADY_INSTALLED':
      return `plugin ${detail('plugin')} with version ${detail('installedVersion')} already exists`;
    case 'PLUGIN_DOWNGRADE':
      return `failed to install plugin ${detail('plugin')}. The installing plugin version ${detail('version')} is lower than the existing plugin version ${detail('installedVersion')}.\nIt is not recommended to install an older version. To force the installation, use the "--force" option`;
    case 'PLUGIN_VERSION_INVALID':
      return `failed to compare plugin versions: ${describeError(error)}`;
    case 'PLUGIN_INSTALLED_BROKEN':
      return `failed to get metadata of existing plugin: ${wordPlugin(error.cause, io)}`;
    default:
      return error.code.startsWith('PLUGIN_INSTALL') ? describeError(error) : wordPlugin(error, io);
  }
}
