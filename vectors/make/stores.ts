// Trust stores: directories of certificates.

import { toPem } from '../../packages/testing/src/pki-der.ts';
import { freshChain } from './fresh-chain.ts';
import { type Recorder, slug } from './recorder.ts';

type Type = 'ca' | 'signingAuthority' | 'tsa';

export async function recordStores(recorder: Recorder): Promise<void> {
  const [leaf, intermediate, root] = (await freshChain({ length: 3 })).certificates;
  const { root: selfSigned } = await freshChain({ length: 1 });
  if (leaf === undefined || intermediate === undefined || root === undefined) throw new Error('a chain of three');
  const pem = (...list: readonly Uint8Array[]): string => list.map((der) => toPem('CERTIFICATE', der)).join('');
  const invalid = 'error TRUST_STORE_INVALID';
  const rows: readonly (readonly [
    name: string,
    rules: string,
    type: Type,
    files: Readonly<Record<string, Uint8Array | string>>,
    expect: string,
    plant?: 'symlink' | 'subdirectory',
  ])[] = [
    ['a root', '+TS-07 +TS-01', 'ca', { 'root.pem': pem(root) }, 'loads 1'],
    ['a root for signing authorities', '+TS-07', 'signingAuthority', { 'root.pem': pem(root) }, 'loads 1'],
    ['a root for time-stamps', '+TS-08', 'tsa', { 'root.pem': pem(root) }, 'loads 1'],
    [
      'a root and an intermediate in one file',
      '+TS-07 +TS-12',
      'ca',
      { 'both.pem': pem(intermediate, root) },
      'loads 2',
    ],
    [
      'a root in DER beside a self-signed leaf, under any extension',
      '+TS-06 +CERT-23',
      'ca',
      { 'root.der': root, 'self.txt': pem(selfSigned) },
      'loads 2',
    ],
    ['a leaf', '-TS-07', 'ca', { 'leaf.pem': pem(leaf) }, invalid],
    ['a leaf behind a root', '-TS-07', 'ca', { 'root.pem': pem(root, leaf) }, invalid],
    ['an intermediate for time-stamps', '-TS-08', 'tsa', { 'ca.pem': pem(intermediate) }, invalid],
    ['a self-signed leaf for time-stamps', '-TS-08', 'tsa', { 'self.pem': pem(selfSigned) }, invalid],
    ['a file that is no certificate', '-TS-06', 'ca', { 'root.pem': pem(root), 'notes.txt': 'notes\n' }, invalid],
    ['an empty file', '-TS-09', 'ca', { 'root.pem': '' }, invalid],
    ['a link', '-TS-05 -TS-06', 'ca', { 'root.pem': pem(root) }, invalid, 'symlink'],
    ['a directory inside', '+TS-06', 'ca', { 'root.pem': pem(root) }, 'loads 1', 'subdirectory'],
  ];
  for (const [name, rules, type, files, expect, plant] of rows) {
    const directory = `stores/${slug(name)}`;
    for (const [file, content] of Object.entries(files)) recorder.file(`${directory}/${file}`, content);
    recorder.vector(
      `a ${type} store with ${name}`,
      rules,
      'nv2',
      { kind: 'trust-store', directory, store: type, ...(plant && { plant }) },
      expect,
    );
  }
}
