// JWS envelopes that differ from a good one in one thing.

import { constants, createHmac, createPrivateKey, sign as signRaw } from 'node:crypto';
import { encodeBase64, encodeBase64Url, encodeUtf8, parseBase64Url } from '@nv2/base';
import { expiryName, type HandMadeJws, makeJws, timeName } from '../../packages/envelope/test/hand-made-jws.ts';
import { type FreshChain, freshChain } from './fresh-chain.ts';
import { altered, edit, flattened, flip, inEnvelope, inHeader, malformed, type Row, set, text } from './jws-changes.ts';
import { attributes, headers } from './jws-headers.ts';
import { type Recorder, slug } from './recorder.ts';
import { payload, target } from './target.ts';

const accepted: readonly Row[] = [
  ['the plain envelope', '+SIG-JWS-02 +SIG-JWS-04 +SIG-JWS-09 +OC-61', {}, 'trusted'],
  ['white space between members', '+SIG-JWS-02', text((json) => json.replaceAll('":', '" :\n')), 'trusted'],
  [
    'members in another order',
    '+SIG-JWS-03',
    text((json) => JSON.stringify(Object.fromEntries(Object.entries(flattened(json)).toReversed()))),
    'trusted',
  ],
  ['an expiry ahead', '+ATTR-05 +EXP-01', set(expiryName, '2099-01-01T00:00:00Z', expiryName), 'trusted'],
  ['an offset in its time', '+SIG-JWS-12', set(timeName, '2026-03-01T04:00:00-08:00'), 'trusted'],
  ['a fraction in its time', '+SIG-JWS-12', set(timeName, '2026-03-01T12:00:00.123456789Z'), 'trusted'],
  ['a signing time in the future, which is a claim only', '+ATTR-03', set(timeName, '2098-01-01T00:00:00Z'), 'trusted'],
  ['an extended attribute that is not critical', '+ATTR-09 +OC-01', set('com.example.a', { a: [1, true] }), 'trusted'],
  ['x5c among the protected headers', '+SIG-JWS-21', set('x5c', ['AAAA']), 'trusted'],
  ['unknown unprotected headers', '+SIG-JWS-17', inHeader('com.example.a', { deep: [1] }), 'trusted'],
  [
    'unprotected headers named like protected ones',
    '+SIG-JWS-21 +ATTR-18',
    inHeader(expiryName, '1970-01-01T00:00:00Z'),
    'trusted',
  ],
  ['the old name of the signing agent', '+SIG-JWS-16', inHeader('io.cncf.notary.SigningAgent', 'x/0'), 'trusted'],
  ['annotations in its payload', '+PAY-04', { payload: payload({ annotations: { a: 'b' } }) }, 'trusted'],
  ['unknown members in its payload', '+PAY-13', { payload: payload({ artifactType: 'a/b', x: 1 }) }, 'trusted'],
  ['spaces in its payload', '+PAY-11', { payload: payload().replaceAll('":', '" : ') }, 'trusted'],
];

const serialization: readonly Row[] = [
  [
    'compact form',
    '-SIG-JWS-02',
    text((json) => ['protected', 'payload', 'signature'].map((name) => flattened(json)[name]).join('.')),
    malformed('SIG-JWS-02'),
  ],
  [
    'general form',
    '-SIG-JWS-02',
    text((json) => JSON.stringify({ payload: flattened(json)['payload'], signatures: [flattened(json)] })),
    malformed('SIG-JWS-02'),
  ],
  ['something after it', '-SIG-JWS-02', text((json) => `${json}{}`), malformed('SIG-JWS-02')],
  ['a byte order mark', '-SIG-JWS-02', text((json) => `\ufeff${json}`), malformed('SIG-JWS-02')],
  ['nothing at all', '-SIG-JWS-02', text(() => ''), malformed('SIG-JWS-02')],
  ['a fifth member', '-SIG-JWS-03', inEnvelope('extra', 1), malformed('SIG-JWS-03')],
  [
    '__proto__ as a fifth member',
    '-SIG-JWS-03 -OC-61',
    text((json) => json.replace('{', '{"__proto__":{},')),
    malformed('SIG-JWS-03'),
  ],
  [
    'a duplicate payload',
    '-SIG-JWS-03 -OC-61',
    text((json) => json.replace('{', '{"payload":"e30",')),
    malformed('SIG-JWS-02'),
  ],
  [
    'a payload in two cases',
    '-SIG-JWS-03',
    text((json) => json.replace('{', '{"Payload":"e30",')),
    malformed('SIG-JWS-02'),
  ],
  [
    'a payload in another case alone',
    '-SIG-JWS-03',
    text((json) => json.replace('"payload"', '"Payload"')),
    malformed('SIG-JWS-03'),
  ],
  ['a chain in two cases', '-SIG-JWS-03', inHeader('X5C', []), malformed('SIG-JWS-02')],
  [
    'padding in its signature',
    '-SIG-JWS-04 -OC-60',
    edit('signature', (value) => `${value}==`),
    malformed('SIG-JWS-04'),
  ],
  [
    'a line feed in its payload',
    '-SIG-JWS-04 -OC-60',
    edit('payload', (value) => `${value}\n`),
    malformed('SIG-JWS-04'),
  ],
  ['letters of the other alphabet', '-SIG-JWS-04', edit('signature', () => '+'.repeat(86)), malformed('SIG-JWS-04')],
  ['unused bits set in its signature', '-SIG-JWS-04 -OC-11', edit('signature', withUnusedBit), malformed('SIG-JWS-04')],
  ['a dot in its payload', '-SIG-JWS-23', edit('payload', (value) => `${value}.e30`), malformed('SIG-JWS-04')],
  ['a detached payload', '-PAY-10', inEnvelope('payload', ''), malformed('PAY-10')],
  ['an empty payload, properly signed', '-PAY-10', { payload: '' }, malformed('PAY-10')],
  ['no chain', '-SIG-JWS-14', { header: (members) => delete members['x5c'] }, malformed('SIG-JWS-14')],
  ['an empty chain', '-SIG-JWS-14 -ATTR-14', inHeader('x5c', []), malformed('SIG-JWS-14')],
  [
    'a chain in base64url',
    '-SIG-JWS-14',
    {
      header: (members) =>
        void (members['x5c'] = (members['x5c'] as string[]).map((value) =>
          value.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', ''),
        )),
    },
    malformed('SIG-JWS-14'),
  ],
  [
    'a chain that is text',
    '-SIG-JWS-14',
    { header: (members) => void (members['x5c'] = (members['x5c'] as string[])[0]) },
    malformed('SIG-JWS-14'),
  ],
  [
    'a chain in reverse order',
    '-ATTR-14',
    { header: (members) => void (members['x5c'] = (members['x5c'] as string[]).toReversed()) },
    altered('VER-10'),
  ],
  [
    'a certificate that is none',
    '-CERT-01',
    inHeader('x5c', [encodeBase64(Uint8Array.of(0x30, 0))]),
    altered('CERT-01'),
  ],
];

const changed: readonly Row[] = [
  [
    'its payload changed',
    '-SIG-JWS-05',
    edit('payload', () => encodeBase64Url(encodeUtf8(payload({ size: 1 })))),
    altered('VER-10'),
  ],
  [
    'its protected header changed',
    '-SIG-JWS-05',
    edit('protected', (value) =>
      encodeBase64Url(encodeUtf8(Buffer.from(value, 'base64url').toString().replace('2026', '2025'))),
    ),
    altered('VER-10'),
  ],
  [
    'its protected header encoded anew',
    '-SIG-JWS-05',
    edit('protected', (value) => encodeBase64Url(encodeUtf8(`${Buffer.from(value, 'base64url').toString()} `))),
    altered('VER-10'),
  ],
  ['its signature changed', '-SIG-JWS-05', edit('signature', (value) => flip(value, 5)), altered('VER-10')],
  [
    'a signature of zeros',
    '-SIG-JWS-18',
    edit('signature', () => encodeBase64Url(new Uint8Array(64))),
    altered('VER-10'),
  ],
  [
    'a shorter signature',
    '-SIG-JWS-18',
    edit('signature', (value) => encodeBase64Url(parseBase64Url(value).subarray(0, 63))),
    altered('VER-10'),
  ],
];

const payloads: readonly Row[] = [
  ['a payload that is no JSON', '-PAY-02 -PAY-12', { payload: 'hello' }, 'untrusted payload malformed'],
  ['a payload without target', '-PAY-02', { payload: '{}' }, 'untrusted payload malformed'],
  ['a target without digest', '-PAY-03', { payload: payload({ digest: undefined }) }, 'untrusted payload malformed'],
  [
    'a digest in upper case',
    '-PAY-05',
    { payload: payload({ digest: `sha256:${'A'.repeat(64)}` }) },
    'untrusted payload malformed',
  ],
  ['a size that is no integer', '-PAY-03', { payload: payload({ size: 1.5 }) }, 'untrusted payload malformed'],
  [
    'a size beyond 2^53',
    '-PAY-03 -OC-61',
    { payload: payload().replace(`"size":${target.size}`, '"size":9007199254740993') },
    'untrusted payload malformed',
  ],
  [
    'a duplicate digest',
    '-OC-61',
    { payload: payload().replace('"size"', `"digest":"sha256:${'0'.repeat(64)}","size"`) },
    'untrusted payload malformed',
  ],
  [
    'a target in two cases',
    '-OC-61',
    { payload: payload().replace('{', '{"TargetArtifact":{},') },
    'untrusted payload malformed',
  ],
];

function withUnusedBit(encoded: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return encoded.slice(0, -1) + alphabet[alphabet.indexOf(encoded.slice(-1)) | 1];
}

/** Signatures of a right message in a wrong form. */
function forms(chain: FreshChain, rsa: FreshChain): readonly Row[] {
  type Signer = NonNullable<HandMadeJws['sign']>;
  const privateKey = (of: FreshChain) =>
    createPrivateKey({ key: Buffer.from(of.keys[0]?.pkcs8 ?? []), format: 'der', type: 'pkcs8' });
  const pss =
    (saltLength: number): Signer =>
    async (data) =>
      signRaw('sha256', data, { key: privateKey(rsa), padding: constants.RSA_PKCS1_PSS_PADDING, saltLength });
  return [
    [
      'an ASN.1 signature',
      '-SIG-JWS-18 -OC-62',
      { sign: async (data) => signRaw('sha256', data, { key: privateKey(chain), dsaEncoding: 'der' }) },
      altered('VER-10'),
    ],
    [
      'a MAC with the public key under alg ES256',
      '-SIG-JWS-06',
      {
        sign: async (data) =>
          createHmac('sha256', chain.keys[0]?.spki ?? '')
            .update(data)
            .digest(),
      },
      altered('VER-10'),
    ],
    [
      'a signature by the key of its root',
      '-VER-10',
      {
        sign: async (data) =>
          signRaw('sha256', data, {
            key: createPrivateKey({ key: Buffer.from(chain.keys[1]?.pkcs8 ?? []), format: 'der', type: 'pkcs8' }),
            dsaEncoding: 'ieee-p1363',
          }),
      },
      altered('VER-10'),
    ],
    [
      'the chain of another signer',
      '-VER-10 -ATTR-18',
      inHeader('x5c', rsa.certificates.map(encodeBase64)),
      altered('ALG-02'),
    ],
    [
      'a chain without its root',
      '-CERT-04',
      inHeader('x5c', chain.certificates.slice(0, 1).map(encodeBase64)),
      altered('CERT-04'),
    ],
    [
      'a chain with its root twice',
      '-CERT-01',
      inHeader('x5c', [...chain.certificates, chain.root].map(encodeBase64)),
      altered('CERT-01'),
    ],
    ['PSS with a salt as long as the hash', '+SIG-JWS-19', { key: rsa.signingKey, sign: pss(32) }, 'trusted'],
    ['PSS without salt', '-SIG-JWS-19 -OC-11', { key: rsa.signingKey, sign: pss(0) }, altered('VER-10')],
    ['PSS with the longest salt', '-SIG-JWS-19 -OC-11', { key: rsa.signingKey, sign: pss(222) }, altered('VER-10')],
    [
      'PKCS #1 version 1.5 under alg PS256',
      '-SIG-JWS-19',
      { key: rsa.signingKey, sign: async (data) => signRaw('sha256', data, privateKey(rsa)) },
      altered('VER-10'),
    ],
  ];
}

export async function recordJws(recorder: Recorder): Promise<void> {
  const chain = await freshChain();
  const rsa = await freshChain({ type: 'rsa2048' });
  const anchor = recorder.certificates('roots/jws.pem', [chain.root, rsa.root]);
  const rows = [
    ...accepted,
    ...attributes,
    ...headers,
    ...serialization,
    ...changed,
    ...payloads,
    ...forms(chain, rsa),
  ];
  for (const [name, rules, change, expect] of rows) {
    const bytes = await makeJws({ key: chain.signingKey, payload: payload(), ...change });
    const file = recorder.file(`envelopes/jws/${slug(name)}`, bytes);
    const input = { kind: 'envelope', file, mediaType: 'application/jose+json', anchors: [anchor] } as const;
    recorder.vector(`JWS with ${name}`, rules, 'nv2, by hand', input, expect);
  }
}
