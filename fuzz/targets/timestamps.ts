import assert from 'node:assert/strict';
import { decodeDer, isEqualBytes } from '@nv2/base';
import { type Certificate, checkTimestamp, createCertificateCache, isSelfSigned, parseTimestampToken } from '@nv2/pki';
import { toDer } from '../../packages/pki/src/timestamp/ber.ts';
import { parseTimestampResponse } from '../../packages/pki/src/timestamp/response.ts';
import { parseTstInfo } from '../../packages/pki/src/timestamp/tst-info.ts';
import type { FuzzTarget } from '../target.ts';

const tokens = [
  '\x30\x80',
  '\x30\x84\x00\x00',
  '\x81',
  '\x05\x00',
  '\x31\x00',
  '\xa0\x00',
  '\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02',
  '\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x02\x2f',
  '\x18\x0f20240621071205Z',
];
const cache = createCertificateCache();

export const timestampTargets: readonly FuzzTarget[] = [
  { name: 'ber', shape: 'der', run: checkBer, tokens },
  { name: 'tst-info', shape: 'der', run: checkTstInfo, tokens },
  { name: 'timestamp-response', shape: 'der', run: (input) => parseTimestampResponse(input), tokens },
  { name: 'timestamp-token', shape: 'der', run: checkToken, tokens },
];

/** Converted once, it does not change any more; what is DER stays as it is. */
function checkBer(input: Uint8Array): void {
  const der = toDer(input);
  assert.ok(isEqualBytes(toDer(der), der));
  if (isDer(input)) assert.equal(der, input);
}

function isDer(input: Uint8Array): boolean {
  try {
    decodeDer(input, { maxBytes: input.length });
    return true;
  } catch {
    // The target says nothing about what is not DER.
    return false;
  }
}

function checkTstInfo(input: Uint8Array): void {
  const { earliest, genTime, latest, accuracyMs } = parseTstInfo(input);
  assert.ok(earliest.getTime() <= genTime.getTime() && genTime.getTime() <= latest.getTime());
  assert.equal(genTime.getTime() - earliest.getTime(), accuracyMs);
}

/** Nobody but the authority can say another time: a token that is genuine says what one of the seeds says. */
async function checkToken(input: Uint8Array, seeds: readonly Uint8Array[]): Promise<void> {
  const at = new Date('2026-01-01T00:00:00Z');
  const checkRevocation = () => Promise.resolve({ status: 'passed', certificates: [] } as const);
  const data = new Uint8Array();
  const result = await checkTimestamp({ token: input, data, roots: rootsOf(seeds), at, checkRevocation, cache });
  if (result.status !== 'passed') {
    // It may still be shown.
    parseTimestampToken(input);
    return;
  }
  const times = seeds.map((seed) => parseTimestampToken(seed).genTime.getTime());
  assert.ok(times.includes(result.timestamp.genTime.getTime()));
}

const roots = new WeakMap<readonly Uint8Array[], readonly Certificate[]>();

/** The seeds carry the root of their authority, so that it is at hand. */
function rootsOf(seeds: readonly Uint8Array[]): readonly Certificate[] {
  const known =
    roots.get(seeds) ??
    seeds.flatMap((seed) => parseTimestampToken(seed).certificates.filter((one) => isSelfSigned(one, cache)));
  roots.set(seeds, known);
  return known;
}
