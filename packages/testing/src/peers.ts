// Programs of others that interoperability tests run against. Each is found through its environment variable or on PATH.

import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

export type PeerName = 'notation' | 'oras' | 'crane' | 'skopeo' | 'docker-registry' | 'openssl' | 'tar' | 'zip';

export interface Peer {
  readonly name: PeerName;
  readonly path: string;
  /** The first line of what it says about its version. */
  readonly version: string;
}

const versionArgs: Readonly<Record<PeerName, readonly string[]>> = {
  notation: ['version'],
  oras: ['version'],
  crane: ['version'],
  skopeo: ['--version'],
  'docker-registry': ['--version'],
  openssl: ['version'],
  tar: ['--version'],
  zip: ['-v'],
};

/** The environment variable that names a peer's executable, for example `NOTATION_BIN`. */
export function peerVariable(name: PeerName): string {
  return `${name.toUpperCase().replaceAll('-', '_')}_BIN`;
}

/** The peer, or `undefined` where this machine has none: its tests then count as skipped, by name. */
export function findPeer(name: PeerName): Peer | undefined {
  const path = process.env[peerVariable(name)] ?? findOnPath(name);
  if (path === undefined) return undefined;
  const result = spawnSync(path, versionArgs[name], { encoding: 'utf8', timeout: 20_000 });
  if (result.error !== undefined) return undefined;
  const lines = `${result.stdout}\n${result.stderr}`.split('\n').map((line) => line.trim());
  const version =
    lines.find((line) => /\d+\.\d+/.test(line)) ?? lines.find((line) => line !== '') ?? 'version not reported';
  return { name, path, version };
}

function findOnPath(name: string): string | undefined {
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((directory) => join(directory, name))
    .find((candidate) => {
      try {
        accessSync(candidate, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}
