// Where trusted certificates come from, and how a chain is matched with them.

import { isEqualBytes, quoteText } from '@nv2/base';
import type { Certificate, CertificateCache } from '@nv2/pki';
import { TrustError } from '../errors.ts';
import { checkStoreMembers } from './members.ts';
import { formatStoreName, isStoreName, type StoreName, type StoreType } from './store-name.ts';

/** Named collections of trusted certificates. Only stores that a statement names are ever asked for (TS-03). */
export interface TrustStore {
  /**
   * All certificates of one store; at least one, each fit for its type (TS-07…TS-09). A store that has them answers at once.
   *
   * @throws TrustError `TRUST_STORE_NOT_FOUND`, `TRUST_STORE_INVALID`
   */
  certificates(
    type: StoreType,
    name: string,
    options?: { readonly signal?: AbortSignal },
  ): readonly Certificate[] | Promise<readonly Certificate[]>;
}

/** A trust store from values, under the same rules as one on disk. */
export function memoryTrustStore(
  entries: readonly (StoreName & { readonly certificates: readonly Certificate[] })[],
): TrustStore {
  return {
    certificates: async (type, name) => {
      assertStoreName({ type, name });
      const entry = entries.find((candidate) => candidate.type === type && candidate.name === name);
      if (entry === undefined) throw storeNotFound({ type, name });
      assertStoreMembers({ type, name }, entry.certificates);
      return entry.certificates;
    },
  };
}

/** @throws TrustError `TRUST_STORE_INVALID` unless the name obeys TS-04. */
export function assertStoreName(store: StoreName): void {
  if (isStoreName(store.name)) return;
  const expected = 'a name of letters, digits, ".", "_" and "-"';
  throw new TrustError(
    'TRUST_STORE_INVALID',
    `trust store ${store.type}: expected ${expected}, found ${quoteText(store.name)}`,
  );
}

/** @throws TrustError `TRUST_STORE_INVALID` for the first certificate that breaks TS-07, TS-08 or TS-09. */
export function assertStoreMembers(
  store: StoreName,
  certificates: readonly Certificate[],
  options: { readonly cache?: CertificateCache; readonly nameOf?: (index: number) => string } = {},
): void {
  const problem = checkStoreMembers(store.type, certificates, options.cache);
  if (problem === undefined) return;
  const which =
    problem.index === undefined ? '' : ` ${options.nameOf?.(problem.index) ?? `certificate ${problem.index + 1}`}:`;
  throw new TrustError('TRUST_STORE_INVALID', `trust store ${formatStoreName(store)}:${which} ${problem.reason}`, {
    details: { rule: problem.rule },
  });
}

export function storeNotFound(store: StoreName): TrustError {
  return new TrustError('TRUST_STORE_NOT_FOUND', `trust store ${formatStoreName(store)} does not exist`);
}

/**
 * TS-02, TS-10, TS-11: the certificates of all stores of one type among those a statement names, without duplicates.
 * Stores of other types are not touched; one that fails to load fails the whole.
 *
 * @returns an empty list when the statement names no store of this type
 * @throws whatever {@link TrustStore.certificates} throws
 */
export async function readTrustedCertificates(
  trustStore: TrustStore,
  stores: readonly StoreName[],
  options: { readonly type: StoreType; readonly signal?: AbortSignal },
): Promise<readonly Certificate[]> {
  const names = new Set(stores.filter((store) => store.type === options.type).map((store) => store.name));
  const signal = options.signal === undefined ? {} : { signal: options.signal };
  const trusted = new Map<string, Certificate>();
  for (const name of names) {
    for (const certificate of await trustStore.certificates(options.type, name, signal)) {
      trusted.set(certificate.fingerprint, certificate);
    }
  }
  return [...trusted.values()];
}

export interface Anchor {
  /** The first certificate of the chain, leaf included, that is trusted. */
  readonly anchor: Certificate;
  /** How many certificates of the chain, the leaf first, are at or below a trusted one. */
  readonly vouched: number;
}

/** TS-10: where a chain meets the trusted certificates, byte for byte. Validity in time is the chain's matter (TS-13). */
export function findAnchor(chain: readonly Certificate[], trusted: readonly Certificate[]): Anchor | undefined {
  const place = chain.findIndex((certificate) => isTrusted(certificate, trusted));
  const anchor = chain[place];
  if (anchor === undefined) return undefined;
  const last = chain.findLastIndex((certificate, index) => index === place || isTrusted(certificate, trusted));
  return { anchor, vouched: last + 1 };
}

function isTrusted({ fingerprint, der }: Certificate, trusted: readonly Certificate[]): boolean {
  // A fingerprint is the SHA-256 of the bytes; the comparison that decides is of the bytes themselves.
  for (const candidate of trusted) {
    if (candidate.fingerprint === fingerprint && isEqualBytes(candidate.der, der)) return true;
  }
  return false;
}
