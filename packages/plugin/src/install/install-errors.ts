import { type ErrorTable, Nv2Error, type Nv2ErrorOptions } from '@nv2/base';

export const pluginInstallErrors = {
  PLUGIN_SOURCE_NOT_FOUND: {
    kind: 'not-found',
    summary: 'there is nothing at the path a plugin is to be installed from',
  },
  PLUGIN_SOURCE_INVALID: {
    kind: 'usage',
    summary: 'what a plugin is to be installed from is neither a file, a directory nor an https URL',
  },
  PLUGIN_CHECKSUM_REQUIRED: {
    kind: 'usage',
    summary: 'a plugin is to be installed from a URL, and nobody said what its bytes must be',
    hint: 'Give the SHA-256 checksum that the publisher of the plugin states.',
  },
  PLUGIN_CHECKSUM_MISMATCH: {
    kind: 'denied',
    summary: 'the SHA-256 checksum of a plugin package is not the one that was given',
    hint: 'Do not use the file. Get it, and its checksum, from the publisher again.',
  },
  PLUGIN_DOWNLOAD_REFUSED: {
    kind: 'denied',
    summary: 'a plugin was to be downloaded without TLS, or over too many redirects',
    hint: 'Use an https address that leads to the package and nowhere else.',
  },
  PLUGIN_DOWNLOAD_FAILED: { kind: 'unavailable', summary: 'downloading a plugin package failed' },
  PLUGIN_PACKAGE_LIMIT: {
    kind: 'limit',
    summary: 'a plugin package has 256 MiB or more, packed or unpacked, or too many files',
  },
  PLUGIN_PACKAGE_INVALID: {
    kind: 'malformed',
    summary: 'a plugin package is damaged, cut short, or in a form that is not read here',
    hint: 'Packages are zip, tar.gz, or the executable alone.',
  },
  PLUGIN_PACKAGE_UNSAFE: {
    kind: 'malformed',
    summary: 'a plugin package has names that lead elsewhere or are there twice',
    hint: 'Do not use the package; ask its publisher.',
  },
  PLUGIN_PACKAGE_EXECUTABLE: {
    kind: 'malformed',
    summary: 'a plugin package has no executable named `notation-{name}`, or several',
    hint: 'Check that this is the package of a plugin, and the one for this system.',
  },
  PLUGIN_VERSION_INVALID: {
    kind: 'malformed',
    summary: 'two versions of a plugin cannot be compared: one of them is no semantic version',
    hint: 'Install with `--force` to replace the plugin whatever its version is.',
  },
  PLUGIN_ALREADY_INSTALLED: {
    kind: 'conflict',
    summary: 'the plugin is installed in this very version',
    hint: 'Install with `--force` to replace it.',
  },
  PLUGIN_DOWNGRADE: {
    kind: 'conflict',
    summary: 'the installed plugin has a higher version',
    hint: 'An older version is not recommended. Install with `--force` to replace the plugin all the same.',
  },
  PLUGIN_INSTALLED_BROKEN: {
    kind: 'conflict',
    summary: 'a plugin of that name is installed and does not say what it is, so versions cannot be compared',
    hint: 'Install with `--force` to replace it.',
  },
  PLUGIN_CHANGED_MEANWHILE: {
    kind: 'conflict',
    summary: 'another program installed or removed the plugin at the same time',
    hint: 'See `nv2 plugin list`, and try again.',
  },
  PLUGIN_INSTALL_FAILED: {
    kind: 'unavailable',
    summary: 'the system refused a step of installing or removing a plugin; nothing was changed',
    hint: 'Check permissions and space of the plugin directory.',
  },
} as const satisfies ErrorTable;

export type PluginInstallErrorCode = keyof typeof pluginInstallErrors;

export class PluginInstallError extends Nv2Error<PluginInstallErrorCode> {
  constructor(code: PluginInstallErrorCode, message: string, options?: Nv2ErrorOptions) {
    super(pluginInstallErrors, code, message, options);
  }
}

/** Runs one step of file work; what the system says becomes `PLUGIN_INSTALL_FAILED`. */
export async function fileStep<T>(action: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (cause) {
    if (cause instanceof Nv2Error) throw cause;
    const code = findErrno(cause);
    const message = `${action} failed${code === undefined ? '' : ` (${code})`}`;
    throw new PluginInstallError('PLUGIN_INSTALL_FAILED', message, { cause });
  }
}

/** The system's name for an error, such as `ENOENT`. */
export function findErrno(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
