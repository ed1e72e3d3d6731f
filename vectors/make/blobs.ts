// Signatures of files.

import { createHash } from 'node:crypto';
import { encodeUtf8 } from '@nv2/base';
import { makeCose } from '../../packages/envelope/test/hand-made-cose.ts';
import { makeJws } from '../../packages/envelope/test/hand-made-jws.ts';
import { type FreshChain, freshChain } from './fresh-chain.ts';
import type { Recorder } from './recorder.ts';
import { payload } from './target.ts';

const blob = 'the quick brown fox\n';
const mediaType = 'text/plain';

function about(hash: string, change: object = {}): string {
  const digest = `${hash}:${createHash(hash).update(blob).digest('hex')}`;
  const targetArtifact = { mediaType, digest, size: blob.length, ...change };
  return JSON.stringify({ targetArtifact });
}

export async function recordBlobs(recorder: Recorder): Promise<void> {
  const good = recorder.file('blobs/fox.txt', blob);
  const other = recorder.file('blobs/dog.txt', 'the quick brown dog\n');
  const p256 = await freshChain();
  const p384 = await freshChain({ type: 'p384' });
  const anchors = [recorder.certificates('roots/blobs.pem', [p256.root, p384.root])];
  const wrong = 'untrusted payload wrong-subject';
  const rows: readonly (readonly [
    name: string,
    rules: string,
    chain: FreshChain,
    content: string,
    blob: string,
    expect: string,
    more?: object,
  ])[] = [
    ['the right file', '+BLOB-04 +BLOB-05 +PAY-06', p256, about('sha256'), good, 'trusted'],
    ['the right file of the right type', '+BLOB-04 +PAY-05', p256, about('sha256'), good, 'trusted', { mediaType }],
    ['the right file under a P-384 key', '+BLOB-05 +PAY-06', p384, about('sha384'), good, 'trusted'],
    [
      'the right file with user metadata',
      '+META-05',
      p256,
      about('sha256', { annotations: { build: '7' } }),
      good,
      'trusted',
      { userMetadata: { build: '7' } },
    ],
    ['another file', '-BLOB-04', p256, about('sha256'), other, wrong],
    ['another file at level audit', '-BLOB-04 -TP-16', p256, about('sha256'), other, wrong, { level: 'audit' }],
    ['the right file as another type', '-BLOB-04', p256, about('sha256'), good, wrong, { mediaType: 'text/html' }],
    ['the right file with a wrong size', '-BLOB-04', p256, about('sha256', { size: 1 }), good, wrong],
    ['the right file with the hash of another key', '-BLOB-05', p384, about('sha256'), good, wrong],
    ['the right file with a stronger hash than its key', '-BLOB-05', p256, about('sha512'), good, wrong],
    ['an OCI manifest', '-BLOB-07', p256, payload(), good, wrong],
    [
      'the right file without the metadata that is asked for',
      '-META-05',
      p256,
      about('sha256'),
      good,
      'untrusted userMetadata metadata-mismatch',
      { userMetadata: { build: '7' } },
    ],
  ];
  for (const [index, [name, rules, chain, content, file, expect, more]] of rows.entries()) {
    const made = {
      jws: await makeJws({ key: chain.signingKey, payload: content }),
      cose: await makeCose({ key: chain.signingKey, payload: encodeUtf8(content) }),
    };
    for (const format of ['jws', 'cose'] as const) {
      const signature = recorder.file(`blobs/${String(index + 1).padStart(2, '0')}.${format}.sig`, made[format]);
      recorder.vector(
        `a blob signature in ${format} of ${name}`,
        rules,
        'nv2, by hand',
        { kind: 'blob', file: signature, blob: file, anchors, ...more },
        expect,
      );
    }
  }
}
