// The CRL cache, seen from a check: every failure of it is told and forgiven, and nothing past its time comes out (REV-32).

import type { CrlPair } from './judge-crl.ts';
import type { RevocationTools } from './method.ts';
import { parseCrl } from './parse-crl.ts';

/** What is kept for a URL and not past its time. Whether it is genuine is for the caller to judge (REV-34). */
export async function readCrlCache(url: string, at: Date, tools: RevocationTools): Promise<CrlPair | undefined> {
  const { crlCache: cache, tell } = tools;
  if (cache === undefined) return undefined;
  tell?.({ type: 'crl-cache-read', url });
  try {
    const bundle = await cache.find(url);
    if (bundle === undefined) {
      tell?.({ type: 'crl-cache-miss', url });
      return undefined;
    }
    const base = parseCrl(bundle.base);
    const delta = bundle.delta === undefined ? undefined : parseCrl(bundle.delta);
    const expired = [base, delta].find(
      (crl) => crl?.nextUpdate !== undefined && crl.nextUpdate.getTime() < at.getTime(),
    );
    if (expired?.nextUpdate !== undefined) {
      tell?.({ type: 'crl-cache-expired', url, nextUpdate: expired.nextUpdate });
      return undefined;
    }
    tell?.({ type: 'crl-cache-hit', url });
    return { base, delta };
  } catch (error) {
    // A cache that fails is no cache: the CRL is fetched.
    tell?.({ type: 'crl-cache-read-failed', url, error });
    return undefined;
  }
}

export async function writeCrlCache(url: string, { base, delta }: CrlPair, tools: RevocationTools): Promise<void> {
  const { crlCache: cache, tell } = tools;
  if (cache === undefined) return;
  tell?.({ type: 'crl-cache-write', url });
  try {
    await cache.store(url, { base: base.der, ...(delta === undefined ? {} : { delta: delta.der }) });
  } catch (error) {
    // Not to be able to keep a CRL changes nothing about it.
    tell?.({ type: 'crl-cache-write-failed', url, error });
  }
}

export async function removeFromCrlCache(url: string, reason: string, tools: RevocationTools): Promise<void> {
  const { crlCache: cache, tell } = tools;
  if (cache === undefined) return;
  tell?.({ type: 'crl-cache-evicted', url, reason });
  try {
    await cache.remove(url);
  } catch (error) {
    // It stays, and is refused again the next time.
    tell?.({ type: 'crl-cache-write-failed', url, error });
  }
}
