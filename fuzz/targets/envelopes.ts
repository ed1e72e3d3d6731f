import assert from 'node:assert/strict';
import { CborTag, decodeCbor, encodeBase64Url, encodeCbor, encodeHex, isCborArray } from '@nv2/base';
import { checkIntegrity, parseEnvelope } from '@nv2/envelope';
import { encodePayload, parsePayload } from '@nv2/notary';
import { createCertificateCache } from '@nv2/pki';
import { findDateTime, formatDateTime } from '../../packages/envelope/src/rfc3339.ts';
import { isSemanticVersion } from '../../packages/envelope/src/semantic-version.ts';
import { readSeeds } from '../corpus.ts';
import { type FuzzTarget, textTarget } from '../target.ts';

const jws = 'application/jose+json';
const cose = 'application/cose';
const cache = createCertificateCache();
const names = [
  'io.cncf.notary.signingScheme',
  'io.cncf.notary.expiry',
  'io.cncf.notary.authenticSigningTime',
  'notary.x509.signingAuthority',
];
const jsonTokens = ['"crit":', '"alg":"none"', '"x5c":[', ',', '{', '}', '""', ...names.map((name) => `"${name}"`)];
const cborTokens = ['\xa1', '\xc1\x1a', '\x02\x81', '\x18\x21', '\x26', '\x40', '\xf6', ...names];

export const envelopeTargets: readonly FuzzTarget[] = [
  { name: 'jws', shape: 'json', run: (input, seeds) => checkEnvelope(input, jws, seeds), tokens: jsonTokens },
  { name: 'cose', shape: 'cbor', run: (input, seeds) => checkEnvelope(input, cose, seeds), tokens: cborTokens },
  {
    name: 'jws-protected',
    shape: 'json',
    run: (input) => checkEnvelope(wrapJws(input), jws, readSeeds('jws')),
    tokens: jsonTokens,
  },
  {
    name: 'cose-protected',
    shape: 'cbor',
    run: (input) => checkEnvelope(wrapCose(input), cose, readSeeds('cose')),
    tokens: cborTokens,
  },
  {
    name: 'payload',
    shape: 'json',
    run: checkPayload,
    tokens: ['"targetArtifact":', '"digest":', '"annotations":{', 'sha256:', '9007199254740993'],
  },
  textTarget('date-time', checkDateTime, ['T', 'Z', '+00:00', '-23:59', '.', '60', '02-29']),
  textTarget('semantic-version', (text) => assert.equal(isSemanticVersion(text), isVersion(text)), [
    '-',
    '+',
    '.',
    '0',
    '01',
    'a',
  ]),
];

const known = new Map<string, ReadonlySet<string>>();

/** Nobody but the signer can make an envelope that verifies: what does is one of the seeds but for its unsigned parts. */
function checkEnvelope(input: Uint8Array, mediaType: string, seeds: readonly Uint8Array[]): void {
  const envelope = parseEnvelope(input, mediaType);
  assert.ok(envelope.unsigned.certificateChain.length > 0, 'an empty chain');
  assert.ok(envelope.payload.length > 0, 'an empty payload');
  if (checkIntegrity(envelope, { cache }).status === 'failed') return;
  const originals = known.get(mediaType) ?? new Set(seeds.map((seed) => fingerprint(seed, mediaType)));
  known.set(mediaType, originals);
  assert.ok(originals.has(fingerprint(input, mediaType)), 'a changed envelope verifies');
}

function fingerprint(bytes: Uint8Array, mediaType: string): string {
  const { signedBytes, signature } = parseEnvelope(bytes, mediaType);
  return `${encodeHex(signedBytes)} ${encodeHex(signature)}`;
}

/** A good envelope with another protected header. */
function wrapJws(header: Uint8Array): Uint8Array {
  const envelope: Record<string, unknown> = JSON.parse(new TextDecoder().decode(readSeeds('jws')[0]));
  return Buffer.from(JSON.stringify({ ...envelope, protected: encodeBase64Url(header) }));
}

function wrapCose(header: Uint8Array): Uint8Array {
  const message = decodeCbor(readSeeds('cose')[0] ?? new Uint8Array(), { maxBytes: 1 << 16, tags: [18] });
  assert.ok(message instanceof CborTag && isCborArray(message.value));
  return encodeCbor(new CborTag(18, [header, ...message.value.slice(1)]));
}

function checkPayload(input: Uint8Array): void {
  // No annotations and an empty map of them are written alike.
  const encoded = encodePayload(parsePayload(input));
  assert.deepEqual(encodePayload(parsePayload(encoded)), encoded);
}

function checkDateTime(text: string): void {
  const date = findDateTime(text);
  if (date === undefined) return;
  assert.ok(!Number.isNaN(date.getTime()));
  const year = date.getUTCFullYear();
  if (year >= 0 && year <= 9999)
    assert.equal(findDateTime(formatDateTime(date))?.getTime(), Math.floor(date.getTime() / 1000) * 1000);
}

/** The grammar once more, by splitting. */
function isVersion(text: string): boolean {
  const [front = '', ...builds] = text.split('+');
  const dash = front.indexOf('-');
  const core = (dash < 0 ? front : front.slice(0, dash)).split('.');
  const tags = dash < 0 ? [] : front.slice(dash + 1).split('.');
  const isNumber = (part: string): boolean => /^[0-9]+$/.test(part) && (part === '0' || part[0] !== '0');
  const isWord = (part: string): boolean => /^[0-9A-Za-z-]+$/.test(part);
  return (
    text.length <= 256 &&
    core.length === 3 &&
    core.every(isNumber) &&
    tags.every((part) => isWord(part) && (!/^[0-9]+$/.test(part) || isNumber(part))) &&
    builds.length <= 1 &&
    (builds[0]?.split('.') ?? []).every(isWord)
  );
}
