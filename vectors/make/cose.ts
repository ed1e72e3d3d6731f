// COSE envelopes that differ from a good one in one thing.

import { constants, createPrivateKey, sign as signRaw } from 'node:crypto';
import {
  CborFloat,
  CborTag,
  type CborValue,
  concatBytes,
  decodeCbor,
  encodeCbor,
  encodeUtf8,
  isCborMap,
} from '@nv2/base';
import {
  authenticName,
  expiryName,
  type HandMadeCose,
  type Labels,
  makeCose,
  pluginName,
  schemeName,
  signingSeconds,
  timeName,
  toAuthority,
  versionName,
  withLongHead,
} from '../../packages/envelope/test/hand-made-cose.ts';
import { type FreshChain, freshChain } from './fresh-chain.ts';
import { type Recorder, slug } from './recorder.ts';
import { payload } from './target.ts';

type Row = readonly [name: string, rules: string, change: HandMadeCose, expect: string];

const time = (seconds: CborValue): CborTag => new CborTag(1, seconds);
const year2099 = 4_070_908_800;
const critical =
  (...labels: (string | number)[]) =>
  (map: Labels): unknown =>
    map.set(2, [schemeName, ...labels]);
const set = (label: string | number, value: CborValue, ...labels: (string | number)[]): HandMadeCose => ({
  protect: (map) => {
    map.set(label, value);
    if (label !== 2) critical(...labels)(map);
  },
});
const drop = (label: string | number): HandMadeCose => ({ protect: (map) => map.delete(label) });
const unset = (label: string | number, value: CborValue): HandMadeCose => ({
  unprotect: (map) => map.set(label, value),
});
const authority = (change: (map: Labels) => unknown = () => undefined): HandMadeCose => ({
  protect: (map) => {
    toAuthority(map);
    change(map);
  },
});
const part = (index: number, change: (item: Uint8Array) => Uint8Array): HandMadeCose => ({
  parts: (parts) => parts.splice(index, 1, change(parts[index] ?? new Uint8Array())),
});
const bytes =
  (...values: number[]): (() => Uint8Array) =>
  () =>
    Uint8Array.from(values);
const message = (change: (message: Uint8Array) => Uint8Array): HandMadeCose => ({ bytes: change });
const prefixed =
  (...values: number[]) =>
  (rest: Uint8Array) =>
    concatBytes([Uint8Array.from(values), rest]);
const replaced =
  (skip: number, ...values: number[]) =>
  (rest: Uint8Array) =>
    concatBytes([Uint8Array.from(values), rest.subarray(skip)]);
/** Adds a raw pair to the protected map, behind its five. */
const addRaw = (...pair: number[]): HandMadeCose => ({
  protectedBytes: (map) => concatBytes([Uint8Array.of(0xa6), map.subarray(1), Uint8Array.from(pair)]),
});
const flip = (at: number) => (item: Uint8Array) =>
  item.map((byte, index) => (index === item.length - at ? byte ^ 1 : byte));
const malformed = (rule: string): string => `untrusted integrity malformed ${rule}`;
const altered = (rule: string): string => `untrusted integrity altered ${rule}`;
const criticalAttribute = 'untrusted criticalAttributes critical-attribute';

const accepted: readonly Row[] = [
  ['the plain envelope', '+SIG-COSE-02 +SIG-COSE-03 +SIG-COSE-07 +SIG-COSE-08', {}, 'trusted'],
  ['an expiry ahead', '+ATTR-05 +EXP-01', set(expiryName, time(year2099), expiryName), 'trusted'],
  ['a signing time in the future, which is a claim only', '+ATTR-03', set(timeName, time(year2099)), 'trusted'],
  ['a float for its time', '+SIG-COSE-09', set(timeName, time(new CborFloat(signingSeconds + 0.5))), 'trusted'],
  ['an extended attribute that is not critical', '+ATTR-09', set('com.example.a', [1, null]), 'trusted'],
  ['an integer-keyed attribute that is not critical', '+SIG-COSE-19 +OC-02', set(-70_000, 'x'), 'trusted'],
  ['a protected map in another order', '+SIG-COSE-05', { protectedBytes: reversed }, 'trusted'],
  [
    'a longer form of an integer in its protected map',
    '+SIG-COSE-05',
    { protectedBytes: (map) => concatBytes([map.subarray(0, 1), Uint8Array.of(0x18, 1), map.subarray(2)]) },
    'trusted',
  ],
  [
    'lengths longer than needed outside its protected map',
    '+SIG-COSE-05',
    { parts: (parts) => parts.forEach((item, index) => index !== 1 && parts.splice(index, 1, withLongHead(item))) },
    'trusted',
  ],
  ['an x5chain among the protected headers', '+SIG-COSE-12', set(33, [Uint8Array.of(1)]), 'trusted'],
  ['unknown unprotected headers', '+SIG-COSE-13', { unprotect: (map) => map.set('x', [1]).set(-1, null) }, 'trusted'],
  [
    'unprotected headers named like protected ones',
    '+ATTR-18',
    { unprotect: (map) => map.set(1, -38).set(3, 'x').set(expiryName, 0) },
    'trusted',
  ],
  ['a signing agent of a wrong type', '+SIG-COSE-13 +ATTR-16', unset('io.cncf.notary.signingAgent', 1), 'trusted'],
];

const attributes: readonly Row[] = [
  ['an expiry past', '-EXP-01', set(expiryName, time(signingSeconds + 1), expiryName), 'untrusted expiry expired'],
  ['an expiry at the signing time', '-ATTR-07', set(expiryName, time(signingSeconds), expiryName), altered('ATTR-07')],
  [
    'a critical attribute that nobody knows',
    '-ATTR-10 -OC-01',
    set('com.example.a', 'x', 'com.example.a'),
    criticalAttribute,
  ],
  [
    'a critical integer-keyed attribute that nobody knows',
    '-SIG-COSE-19 -OC-02',
    set(1000, 'x', 1000),
    criticalAttribute,
  ],
  ['a critical attribute of bytes', '-ATTR-17', set('a', Uint8Array.of(1), 'a'), malformed('ATTR-17')],
  [
    'a verification plugin',
    '-PLUG-01',
    set(pluginName, 'com.example.plugin', pluginName),
    'untrusted plugin plugin-required',
  ],
  [
    'a verification plugin in any version from 1.0.0',
    '-ATTR-13',
    {
      protect: (map) => {
        map.set(pluginName, 'p').set(versionName, '1.0.0');
        critical(pluginName, versionName)(map);
      },
    },
    'untrusted plugin plugin-required',
  ],
  ['a plugin that is not critical', '-ATTR-12', set(pluginName, 'p'), malformed('ATTR-12')],
  ['a plugin of bytes', '-ATTR-12', set(pluginName, Uint8Array.of(0x70), pluginName), malformed('ATTR-12')],
  ['a plugin version that is none', '-ATTR-13', set(versionName, '1', versionName), malformed('ATTR-13')],
  ['an unknown scheme', '-ATTR-01', set(schemeName, 'notary.x510'), malformed('ATTR-01')],
  [
    'both times',
    '-SIG-COSE-10 -OC-14',
    set(authenticName, time(signingSeconds), authenticName),
    malformed('SIG-COSE-10'),
  ],
  [
    'both times under the signing-authority scheme',
    '-SIG-COSE-10 -OC-14',
    authority((map) => map.set(timeName, time(signingSeconds))),
    malformed('SIG-COSE-10'),
  ],
  ['no signing time', '-SIG-COSE-10', drop(timeName), malformed('SIG-COSE-10')],
  ['an untagged time', '-SIG-COSE-09', set(timeName, signingSeconds), malformed('SIG-COSE-09')],
  ['text for a time', '-SIG-COSE-09', set(timeName, '2026-03-01T12:00:00Z'), malformed('SIG-COSE-09')],
  ['text under tag 1', '-SIG-COSE-09', set(timeName, time('2026-03-01T12:00:00Z')), malformed('SIG-COSE-09')],
  ['NaN under tag 1', '-SIG-COSE-09', set(timeName, time(new CborFloat(Number.NaN))), malformed('SIG-COSE-09')],
  ['a time that no calendar holds', '-SIG-COSE-09', set(timeName, time(2 ** 50)), malformed('SIG-COSE-09')],
  ['a text date under tag 0', '-SIG-COSE-09', addRaw(0x61, 0x78, 0xc0, 0x61, 0x78), malformed('SIG-COSE-04')],
  ['zero for a signing time', '-ATTR-08', set(timeName, time(-62_135_596_800)), altered('ATTR-08')],
];

const headers: readonly Row[] = [
  ...[-257, -8, -47, 5, 0].map(
    (id): Row => [`algorithm ${id < 0 ? `minus ${-id}` : id}`, '-SIG-COSE-06', set(1, id), malformed('SIG-COSE-06')],
  ),
  ...[-35, -36, -37].map(
    (id): Row => [`algorithm minus ${-id} over a P-256 key`, '-SIG-COSE-06 -ALG-02', set(1, id), altered('ALG-02')],
  ),
  ['its algorithm as text', '-SIG-COSE-06', set(1, 'ES256'), malformed('SIG-COSE-06')],
  ['its algorithm as a float', '-SIG-COSE-06', set(1, new CborFloat(-7)), malformed('SIG-COSE-06')],
  ['no algorithm', '-SIG-COSE-06', drop(1), malformed('SIG-COSE-06')],
  ['a number for content type', '-SIG-COSE-08', set(3, 50), malformed('SIG-COSE-08')],
  ['another content type', '-SIG-COSE-08 -PAY-01', set(3, 'application/json'), malformed('SIG-COSE-08')],
  ['no critical list', '-SIG-COSE-07', drop(2), malformed('SIG-COSE-07')],
  ['an empty critical list', '-SIG-COSE-07', set(2, []), malformed('SIG-COSE-07')],
  ['text for a critical list', '-SIG-COSE-07', set(2, schemeName), malformed('SIG-COSE-07')],
  ['bytes in its critical list', '-SIG-COSE-07', set(2, [schemeName, Uint8Array.of(1)]), malformed('SIG-COSE-07')],
  ...[0, 1, 2, 3, 4, 5, 6, 8].map(
    (label): Row => [
      `label ${label} in its critical list`,
      '-SIG-COSE-07 -OC-14',
      {
        protect: (map) => {
          if (!map.has(label)) map.set(label, Uint8Array.of(1));
          critical(label)(map);
        },
      },
      malformed('SIG-COSE-07'),
    ],
  ),
  ['a critical label that does not exist', '-SIG-COSE-07', { protect: critical('x') }, malformed('SIG-COSE-07')],
  [
    'the scheme twice in its critical list',
    '-SIG-COSE-07 -OC-14',
    { protect: critical(schemeName) },
    malformed('SIG-COSE-07'),
  ],
  [
    'an integer label twice in its critical list',
    '-SIG-COSE-07 -OC-14',
    set(1000, 'x', 1000, 1000),
    malformed('SIG-COSE-07'),
  ],
  [
    'an expiry that is not critical',
    '-SIG-COSE-07 -ATTR-05',
    set(expiryName, time(year2099)),
    malformed('SIG-COSE-07'),
  ],
  ['an authentic time that is not critical', '-SIG-COSE-07', authority(critical()), malformed('SIG-COSE-07')],
  ['the signing time in its critical list', '-ATTR-03', { protect: critical(timeName) }, malformed('ATTR-03')],
  ['an unprotected critical list', '-SIG-COSE-16', unset(2, [schemeName]), malformed('SIG-COSE-16')],
  ...[7, 9, 11, 12].map(
    (label): Row => [
      `label ${label} among the protected headers`,
      '-SIG-COSE-16',
      set(label, Uint8Array.of(1)),
      malformed('SIG-COSE-16'),
    ],
  ),
  [
    'IV and Partial IV',
    '-SIG-COSE-17',
    { unprotect: (map) => map.set(5, Uint8Array.of(1)).set(6, Uint8Array.of(1)) },
    malformed('SIG-COSE-17'),
  ],
];

const structure: readonly Row[] = [
  ['no tag', '-SIG-COSE-02', message((envelope) => envelope.subarray(1)), malformed('SIG-COSE-02')],
  ['its tag in a longer form', '-SIG-COSE-02', message(replaced(1, 0xd8, 18)), malformed('SIG-COSE-02')],
  ['tag 98', '-SIG-COSE-02', message(replaced(1, 0xd8, 98)), malformed('SIG-COSE-02')],
  ['a CWT tag around it', '-SIG-COSE-02', message(prefixed(0xd8, 61)), malformed('SIG-COSE-02')],
  [
    'trailing bytes',
    '-SIG-COSE-02',
    message((envelope) => concatBytes([envelope, Uint8Array.of(0xf6)])),
    malformed('SIG-COSE-14'),
  ],
  [
    'an array of indefinite length',
    '-SIG-COSE-02 -SIG-COSE-14',
    message((envelope) => concatBytes([Uint8Array.of(0xd2, 0x9f), envelope.subarray(2), Uint8Array.of(0xff)])),
    malformed('SIG-COSE-02'),
  ],
  ['three elements', '-SIG-COSE-03', { parts: (parts) => parts.pop() }, malformed('SIG-COSE-02')],
  ['five elements', '-SIG-COSE-03', { parts: (parts) => parts.push(Uint8Array.of(0x40)) }, malformed('SIG-COSE-02')],
  ['a detached payload', '-SIG-COSE-03 -PAY-10', part(2, bytes(0xf6)), malformed('SIG-COSE-03')],
  ['an empty payload', '-SIG-COSE-03 -PAY-10', { payload: new Uint8Array() }, malformed('SIG-COSE-03')],
  ['a text payload', '-SIG-COSE-03', part(2, bytes(0x61, 0x61)), malformed('SIG-COSE-03')],
  ['an empty signature', '-SIG-COSE-03', part(3, bytes(0x40)), malformed('SIG-COSE-03')],
  ['an empty protected header', '-SIG-COSE-04', { protectedBytes: bytes() }, malformed('SIG-COSE-08')],
  ['an array in its protected header', '-SIG-COSE-04', { protectedBytes: bytes(0x80) }, malformed('SIG-COSE-04')],
  [
    'two maps in its protected header',
    '-SIG-COSE-04',
    { protectedBytes: (map) => concatBytes([map, Uint8Array.of(0xa0)]) },
    malformed('SIG-COSE-04'),
  ],
  ['a duplicate label', '-SIG-COSE-14 -OC-66', addRaw(0x01, 0x26), malformed('SIG-COSE-04')],
  ['a duplicate label in two lengths', '-SIG-COSE-14', addRaw(0x18, 0x01, 0x26), malformed('SIG-COSE-04')],
  [
    'a duplicate unprotected label',
    '-SIG-COSE-14',
    part(1, replaced(1, 0xa2, 0x18, 0x21, 0x80)),
    malformed('SIG-COSE-14'),
  ],
  ['text of indefinite length', '-SIG-COSE-14', addRaw(0x61, 0x78, 0x7f, 0x61, 0x61, 0xff), malformed('SIG-COSE-04')],
  ['a tag in its unprotected header', '-SIG-COSE-14', unset('x', time(1)), malformed('SIG-COSE-14')],
  ['no chain', '-SIG-COSE-11', { unprotect: (map) => map.delete(33) }, malformed('SIG-COSE-11')],
  ['an empty chain', '-SIG-COSE-11', unset(33, []), malformed('SIG-COSE-11')],
  [
    'a bare certificate for a chain',
    '-SIG-COSE-11',
    { unprotect: (map) => map.set(33, (map.get(33) as Uint8Array[])[0] ?? null) },
    malformed('SIG-COSE-11'),
  ],
  [
    'a chain in reverse order',
    '-ATTR-14',
    { unprotect: (map) => map.set(33, (map.get(33) as Uint8Array[]).toReversed()) },
    altered('VER-10'),
  ],
];

const changed: readonly Row[] = [
  [
    'its protected map encoded anew after signing',
    '-SIG-COSE-05',
    part(0, (item) => encodeCbor(reversed(decodeCbor(item, { maxBytes: 9999 }) as Uint8Array))),
    altered('VER-10'),
  ],
  [
    'its payload changed',
    '-SIG-COSE-05',
    part(2, () => encodeCbor(encodeUtf8(payload({ size: 1 })))),
    altered('VER-10'),
  ],
  ['its signature changed', '-SIG-COSE-05', part(3, flip(9)), altered('VER-10')],
  ['a signature of zeros', '-SIG-COSE-15', part(3, () => encodeCbor(new Uint8Array(64))), altered('VER-10')],
];

/** The same pairs, last first. */
function reversed(map: Uint8Array): Uint8Array {
  const value = decodeCbor(map, { maxBytes: 9999, tags: [1] });
  if (!isCborMap(value)) throw new Error('not a map');
  const pairs = [...value].toReversed().map(([key, item]) => concatBytes([encodeCbor(key), encodeCbor(item)]));
  return concatBytes([map.subarray(0, 1), ...pairs]);
}

function forms(chain: FreshChain, rsa: FreshChain): readonly Row[] {
  const privateKey = ({ keys }: FreshChain) =>
    createPrivateKey({ key: Buffer.from(keys[0]?.pkcs8 ?? []), format: 'der', type: 'pkcs8' });
  const pss =
    (saltLength: number): NonNullable<HandMadeCose['sign']> =>
    async (data) =>
      signRaw('sha256', data, { key: privateKey(rsa), padding: constants.RSA_PKCS1_PSS_PADDING, saltLength });
  return [
    [
      'an ASN.1 signature',
      '-SIG-COSE-15 -OC-62',
      { sign: async (data) => signRaw('sha256', data, { key: privateKey(chain), dsaEncoding: 'der' }) },
      altered('VER-10'),
    ],
    ['the chain of another signer', '-VER-10 -ATTR-18', unset(33, rsa.certificates), altered('ALG-02')],
    ['a chain without its root', '-CERT-04', unset(33, chain.certificates.slice(0, 1)), altered('CERT-04')],
    ['a chain with its root twice', '-CERT-01', unset(33, [...chain.certificates, chain.root]), altered('CERT-01')],
    ['PSS with a salt as long as the hash', '+SIG-COSE-15', { key: rsa.signingKey, sign: pss(32) }, 'trusted'],
    ['PSS without salt', '-SIG-COSE-15', { key: rsa.signingKey, sign: pss(0) }, altered('VER-10')],
  ];
}

export async function recordCose(recorder: Recorder): Promise<void> {
  const chain = await freshChain();
  const rsa = await freshChain({ type: 'rsa2048' });
  const anchor = recorder.certificates('roots/cose.pem', [chain.root, rsa.root]);
  const rows = [...accepted, ...attributes, ...headers, ...structure, ...changed, ...forms(chain, rsa)];
  for (const [name, rules, change, expect] of rows) {
    const made = await makeCose({ key: chain.signingKey, payload: encodeUtf8(payload()), ...change });
    const file = recorder.file(`envelopes/cose/${slug(name)}`, made);
    const input = { kind: 'envelope', file, mediaType: 'application/cose', anchors: [anchor] } as const;
    recorder.vector(`COSE with ${name}`, rules, 'nv2, by hand', input, expect);
  }
}
