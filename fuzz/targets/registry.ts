import assert from 'node:assert/strict';
import { bytesResponse, isNv2Error } from '@nv2/base';
import { checkRange, findChunkRange } from '../../apps/registry-server/src/http/range.ts';
import { parseTarget } from '../../apps/registry-server/src/http/target.ts';
import { encodeLayoutIndex, parseLayoutIndex } from '../../packages/oci-layout/src/index-json.ts';
import { parseChallenges } from '../../packages/registry-client/src/auth/challenge.ts';
import { mergeScopes } from '../../packages/registry-client/src/auth/scopes.ts';
import { parseTokenService } from '../../packages/registry-client/src/auth/token.ts';
import { readComplaints } from '../../packages/registry-client/src/http/failure.ts';
import { findNextPage } from '../../packages/registry-client/src/http/link.ts';
import { registryOrigin } from '../../packages/registry-client/src/origin.ts';
import { encodeListing, parseListing } from '../../packages/registry-client/src/referrers/listing.ts';
import { type FuzzTarget, textTarget } from '../target.ts';

const listTokens = ['"manifests":[', '"mediaType":', '"digest":"sha256:', '"annotations":{', 'null', '-1', ','];

export const registryTargets: readonly FuzzTarget[] = [
  textTarget('challenge', checkChallenge, [
    'Bearer ',
    'Basic ',
    'realm="',
    '"',
    ',',
    '=',
    '==',
    '\\"',
    ' ',
    'https://',
  ]),
  textTarget('link', checkLink, ['<', '>', '; rel="next"', 'rel=next', '"', ';', ',', '//other.example', '\\']),
  textTarget(
    'scope',
    (text) => assert.deepEqual(mergeScopes(mergeScopes(text.split(' '))), mergeScopes(text.split(' '))),
    [':', ',', '*', ' ', 'repository:', 'pull'],
  ),
  textTarget('registry-host', (text) => assert.match(registryOrigin(text), /^https?:\/\/[^/@\s]+$/), [
    '[::1]',
    ':5000',
    '@',
    '/',
    '%',
    '.',
    '127.1',
  ]),
  {
    name: 'error-body',
    shape: 'json',
    run: checkComplaints,
    tokens: ['"errors":[', '"code":', '"message":', 'null', '{}'],
  },
  { name: 'referrers-listing', shape: 'json', run: checkListing, tokens: listTokens },
  { name: 'layout-index', shape: 'json', run: checkLayoutIndex, tokens: listTokens },
  textTarget('range', checkRanges, ['bytes=', '-', ',', ' ', '0', '99', '999999999999999']),
  textTarget('content-range', checkChunk, ['bytes ', '-', '/*', '/', '0', '999999999999999']),
  textTarget('target', checkTarget, ['/v2/', '%2e', '%2f', '..', '/./', '?', '&', '=', '%', '+', '\\', '//']),
];

function checkChallenge(text: string): void {
  for (const challenge of parseChallenges([text])) {
    assert.equal(challenge.scheme, challenge.scheme.toLowerCase());
    for (const name of challenge.parameters.keys()) assert.equal(name, name.toLowerCase());
    try {
      const { realm } = parseTokenService(challenge, 'https://registry.example');
      assert.equal(realm.protocol, 'https:');
    } catch (error) {
      if (!isNv2Error(error)) throw error;
    }
  }
}

/** The next page is always at the same registry. */
function checkLink(text: string): void {
  const page = new URL('https://registry.example/v2/a/tags/list');
  const next = findNextPage(bytesResponse(200, [['Link', text]], new Uint8Array()), page, 'listing tags');
  if (next !== undefined) assert.equal(next.origin, page.origin);
}

async function checkComplaints(input: Uint8Array): Promise<void> {
  const complaints = await readComplaints(bytesResponse(500, [], input));
  for (const { code, message } of complaints) assert.equal(typeof code + typeof message, 'stringstring');
}

function checkListing(input: Uint8Array): void {
  const listing = parseListing(input);
  const digest = listing.entries.find(({ descriptor }) => descriptor !== undefined)?.descriptor?.digest;
  if (digest === undefined) return;
  const without = parseListing(encodeListing(listing, { kind: 'remove', digest }));
  assert.ok(without.entries.every(({ descriptor }) => descriptor !== undefined && descriptor.digest !== digest));
}

function checkLayoutIndex(input: Uint8Array): void {
  const index = parseLayoutIndex(input);
  assert.deepEqual(parseLayoutIndex(encodeLayoutIndex(index)), index);
}

function checkRanges(text: string): void {
  for (const size of [0, 1, 100]) {
    const outcome = checkRange(text, size);
    if (outcome.kind !== 'parts') continue;
    assert.ok(outcome.parts.length <= 16);
    for (const { start, end } of outcome.parts) assert.ok(start >= 0 && start <= end && end < size);
    const total = outcome.parts.reduce((sum, { start, end }) => sum + end - start + 1, 0);
    assert.ok(total <= size, 'parts overlap');
  }
}

function checkChunk(text: string): void {
  const range = findChunkRange(text);
  if (range !== undefined) assert.ok(Number.isSafeInteger(range.start) && range.start <= range.end);
}

function checkTarget(text: string): void {
  const { path } = parseTarget(text);
  assert.ok(path.startsWith('/'));
  assert.ok(!path.split('/').some((segment) => segment === '..' || segment === '.'));
  // oxlint-disable-next-line no-control-regex -- exactly what must not get through
  assert.doesNotMatch(path, /[\u0000-\u0020\u007f\\]/);
}
