// What one checker remembers while it lives: parsed answers whose signatures have been checked. Bounded, and never a result:
// whether an answer still counts is judged each time.

import { BoundedMap } from '../bounded-map.ts';
import { defaultCacheEntries, maxRememberedCrlBytes } from '../limits.ts';
import type { CrlPair } from './judge-crl.ts';
import type { OcspAnswer } from './prove-ocsp.ts';

export interface RememberedOcspAnswer {
  readonly answer: OcspAnswer;
  readonly storedAt: Date;
}

/** To which question, also: another issuer or another server is another one. */
export interface LastOcspAnswer extends RememberedOcspAnswer {
  readonly url: string;
  /** Fingerprint. */
  readonly issuer: string;
}

export interface RevocationMemory {
  /** The last answer about each certificate, by its fingerprint: a string that is at hand, so that none is made to ask. */
  readonly ocsp: Pick<BoundedMap<LastOcspAnswer>, 'find' | 'set'>;
  findCrl(url: string): CrlPair | undefined;
  setCrl(url: string, pair: CrlPair): void;
}

export function createRevocationMemory(): RevocationMemory {
  const crls = new Map<string, CrlPair>();
  let bytes = 0;

  function remove(url: string): void {
    const pair = crls.get(url);
    if (pair === undefined) return;
    crls.delete(url);
    bytes -= sizeOf(pair);
  }

  return {
    ocsp: new BoundedMap(defaultCacheEntries),
    findCrl: (url) => crls.get(url),
    setCrl(url, pair) {
      remove(url);
      crls.set(url, pair);
      bytes += sizeOf(pair);
      // The oldest go first; the newest stays even if it is larger than the bound alone.
      for (const oldest of crls.keys()) {
        if (bytes <= maxRememberedCrlBytes || oldest === url) break;
        remove(oldest);
      }
    },
  };
}

function sizeOf({ base, delta }: CrlPair): number {
  return base.der.length + (delta?.der.length ?? 0);
}
