import { type ErrorDetails, type ErrorTable, Nv2Error, type Nv2ErrorOptions, plainText } from '@nv2/base';
import { limits } from './limits.ts';

export const pluginErrors = {
  PLUGIN_NAME_INVALID: {
    kind: 'usage',
    summary: 'a plugin name is not made of letters, digits, `_`, `.` and `-`, or is `.` or `..`',
  },
  PLUGIN_NOT_FOUND: {
    kind: 'not-found',
    summary: 'no plugin of that name is installed',
    hint: 'See `nv2 plugin list`, and install it with `nv2 plugin install`.',
  },
  PLUGIN_NOT_EXECUTABLE: {
    kind: 'denied',
    summary: 'the file of a plugin is a symbolic link, no regular file, or may not be executed',
    hint: 'Install the plugin again: its executable must be a regular file with the execute permission.',
  },
  PLUGIN_DIRECTORY_UNREADABLE: {
    kind: 'unavailable',
    summary: 'the system does not let us look into the plugin directory',
    hint: 'Check the permissions of the plugin directory.',
  },
  PLUGIN_START_FAILED: {
    kind: 'unavailable',
    summary: 'a plugin could not be started, or ended with a failure and said nothing about it',
    hint: 'Check that the plugin is made for this system, and run its executable by hand with `get-plugin-metadata`.',
  },
  PLUGIN_TIMEOUT: { kind: 'unavailable', summary: 'a plugin did not finish in time and was ended' },
  PLUGIN_OUTPUT_LIMIT: { kind: 'limit', summary: 'a plugin wrote more than the protocol allows and was ended' },
  PLUGIN_OUTPUT_INVALID: {
    kind: 'malformed',
    summary: 'the answer of a plugin is not what the protocol prescribes',
    hint: 'Check that the plugin is intact and made for this system; its publisher can help.',
  },
  PLUGIN_METADATA_INVALID: {
    kind: 'malformed',
    summary: 'what a plugin says about itself is incomplete, or is about another plugin',
    hint: 'The name that a plugin states must be the name of its directory.',
  },
  PLUGIN_CONTRACT_UNSUPPORTED: {
    kind: 'malformed',
    summary: 'a plugin does not speak version 1.0 of the protocol',
    hint: 'Install a version of the plugin that supports contract version 1.0.',
  },
  PLUGIN_CAPABILITY_MISSING: {
    kind: 'usage',
    summary: 'a plugin cannot do what it was asked for: it does not have the capability',
  },
  PLUGIN_RESPONSE_MISMATCH: {
    kind: 'malformed',
    summary: 'a plugin answered about another key, algorithm or envelope format than it was asked for',
  },
  PLUGIN_REQUEST_REFUSED: {
    kind: 'usage',
    summary: 'a plugin answered VALIDATION_ERROR: it does not accept the request',
  },
  PLUGIN_CONTRACT_REFUSED: {
    kind: 'usage',
    summary: 'a plugin answered UNSUPPORTED_CONTRACT_VERSION: it does not accept version 1.0 of the protocol',
  },
  PLUGIN_ACCESS_DENIED: {
    kind: 'denied',
    summary: 'a plugin answered ACCESS_DENIED: it may not use the key',
    hint: 'Check the credentials that the plugin uses; it inherits the environment of the command.',
  },
  PLUGIN_BUSY: {
    kind: 'unavailable',
    summary: 'a plugin answered TIMEOUT or THROTTLED; the same request may succeed in a moment',
    hint: 'Try again in a moment.',
  },
  PLUGIN_FAILED: { kind: 'unavailable', summary: 'a plugin answered with a failure of its own' },
} as const satisfies ErrorTable;

type PluginErrorCode = keyof typeof pluginErrors;

/** `details` always name `plugin` and, for a command that ran, `command`. */
export class PluginError extends Nv2Error<PluginErrorCode> {
  constructor(code: PluginErrorCode, message: string, options?: Nv2ErrorOptions) {
    super(pluginErrors, code, message, options);
  }
}

/** What a plugin says on standard error when it fails (PLUG-08). */
export interface PluginFailure {
  readonly errorCode?: string;
  readonly errorMessage?: string;
  readonly errorMetadata?: Readonly<Record<string, string>>;
}

/** PLUG-10. A code that the protocol does not know is a failure like any other. */
const codes: ReadonlyMap<string, PluginErrorCode> = new Map([
  ['VALIDATION_ERROR', 'PLUGIN_REQUEST_REFUSED'],
  ['UNSUPPORTED_CONTRACT_VERSION', 'PLUGIN_CONTRACT_REFUSED'],
  ['ACCESS_DENIED', 'PLUGIN_ACCESS_DENIED'],
  ['TIMEOUT', 'PLUGIN_BUSY'],
  ['THROTTLED', 'PLUGIN_BUSY'],
  ['ERROR', 'PLUGIN_FAILED'],
] as const);

/**
 * The error of a plugin as one of ours. `details.errorCode` and `details.errorMessage` are the plugin's, made safe for a
 * terminal; `details.transient` says that the same request may succeed in a moment.
 */
export function toPluginError(plugin: string, command: string, failure: PluginFailure): PluginError {
  const errorCode = plainText(failure.errorCode ?? '', limits.maxErrorCodeChars);
  const errorMessage = plainText(failure.errorMessage ?? '', limits.maxErrorMessageChars);
  const code = codes.get(failure.errorCode ?? '') ?? 'PLUGIN_FAILED';
  const said = [errorCode, errorMessage].filter((text) => text !== '').join(': ');
  const details: ErrorDetails = {
    plugin,
    command,
    errorCode,
    errorMessage,
    ...(code === 'PLUGIN_BUSY' ? { transient: true } : {}),
  };
  const metadata = Object.entries(failure.errorMetadata ?? {})
    .slice(0, limits.maxErrorMetadata)
    .map(([key, value]) => plainText(`${key}=${value}`, limits.maxErrorMessageChars));
  return new PluginError(code, `plugin ${plugin} failed to ${command}: ${said === '' ? 'it gave no reason' : said}`, {
    details: metadata.length === 0 ? details : { ...details, errorMetadata: metadata },
  });
}
