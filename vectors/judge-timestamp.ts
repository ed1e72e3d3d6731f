// Judges tokens and responses of time-stamp authorities.

import { assertNever } from '@nv2/base';
import { type Certificate, checkTimestamp, parseTimestampToken, type RevocationChecker } from '@nv2/pki';
import { parseTimestampResponse } from '../packages/pki/src/timestamp/response.ts';

/** For what is judged beside the question of revocation: the authorities of foreign vectors are not asked. */
export const nobodyIsRevoked: RevocationChecker = () => Promise.resolve({ status: 'passed', certificates: [] });

/** `passed`, or `failed` with the broken rule. */
export async function judgeToken(
  token: Uint8Array,
  roots: readonly Certificate[],
  data: Uint8Array = new Uint8Array(),
): Promise<string> {
  const at = new Date('2026-12-01T12:00:00Z');
  const request = { token, data, roots, at, checkRevocation: nobodyIsRevoked };
  const result = await checkTimestamp(request);
  return result.status === 'failed' ? `failed ${result.rule}` : result.status;
}

export function judgeResponse(bytes: Uint8Array): string {
  const response = parseTimestampResponse(bytes);
  switch (response.status) {
    case 'granted':
      return `granted ${parseTimestampToken(response.token).genTime.toISOString()}`;
    case 'refused':
      return ['refused', response.refusal.status, ...response.refusal.failures].join(' ');
    default:
      return assertNever(response);
  }
}
