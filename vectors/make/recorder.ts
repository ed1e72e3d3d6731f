// Collects the files of one folder of vectors and the lines of its index.

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { toPem } from '../../packages/testing/src/pki-der.ts';
import type { VectorInput } from '../case.ts';

/** The instant of verification unless a vector names another: eight months after the signatures were made. */
export const at = '2026-11-01T00:00:00Z';

type WithoutAt<T> = T extends { readonly at: string } ? Omit<T, 'at'> & { readonly at?: string } : T;

export class Recorder {
  readonly #files = new Map<string, Uint8Array | string>();
  readonly #lines: string[] = [];

  /** Keeps a file and gives its path back. */
  file(path: string, content: Uint8Array | string): string {
    if (this.#files.has(path)) throw new Error(`two files called ${path}`);
    this.#files.set(path, content);
    return path;
  }

  /** Keeps certificates as one PEM file. */
  certificates(path: string, certificates: readonly Uint8Array[]): string {
    return this.file(path, certificates.map((der) => toPem('CERTIFICATE', der)).join(''));
  }

  /** `rules` are signed rule IDs, separated by spaces. */
  vector(name: string, rules: string, source: string, input: WithoutAt<VectorInput>, expect: string): void {
    const ids = rules.split(' ').filter((rule) => rule !== '');
    this.#lines.push(JSON.stringify({ name, rules: ids, source, ...input, expect }));
  }

  /** Replaces the generated part of the folder. */
  write(directory: string): { readonly files: number; readonly vectors: number } {
    for (const folder of new Set([...this.#files.keys()].map((path) => path.split('/')[0] ?? path))) {
      rmSync(join(directory, folder), { recursive: true, force: true });
    }
    for (const [path, content] of this.#files) {
      mkdirSync(dirname(join(directory, path)), { recursive: true });
      writeFileSync(join(directory, path), content);
    }
    writeFileSync(
      join(directory, 'index.json'),
      `{"at":${JSON.stringify(at)},"vectors":[\n${this.#lines.join(',\n')}\n]}\n`,
    );
    return { files: this.#files.size, vectors: this.#lines.length };
  }
}

/** A name as the name of a file. */
export function slug(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^a-z0-9.]+/g, '-')
    .replaceAll(/^-|-$/g, '');
}
