// docker-credential-<name> programs: one word as argument, JSON or a registry on standard input, JSON on standard output.

import { spawn } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import { concatBytes, encodeUtf8, isNv2Error, quoteText } from '@nv2/base';
import type { Environment } from '../directories.ts';
import { ConfigError } from '../errors.ts';
import { limits } from '../limits.ts';
import { readShape, schemas } from '../schema.ts';
import { secretVariables } from '../secrets.ts';
import type { Credential } from './credential.ts';

export interface HelperOptions {
  /** Environment for the program; our own secrets are left out whatever it holds. */
  readonly env: Environment;
  /** Default 60 s: it may have to ask a person. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

export interface CredentialHelper {
  /** `docker-credential-pass` */
  readonly program: string;
  get(key: string): Promise<Credential | undefined>;
  store(key: string, credential: Credential): Promise<void>;
  erase(key: string): Promise<void>;
}

/** What a helper says as user name when the secret is an identity token. */
const tokenUser = '<token>';
// Words of the helper protocol's reference library.
const notFound = 'credentials not found in native keychain';

/**
 * @throws ConfigError `CONFIG_HELPER_NAME` at once; `CONFIG_HELPER_NOT_FOUND` and `CONFIG_HELPER_FAILED` from the methods
 */
export function credentialHelper(name: string, options: HelperOptions): CredentialHelper {
  if (!/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/.test(name)) {
    const message = `expected the name of a credential helper such as "pass", found ${quoteText(name)}`;
    throw new ConfigError('CONFIG_HELPER_NAME', message);
  }
  const program = `docker-credential-${name}`;
  return {
    program,
    get: async (key) => {
      const answer = await runHelper(program, 'get', key, options);
      if (answer.status !== 0 && isNotFound(answer)) return undefined;
      if (answer.status !== 0) throw failed(program, 'get', `it ended with status ${answer.status}`);
      return toCredential(program, answer.stdout);
    },
    store: async (key, credential) => {
      const { status } = await runHelper(program, 'store', JSON.stringify(toRequest(key, credential)), options);
      if (status !== 0) throw failed(program, 'store', `it ended with status ${status}`);
    },
    erase: async (key) => {
      const answer = await runHelper(program, 'erase', key, options);
      if (answer.status !== 0 && !isNotFound(answer))
        throw failed(program, 'erase', `it ended with status ${answer.status}`);
    },
  };
}

/** Finds a program in the absolute directories of PATH. A relative entry would be the working directory by another name. */
export async function findProgram(program: string, env: Environment): Promise<string | undefined> {
  const path = Object.entries(env).find(([name]) => name.toUpperCase() === 'PATH')?.[1] ?? '';
  const suffixes = process.platform === 'win32' ? ['.exe'] : [''];
  for (const directory of path.split(delimiter).filter(isAbsolute)) {
    for (const suffix of suffixes) {
      const file = join(directory, program + suffix);
      try {
        await access(file, constants.X_OK);
        return file;
      } catch {
        // Not in this directory; the next one may have it.
      }
    }
  }
  return undefined;
}

interface HelperAnswer {
  readonly status: number;
  readonly stdout: Uint8Array;
}

async function runHelper(program: string, verb: string, input: string, options: HelperOptions): Promise<HelperAnswer> {
  const file = await findProgram(program, options.env);
  if (file === undefined) {
    throw new ConfigError('CONFIG_HELPER_NOT_FOUND', `the credential helper ${program} is not on PATH`, {
      details: { program },
    });
  }
  options.signal?.throwIfAborted();
  return new Promise((resolve, reject) => {
    const child = spawn(file, [verb], {
      env: curate(options.env),
      shell: false,
      windowsHide: true,
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    const parts: Uint8Array[] = [];
    let length = 0;
    const timeoutMs = options.timeoutMs ?? limits.helperTimeoutMs;
    const timer = setTimeout(() => end(failed(program, verb, `it did not answer within ${timeoutMs} ms`)), timeoutMs);
    const onAbort = (): void => end(options.signal?.reason);
    options.signal?.addEventListener('abort', onAbort, { once: true });
    const settle = (): void => {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', onAbort);
    };
    // Pipes are destroyed as well: a grandchild may hold them open after the program was killed.
    const end = (reason: unknown): void => {
      settle();
      child.kill('SIGKILL');
      child.stdin.destroy();
      child.stdout.destroy();
      reject(reason instanceof Error ? reason : new Error('aborted', { cause: reason }));
    };
    child.on('error', (cause) => end(failed(program, verb, 'it cannot be started', cause)));
    child.stdout.on('data', (part: Uint8Array) => {
      length += part.length;
      if (length > limits.maxHelperBytes)
        end(failed(program, verb, `it wrote more than ${limits.maxHelperBytes} bytes`));
      else parts.push(part);
    });
    child.on('close', (status) => {
      settle();
      resolve({ status: status ?? -1, stdout: concatBytes(parts) });
    });
    // A program that does not read its input closes the pipe; what counts is how it ends.
    child.stdin.on('error', () => undefined);
    child.stdin.end(encodeUtf8(input));
  });
}

/** The environment without our secrets, compared without case, since Windows has none. */
export function curate(env: Environment): Record<string, string> {
  const curated: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined && !secretVariables.includes(name.toUpperCase())) curated[name] = value;
  }
  return curated;
}

function isNotFound(answer: HelperAnswer): boolean {
  return new TextDecoder().decode(answer.stdout).trim() === notFound;
}

function toCredential(program: string, stdout: Uint8Array): Credential | undefined {
  try {
    const reading = readShape(schemas.helperAnswer, stdout, { maxBytes: limits.maxHelperBytes });
    if (reading.status === 'refused') throw failed(program, 'get', `its answer is wrong at ${quoteText(reading.path)}`);
    const { Username: username, Secret: secret } = reading.value;
    if (secret === '') return undefined;
    return username === tokenUser
      ? { kind: 'identity-token', token: secret }
      : { kind: 'basic', username, password: secret };
  } catch (cause) {
    if (cause instanceof ConfigError || !isNv2Error(cause)) throw cause;
    // The cause would quote the answer, which is a secret.
    throw failed(program, 'get', 'its answer is not one JSON document');
  }
}

function toRequest(key: string, credential: Credential): Readonly<Record<string, string>> {
  return credential.kind === 'basic'
    ? { ServerURL: key, Username: credential.username, Secret: credential.password }
    : { ServerURL: key, Username: tokenUser, Secret: credential.token };
}

function failed(program: string, verb: string, why: string, cause?: unknown): ConfigError {
  const options = { details: { program }, ...(cause === undefined ? {} : { cause }) };
  return new ConfigError('CONFIG_HELPER_FAILED', `asking the credential helper ${program} to ${verb}: ${why}`, options);
}
