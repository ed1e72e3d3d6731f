// A credential helper as a shell script in a directory of its own. It keeps what it is given in files beside itself, and
// writes down the environment it was started with.

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface FakeHelper {
  readonly directory: string;
  /** PATH for the helper and the tools of the shell. */
  readonly path: string;
  /** The last request of this verb. */
  request(verb: 'get' | 'store' | 'erase'): Promise<string>;
  environment(): Promise<string>;
}

/** What the script does after it has read its input, by verb. */
export interface HelperBehaviour {
  readonly get?: string;
  readonly store?: string;
  readonly erase?: string;
}

export async function writeFakeHelper(
  directory: string,
  name: string,
  behaviour: HelperBehaviour = {},
): Promise<FakeHelper> {
  await mkdir(directory, { recursive: true });
  const missing = `printf '%s\\n' 'credentials not found in native keychain'; exit 1`;
  const { get = missing, store = ':', erase = ':' } = behaviour;
  const script = [
    '#!/bin/sh',
    `cd '${directory}' || exit 9`,
    'cat > "request-$1"',
    'env > environment',
    'case "$1" in',
    `get) ${get} ;;`,
    `store) ${store} ;;`,
    `erase) ${erase} ;;`,
    '*) exit 8 ;;',
    'esac',
  ].join('\n');
  await writeFile(join(directory, `docker-credential-${name}`), `${script}\n`, { mode: 0o700 });
  return {
    directory,
    path: `${directory}:${process.env['PATH'] ?? ''}`,
    request: (verb) => readFile(join(directory, `request-${verb}`), 'utf8'),
    environment: () => readFile(join(directory, 'environment'), 'utf8'),
  };
}

/** A shell command that answers with a credential. */
export function answer(username: string, secret: string): string {
  return `printf '%s' '${JSON.stringify({ ServerURL: 'x', Username: username, Secret: secret })}'`;
}
