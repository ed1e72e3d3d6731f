// COSE envelopes made by hand and properly signed, so that a case differs from a good envelope in one thing only.

import { type CborMap, CborTag, type CborValue, concatBytes, encodeCbor } from '@nv2/base';
import type { SigningKey } from '@nv2/pki';
import { testSigningKey } from '@nv2/testing';

export type Labels = Map<string | number, CborValue>;

export interface HandMadeCose {
  /** Changes the protected header. */
  readonly protect?: (map: Labels) => unknown;
  /** Replaces the bytes of the protected header. */
  readonly protectedBytes?: (bytes: Uint8Array) => Uint8Array;
  readonly payload?: Uint8Array;
  readonly sign?: (data: Uint8Array, key: SigningKey) => Promise<Uint8Array>;
  /** Changes the unprotected header. */
  readonly unprotect?: (map: Labels) => unknown;
  /** Replaces elements of the message, after signing, by encoded items. */
  readonly parts?: (parts: Uint8Array[]) => unknown;
  /** Replaces the bytes of the envelope. */
  readonly bytes?: (bytes: Uint8Array) => Uint8Array;
  readonly key?: SigningKey;
}

export const schemeName = 'io.cncf.notary.signingScheme';
export const timeName = 'io.cncf.notary.signingTime';
export const authenticName = 'io.cncf.notary.authenticSigningTime';
export const expiryName = 'io.cncf.notary.expiry';
export const pluginName = 'io.cncf.notary.verificationPlugin';
export const versionName = 'io.cncf.notary.verificationPluginMinVersion';

/** 2026-03-01T12:00:00Z */
export const signingSeconds = 1_772_366_400;

function plainProtected(coseId: number): Labels {
  return new Map<string | number, CborValue>([
    [1, coseId],
    [2, [schemeName]],
    [3, 'application/vnd.cncf.notary.payload.v1+json'],
    [schemeName, 'notary.x509'],
    [timeName, new CborTag(1, signingSeconds)],
  ]);
}

/** Turns a plain protected header into one of the signing-authority scheme. */
export function toAuthority(map: Labels): void {
  map.delete(timeName);
  map.set(schemeName, 'notary.x509.signingAuthority');
  map.set(authenticName, new CborTag(1, signingSeconds));
  map.set(2, [schemeName, authenticName]);
}

export async function makeCose(change: HandMadeCose = {}): Promise<Uint8Array> {
  const key = change.key ?? (await testSigningKey());
  const map = plainProtected(key.algorithm.coseId);
  change.protect?.(map);
  const plainBytes = encodeCbor(map);
  const protectedBytes = change.protectedBytes?.(plainBytes) ?? plainBytes;
  const payload = change.payload ?? Uint8Array.from(Buffer.from('{"targetArtifact":{}}'));
  const data = encodeCbor(['Signature1', protectedBytes, new Uint8Array(), payload]);
  const signature = await (change.sign ? change.sign(data, key) : key.sign(data));
  const unprotected: Labels = new Map([[33, key.chain.map(({ der }) => der)]]);
  change.unprotect?.(unprotected);
  const parts = [protectedBytes, unprotected as CborMap, payload, signature].map(encodeCbor);
  change.parts?.(parts);
  const bytes = concatBytes([Uint8Array.of(0xd2, 0x80 + parts.length), ...parts]);
  return change.bytes?.(bytes) ?? bytes;
}

/** An item's bytes with its length written in four bytes instead of as few as possible. */
export function withLongHead(item: Uint8Array): Uint8Array {
  const [initial = 0] = item;
  const info = initial & 0x1f;
  const width = info < 24 ? 0 : 1 << (info - 24);
  const length = width === 0 ? info : item.subarray(1, 1 + width).reduce((sum, byte) => sum * 256 + byte, 0);
  return concatBytes([
    Uint8Array.of((initial & 0xe0) | 26, length >>> 24, (length >> 16) & 0xff, (length >> 8) & 0xff, length & 0xff),
    item.subarray(1 + width),
  ]);
}
