// Good signatures over chains that are not.

import { encodeUtf8 } from '@nv2/base';
import { makeCose } from '../../packages/envelope/test/hand-made-cose.ts';
import { makeJws, toAuthority } from '../../packages/envelope/test/hand-made-jws.ts';
import { caExtensions, leafExtensions } from '../../packages/testing/src/pki-mint.ts';
import { freshChain, type FreshChainOptions, freshKey } from './fresh-chain.ts';
import { type Recorder, slug } from './recorder.ts';
import { payload } from './target.ts';

const altered = (rule: string): string => `untrusted integrity altered ${rule}`;
const leafWith = (extensions: object): FreshChainOptions => ({
  tweak: (options, index) => (index === 0 ? { ...options, extensions: { ...leafExtensions, ...extensions } } : options),
});
const rootWith = (extensions: object): FreshChainOptions => ({
  tweak: (options, index) => (index === 1 ? { ...options, extensions: { ...caExtensions, ...extensions } } : options),
});
const during = (notBefore: string, notAfter: string): FreshChainOptions => ({
  tweak: (options) => ({ ...options, notBefore: new Date(notBefore), notAfter: new Date(notAfter) }),
});

const rows: readonly (readonly [name: string, rules: string, chain: () => FreshChainOptions, expect: string])[] = [
  [
    'a root signed with SHA-1',
    '-CERT-07',
    () => ({
      keys: [freshKey('p256'), freshKey('rsa2048')],
      tweak: (options, index) => (index === 1 ? { ...options, hash: 'SHA-1' } : options),
    }),
    altered('CERT-07'),
  ],
  [
    'a leaf for any purpose',
    '-CERT-19 -OC-10',
    () => leafWith({ extendedKeyUsage: { oids: ['2.5.29.37.0'] } }),
    altered('CERT-19'),
  ],
  ['a leaf that is a CA', '-CERT-16', () => leafWith({ basicConstraints: { isCa: true } }), altered('CERT-16')],
  [
    'a root whose basicConstraints are not critical',
    '-CERT-12 -OC-10',
    () => rootWith({ basicConstraints: { isCa: true, isCritical: false } }),
    altered('CERT-12'),
  ],
  [
    'a path longer than its root allows',
    '-CERT-13',
    () => ({
      length: 3,
      tweak: (options, index) =>
        index === 2
          ? { ...options, extensions: { ...caExtensions, basicConstraints: { isCa: true, pathLength: 0 } } }
          : options,
    }),
    altered('CERT-13'),
  ],
  ['an RSA key of 2047 bits', '-ALG-03 -CERT-22 -OC-10', () => ({ type: 'rsa2047' }), altered('CERT-22')],
  ['an Ed25519 key', '-ALG-03 -CERT-22', () => ({ type: 'ed25519' }), altered('CERT-22')],
  ['a P-224 key', '-ALG-03 -CERT-22', () => ({ type: 'p224' }), altered('CERT-22')],
  [
    'certificates that have expired',
    '-TSA-32',
    () => during('2020-01-01T00:00:00Z', '2026-10-31T23:59:59Z'),
    'untrusted authenticTimestamp certificate-expired',
  ],
  [
    'certificates that are not yet valid',
    '-TSA-32',
    () => during('2026-11-01T00:00:01Z', '2099-01-01T00:00:00Z'),
    'untrusted authenticTimestamp not-yet-valid',
  ],
];

export async function recordChainsInEnvelopes(recorder: Recorder): Promise<void> {
  for (const [name, rules, options, expect] of rows) {
    const chain = await freshChain(options());
    const stem = slug(name);
    const anchors = [recorder.certificates(`roots/chains/${stem}.pem`, [chain.root])];
    const content = payload();
    const jws = recorder.file(
      `envelopes/chains/${stem}.jws`,
      await makeJws({ key: chain.signingKey, payload: content }),
    );
    recorder.vector(`JWS over ${name}`, rules, 'nv2, by hand', { kind: 'envelope', file: jws, anchors }, expect);
    const cose = recorder.file(
      `envelopes/chains/${stem}.cose`,
      await makeCose({ key: chain.signingKey, payload: encodeUtf8(content) }),
    );
    recorder.vector(`COSE over ${name}`, rules, 'nv2, by hand', { kind: 'envelope', file: cose, anchors }, expect);
  }
  await recordLevels(recorder);
  await recordAuthority(recorder);
}

// TP-11: what the level does with the same failures.
async function recordLevels(recorder: Recorder): Promise<void> {
  const expired = await freshChain(during('2020-01-01T00:00:00Z', '2026-04-01T00:00:00Z'));
  const stranger = await freshChain();
  const anchors = [recorder.certificates('roots/chains/levels.pem', [expired.root])];
  const file = recorder.file(
    'envelopes/chains/levels.jws',
    await makeJws({ key: expired.signingKey, payload: payload() }),
  );
  const others = [recorder.certificates('roots/chains/stranger.pem', [stranger.root])];
  const input = { kind: 'envelope', file } as const;
  const row = (name: string, rules: string, more: object, expect: string): void =>
    recorder.vector(`an expired chain ${name}`, rules, 'nv2, by hand', { ...input, anchors, ...more }, expect);
  const logged = 'trusted, logged authenticTimestamp certificate-expired';
  row('at level strict', '-TP-11', {}, 'untrusted authenticTimestamp certificate-expired');
  row('at level permissive', '+TP-11', { level: 'permissive' }, logged);
  row('at level audit', '+TP-11', { level: 'audit' }, logged);
  row(
    'of a stranger at level permissive',
    '-TS-10',
    { level: 'permissive', anchors: others },
    'untrusted authenticity signer-unknown',
  );
  row(
    'of a stranger at level audit',
    '+VER-34',
    { level: 'audit', anchors: others },
    'not-verified authenticity-not-enforced',
  );
}

// TSA-34: under the signing-authority scheme the chain is judged for the authentic time, not for now.
async function recordAuthority(recorder: Recorder): Promise<void> {
  for (const [name, rules, times, expect] of [
    ['a chain that was valid then', '+TSA-34', ['2026-01-01T00:00:00Z', '2026-04-01T00:00:00Z'], 'trusted'],
    [
      'a chain that is valid now only',
      '-TSA-34',
      ['2026-06-01T00:00:00Z', '2099-01-01T00:00:00Z'],
      'untrusted authenticTimestamp not-yet-valid',
    ],
  ] as const) {
    const chain = await freshChain(during(times[0], times[1]));
    const anchors = [recorder.certificates(`roots/chains/${slug(name)}.pem`, [chain.root])];
    const bytes = await makeJws({ key: chain.signingKey, payload: payload(), protect: toAuthority });
    const file = recorder.file(`envelopes/chains/authority-${slug(name)}.jws`, bytes);
    recorder.vector(
      `a signing authority over ${name}`,
      rules,
      'nv2, by hand',
      { kind: 'envelope', file, anchors, store: 'signingAuthority' },
      expect,
    );
  }
}
