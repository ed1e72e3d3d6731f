// One command of a plugin: one process, the command as argument, a request on standard input, an answer on standard output
// (PLUG-07, docs/spec-map.md section 18.2). What the answer means is for whoever asked.

import { basename } from 'node:path';
import {
  assertNever,
  encodeUtf8,
  isNv2Error,
  type JsonObject,
  type JsonValue,
  parseJson,
  parseObject,
  parseOptional,
  parseString,
  parseStringMap,
} from '@nv2/base';
import { type PluginFailure, PluginError, toPluginError } from './errors.ts';
import type { PluginEventListener } from './events.ts';
import { limits } from './limits.ts';
import { type Ending, runProgram } from './run-program.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** The commands of the protocol. */
export type PluginCommand =
  | 'get-plugin-metadata'
  | 'describe-key'
  | 'generate-signature'
  | 'generate-envelope'
  | 'verify-signature';

export interface PluginCall {
  readonly command: PluginCommand;
  /** Becomes JSON. Members that are `undefined` are left out. */
  readonly request: object;
}

export interface RunPluginOptions {
  /** What the plugin inherits. Registry credentials and passphrases are left out whatever it holds (PLUG-17). */
  readonly env: Environment;
  /** Default 120 s. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  readonly onEvent?: PluginEventListener;
}

/**
 * Runs one command of the executable at `file` and gives its answer: one JSON object.
 *
 * No shell is involved (OC-68). The plugin leads a process group of its own, which is ended as a whole when time is up, when it
 * writes more than 64 MiB on either stream (PLUG-11), or when `signal` fires; so it has no terminal to ask on.
 *
 * @throws PluginError `PLUGIN_START_FAILED`, `PLUGIN_TIMEOUT`, `PLUGIN_OUTPUT_LIMIT`, `PLUGIN_OUTPUT_INVALID`; with the plugin's own
 * words `PLUGIN_REQUEST_REFUSED`, `PLUGIN_CONTRACT_REFUSED`, `PLUGIN_ACCESS_DENIED`, `PLUGIN_BUSY`, `PLUGIN_FAILED`
 */
export async function runPlugin(file: string, call: PluginCall, options: RunPluginOptions): Promise<JsonObject> {
  const plugin = displayName(file);
  const { command } = call;
  const request = JSON.stringify(call.request);
  options.onEvent?.({ type: 'plugin-asked', plugin, command, request });
  const ending = await runProgram(file, [command], {
    env: curate(options.env),
    input: encodeUtf8(request),
    maxBytes: limits.maxOutputBytes,
    timeoutMs: options.timeoutMs ?? limits.commandTimeoutMs,
    ...(options.signal ? { signal: options.signal } : {}),
  });
  const answer = readEnding(plugin, command, ending);
  options.onEvent?.({ type: 'plugin-answered', plugin, command, response: new TextDecoder().decode(answer) });
  return parseAnswer(plugin, command, answer);
}

/** The environment without what no plugin may see, compared without case, since Windows has none. */
function curate(env: Environment): Record<string, string> {
  const curated: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined && !secret.test(name)) curated[name] = value;
  }
  return curated;
}

// PLUG-17. A plugin for a key service needs the rest: its own credentials are there too.
const secret = /^(?:NOTATION|NV2)_(?:USERNAME|PASSWORD|KEY_PASSPHRASE)$/i;

function readEnding(plugin: string, command: string, ending: Ending): Uint8Array {
  const details = { plugin, command };
  switch (ending.kind) {
    case 'not-started':
      throw new PluginError('PLUGIN_START_FAILED', `plugin ${plugin} cannot be started to ${command}`, {
        details,
        cause: ending.cause,
      });
    case 'too-late':
      throw new PluginError('PLUGIN_TIMEOUT', `plugin ${plugin} did not ${command} within ${ending.timeoutMs} ms`, {
        details,
      });
    case 'too-much':
      throw new PluginError(
        'PLUGIN_OUTPUT_LIMIT',
        `plugin ${plugin} wrote more than ${limits.maxOutputBytes} bytes to ${command}`,
        { details },
      );
    case 'ended':
      // PLUG-09: what a successful plugin writes on standard error is nobody's business.
      if (ending.status === 0) return ending.stdout;
      throw readFailure(plugin, command, ending);
    default:
      return assertNever(ending);
  }
}

/** PLUG-08, PLUG-09 */
function readFailure(plugin: string, command: string, ending: Extract<Ending, { kind: 'ended' }>): PluginError {
  const how = ending.signal === undefined ? `ended with status ${ending.status}` : `was ended by ${ending.signal}`;
  const details = { plugin, command };
  if (ending.stderr.length === 0) {
    const message = `plugin ${plugin} ${how} when asked to ${command}, and said nothing`;
    return new PluginError('PLUGIN_START_FAILED', message, { details });
  }
  try {
    return toPluginError(plugin, command, parsePluginFailure(ending.stderr));
  } catch (cause) {
    // Whatever it wrote is no error of the protocol; it is not repeated, since nobody knows what it holds.
    const message = `plugin ${plugin} ${how} when asked to ${command}, and gave no error of the protocol`;
    return new PluginError('PLUGIN_OUTPUT_INVALID', message, { details, cause });
  }
}

/**
 * Reads the error of a plugin. Members that are `null` count as absent, as writers in other languages leave them.
 *
 * @throws BaseError `JSON_*`, PluginError `PLUGIN_OUTPUT_INVALID` for an object that has none of the three members (PLUG-09)
 */
export function parsePluginFailure(bytes: Uint8Array): PluginFailure {
  const document = parseObject(parseOutput(bytes), '$');
  const member = (name: string) => document[name] ?? undefined;
  const errorCode = parseOptional(member('errorCode'), '$.errorCode', parseString);
  const errorMessage = parseOptional(member('errorMessage'), '$.errorMessage', parseString);
  const errorMetadata = parseOptional(member('errorMetadata'), '$.errorMetadata', parseStringMap);
  if (errorCode === undefined && errorMessage === undefined && errorMetadata === undefined) {
    throw new PluginError('PLUGIN_OUTPUT_INVALID', '$ has neither errorCode nor errorMessage nor errorMetadata');
  }
  return {
    ...(errorCode === undefined ? {} : { errorCode }),
    ...(errorMessage === undefined ? {} : { errorMessage }),
    ...(errorMetadata === undefined ? {} : { errorMetadata }),
  };
}

function parseAnswer(plugin: string, command: string, stdout: Uint8Array): JsonObject {
  try {
    return parseObject(parseOutput(stdout), '$');
  } catch (cause) {
    if (!isNv2Error(cause)) throw cause;
    throw invalidAnswer(plugin, command, cause);
  }
}

/** What a plugin writes is read with one strict parser and these bounds, whatever it is. */
function parseOutput(bytes: Uint8Array): JsonValue {
  return parseJson(bytes, {
    maxBytes: limits.maxOutputBytes,
    maxDepth: limits.maxOutputDepth,
    maxValues: limits.maxOutputValues,
  });
}

/** The answer to a command is not what the protocol prescribes. */
export function invalidAnswer(plugin: string, command: string, cause: unknown): PluginError {
  return new PluginError('PLUGIN_OUTPUT_INVALID', `the answer of plugin ${plugin} to ${command} is wrong`, {
    details: { plugin, command },
    cause,
  });
}

/** What a plugin is called in messages: its file name tells, even where that is no valid one. */
function displayName(file: string): string {
  return basename(file)
    .replace(/^notation-/, '')
    .replace(/\.exe$/i, '');
}
