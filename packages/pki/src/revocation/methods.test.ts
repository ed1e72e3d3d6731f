import { revocationContract } from '@nv2/testing';
import { maxCrlBytes, maxOcspResponseBytes } from '../limits.ts';
import { crlMethod } from './crl.ts';
import { ocspMethod } from './ocsp.ts';

const year = (n: number): Date => new Date(`${n}-01-01T00:00:00Z`);
const past = { thisUpdate: year(2022), nextUpdate: year(2023) };
const future = { thisUpdate: year(2025), nextUpdate: year(2026) };

revocationContract({
  method: ocspMethod,
  names: (url) => ({ ocspUrls: [url] }),
  says: {
    good: (world) => world.ocsp(0),
    revoked: (world) => world.ocsp(0, { status: 'revoked' }),
    stale: (world) => world.ocsp(0, past),
    future: (world) => world.ocsp(0, future),
    forged: (world) => world.ocsp(0, {}, { isForged: true }),
    nonsense: (world) => world.crl(0),
  },
  maxBytes: maxOcspResponseBytes,
});

revocationContract({
  method: crlMethod,
  names: (url) => ({ crlUrls: [url] }),
  says: {
    good: (world) => world.crl(0),
    revoked: (world) => {
      const { serialNumber } = world.certificate(0);
      return world.crl(0, { entries: [{ serialNumber, revokedAt: year(2023), reason: 1 }] });
    },
    stale: (world) => world.crl(0, past),
    future: (world) => world.crl(0, future),
    forged: (world) => world.crl(0, { isForged: true }),
    nonsense: (world) => world.ocsp(0),
  },
  maxBytes: maxCrlBytes,
});
