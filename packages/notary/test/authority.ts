// A time-stamp authority for the tests of this package, and who trusts it.

import { checkRevocationOffline, checkTimestamp, type Timestamp } from '@nv2/pki';
import { encodeTestToken, mintChain, type TestChain, testTsa, type TestTsa, type TestTsaOptions } from '@nv2/testing';
import { createTimestamper, type Timestamper, type VerificationTrust } from '../src/index.ts';
import { at, chainOf, type PolicyOptions, policyTrust } from './scene.ts';

let chain: Promise<TestChain> | undefined;

export function authorityChain(): Promise<TestChain> {
  chain ??= mintChain({ purpose: 'timestamping', length: 3, keyIndex: 30 });
  return chain;
}

export interface Stamped extends TestTsa {
  readonly timestamp: Timestamper;
}

/** An authority whose clock stands at the scene's time unless said otherwise, and a time-stamper that asks it. */
export async function openAuthority(options: TestTsaOptions = {}): Promise<Stamped> {
  const tsa = await testTsa({ authority: await authorityChain(), now: () => at, ...options });
  const { root, transport } = tsa;
  const timestamp = createTimestamper({
    url: 'http://tsa.example.com',
    transport,
    roots: [root],
    checkRevocation: checkRevocationOffline,
  });
  return { ...tsa, timestamp };
}

/** Trusts the signer and the authority. */
export async function stampedTrust(by?: TestChain, options: PolicyOptions = {}): Promise<VerificationTrust> {
  const [signer, { root }] = await Promise.all([by ?? chainOf(), authorityChain()]);
  return policyTrust({ stores: ['ca:wabbit', 'tsa:wabbit'], ...options }, { ca: [signer.root], tsa: [root] });
}

/** A time that the authority really stated, for checkers that judge nothing. */
export async function provenTimestamp(): Promise<Timestamp> {
  const authority = await authorityChain();
  const data = new Uint8Array();
  const token = encodeTestToken({ authority, statement: { data } });
  const check = { token, data, roots: [authority.root], at, checkRevocation: checkRevocationOffline };
  const result = await checkTimestamp(check);
  if (result.status !== 'passed') throw new Error(result.reason);
  return result.timestamp;
}
