// Keys and trust in the one directory that the reference and we share.

import { type MintChainOptions, mintChain, type TestChain } from '@nv2/testing';
import type { Lab } from './lab.ts';

export interface NamedChain {
  readonly name: string;
  readonly chain: TestChain;
}

/** Lists keys by name: PEM files, and `signingkeys.json` as its specification shows it. */
export async function listKeys(lab: Lab, keys: readonly NamedChain[]): Promise<void> {
  const entries = [];
  for (const { name, chain } of keys) {
    const keyPath = await lab.write(`keys/${name}.key`, chain.key.pkcs8Pem, 0o600);
    const certPath = await lab.write(`keys/${name}.crt`, chain.pem);
    entries.push({ name, keyPath, certPath });
  }
  const first = keys[0] === undefined ? {} : { default: keys[0].name };
  await lab.write('.config/notation/signingkeys.json', JSON.stringify({ ...first, keys: entries }), 0o600);
}

/** Puts the roots of chains into the store `ca:NAME`. */
export async function trustRoots(lab: Lab, store: string, keys: readonly NamedChain[]): Promise<void> {
  for (const { name, chain } of keys) {
    const root = chain.pem.slice(chain.pem.lastIndexOf('-----BEGIN'));
    await lab.write(`.config/notation/truststore/x509/ca/${store}/${name}.crt`, root);
  }
}

export interface PolicyOptions {
  readonly level?: string;
  readonly override?: Readonly<Record<string, string>>;
  readonly identities?: readonly string[];
  readonly scopes?: readonly string[];
}

/** The policy under the one name that all versions of the reference read. */
export async function writePolicy(lab: Lab, store: string, options: PolicyOptions = {}): Promise<void> {
  const { level = 'strict', override, identities = ['*'], scopes = ['*'] } = options;
  const statement = {
    name: 'interop',
    registryScopes: scopes,
    signatureVerification: { level, ...(override && { override }) },
    trustStores: [`ca:${store}`],
    trustedIdentities: identities,
  };
  const policy = JSON.stringify({ version: '1.0', trustPolicies: [statement] }, undefined, 2);
  await lab.write('.config/notation/trustpolicy.json', policy, 0o600);
}

/** One key called `release`, listed, trusted and under a policy. */
export async function trustOneKey(lab: Lab, options: MintChainOptions = {}): Promise<TestChain> {
  const chain = await mintChain({ keyIndex: 300, length: 3, ...options });
  const release = { name: 'release', chain };
  await listKeys(lab, [release]);
  await trustRoots(lab, 'interop', [release]);
  await writePolicy(lab, 'interop');
  return chain;
}
