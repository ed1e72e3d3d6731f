// Good envelopes: every algorithm, format, scheme and length of chain.

import { encodeUtf8 } from '@nv2/base';
import { builtinFormats, type SignedAttributes, signEnvelope } from '@nv2/envelope';
import { parseCertificate, type SigningKey } from '@nv2/pki';
import { toSigningKey } from '../../packages/testing/src/pki.ts';
import type { SubjectFile } from '../case.ts';
import { freshChain } from './fresh-chain.ts';
import { payload } from './target.ts';
import type { Recorder } from './recorder.ts';

const source = 'nv2';
const algorithms = {
  rsa2048: 'PS256',
  rsa3072: 'PS384',
  rsa4096: 'PS512',
  p256: 'ES256',
  p384: 'ES384',
  p521: 'ES512',
} as const;
const types = Object.keys(algorithms) as (keyof typeof algorithms)[];
const schemes: readonly SignedAttributes['signingScheme'][] = ['notary.x509', 'notary.x509.signingAuthority'];

export async function recordMatrix(recorder: Recorder, subject: SubjectFile): Promise<void> {
  for (const type of types) {
    for (const length of [1, 3]) {
      const chain = await freshChain({ type, length });
      const [leaf, ...issuers] = chain.certificates.map((der) => parseCertificate(der));
      if (leaf === undefined || chain.keys[0] === undefined) throw new Error('no leaf');
      const key = toSigningKey(chain.keys[0], [leaf, ...issuers]);
      const anchor = recorder.certificates(`roots/${type}.${length}.pem`, [chain.root]);
      for (const scheme of schemes) await recordFormats(recorder, { type, length, scheme, key, anchor, subject });
    }
  }
}

interface Cell {
  readonly type: keyof typeof algorithms;
  readonly length: number;
  readonly scheme: SignedAttributes['signingScheme'];
  readonly key: SigningKey;
  readonly anchor: string;
  readonly subject: SubjectFile;
}

async function recordFormats(recorder: Recorder, cell: Cell): Promise<void> {
  const { type, length, scheme, key, anchor, subject } = cell;
  const isAuthority = scheme !== 'notary.x509';
  for (const format of builtinFormats) {
    const bytes = await signEnvelope({
      format,
      payload: encodeUtf8(payload()),
      key,
      signingTime: new Date('2026-03-01T12:00:00Z'),
      signingAgent: 'nv2/vectors',
      scheme,
    });
    const stem = `${type}.${length}${isAuthority ? '.authority' : ''}.${format.name}`;
    const file = recorder.file(`envelopes/good/${stem}`, bytes);
    const name = `${algorithms[type]} in ${format.name}, chain of ${length}, ${scheme}`;
    const store = isAuthority ? ({ store: 'signingAuthority' } as const) : {};
    const other = isAuthority ? {} : ({ store: 'signingAuthority' } as const);
    const prefix = format.name === 'jws' ? 'SIG-JWS' : 'SIG-COSE';
    const rules = `+${prefix}-01 +ALG-01 +ALG-02 +ATTR-01 +VER-10 ${length === 1 ? '+CERT-04' : '+CERT-01'}`;
    const input = { kind: 'envelope', file, anchors: [anchor], subject } as const;
    recorder.vector(`${name}, is trusted`, rules, source, { ...input, ...store }, 'trusted');
    recorder.vector(
      `${name}, is not trusted through the other type of store`,
      '-TS-02',
      source,
      { ...input, ...other },
      'untrusted authenticity signer-unknown',
    );
  }
}
