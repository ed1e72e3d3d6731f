import assert from 'node:assert/strict';
import { decodeDer } from '@nv2/base';
import { parseCrlCacheFile } from '@nv2/config';
import { parseCrl, parseOcspResponse } from '@nv2/pki';
import type { FuzzTarget } from '../target.ts';

const derTokens = [
  '\x30\x80',
  '\x30\x00',
  '\x0a\x01\x01',
  '\x80\x00',
  '\x82\x00',
  '\xa1\x11',
  '\x01\x01\xff',
  '\x18\x0f',
  '\x55\x1d\x15',
];

export const revocationTargets: readonly FuzzTarget[] = [
  { name: 'ocsp-response', shape: 'der', run: checkOcspResponse, tokens: derTokens },
  { name: 'crl', shape: 'der', run: checkCrl, tokens: derTokens },
  {
    name: 'crl-cache-file',
    shape: 'json',
    run: (input) => parseCrlCacheFile(input, 'fuzz'),
    tokens: ['"baseCRL"', '"deltaCRL"', 'null', '=', '"MAA="', ',', '{', '}'],
  },
];

function checkOcspResponse(input: Uint8Array): void {
  const response = parseOcspResponse(input);
  assert.ok(input.length >= response.tbs.length);
  assert.ok(response.responses.every(({ thisUpdate }) => !Number.isNaN(thisUpdate.getTime())));
}

/** Its entries are read by a scanner of their own, which takes nothing that the reader of DER would not take. */
function checkCrl(input: Uint8Array): void {
  const crl = parseCrl(input);
  assert.doesNotThrow(() => decodeDer(input, { maxBytes: 1 << 20 }));
  assert.ok(!Number.isNaN(crl.thisUpdate.getTime()));
}
