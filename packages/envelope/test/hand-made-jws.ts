// JWS envelopes made by hand and properly signed, so that a case differs from a good envelope in one thing only.

import { encodeBase64, encodeBase64Url, encodeUtf8 } from '@nv2/base';
import type { SigningKey } from '@nv2/pki';
import { testSigningKey } from '@nv2/testing';

export type Members = Record<string, unknown>;

export interface HandMadeJws {
  /** Changes the protected header. */
  readonly protect?: (members: Members) => unknown;
  /** Replaces the text of the protected header. */
  readonly protectedText?: (text: string) => string;
  readonly payload?: string;
  readonly sign?: (data: Uint8Array, key: SigningKey) => Promise<Uint8Array>;
  /** Changes the unprotected header. */
  readonly header?: (members: Members) => unknown;
  /** Changes the four members, after signing. */
  readonly envelope?: (members: Members) => unknown;
  /** Replaces the text of the envelope. */
  readonly text?: (text: string) => string;
  readonly key?: SigningKey;
}

export const schemeName = 'io.cncf.notary.signingScheme';
export const timeName = 'io.cncf.notary.signingTime';
export const authenticName = 'io.cncf.notary.authenticSigningTime';
export const expiryName = 'io.cncf.notary.expiry';
export const pluginName = 'io.cncf.notary.verificationPlugin';
export const versionName = 'io.cncf.notary.verificationPluginMinVersion';

export function plainProtected(alg = 'ES256'): Members {
  return {
    alg,
    crit: [schemeName],
    cty: 'application/vnd.cncf.notary.payload.v1+json',
    [schemeName]: 'notary.x509',
    [timeName]: '2026-03-01T12:00:00Z',
  };
}

/** Turns a plain protected header into one of the signing-authority scheme. */
export function toAuthority(members: Members): void {
  delete members[timeName];
  members[schemeName] = 'notary.x509.signingAuthority';
  members[authenticName] = '2026-03-01T12:00:00Z';
  members['crit'] = [schemeName, authenticName];
}

export async function makeJws(change: HandMadeJws = {}): Promise<Uint8Array> {
  const key = change.key ?? (await testSigningKey());
  const members = plainProtected(key.algorithm.name);
  change.protect?.(members);
  const plainText = JSON.stringify(members);
  const protectedText = encodeBase64Url(encodeUtf8(change.protectedText?.(plainText) ?? plainText));
  const payload = encodeBase64Url(encodeUtf8(change.payload ?? '{"targetArtifact":{}}'));
  const data = encodeUtf8(`${protectedText}.${payload}`);
  const signature = await (change.sign ? change.sign(data, key) : key.sign(data));
  const header: Members = { x5c: key.chain.map(({ der }) => encodeBase64(der)) };
  change.header?.(header);
  const envelope: Members = { payload, protected: protectedText, header, signature: encodeBase64Url(signature) };
  change.envelope?.(envelope);
  const text = JSON.stringify(envelope);
  return encodeUtf8(change.text?.(text) ?? text);
}
