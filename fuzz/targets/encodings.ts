import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import {
  decodeCbor,
  decodeDer,
  encodeBase64,
  encodeCbor,
  encodeHex,
  encodeUtf8,
  parseBase64Url,
  encodeBase64Url,
  parseJson,
  parsePem,
  parseUtf8,
  quoteText,
} from '@nv2/base';
import { formatName, findRevocationSources, parseCertificate, parseCertificates } from '@nv2/pki';
import { type FuzzTarget, textTarget, unicodeTarget } from '../target.ts';

const jsonTokens = [
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '"',
  '\\u0061',
  '\\',
  'null',
  'true',
  '1e999',
  '-0',
  '"__proto__":',
  '\ufeff',
];
const derTokens = [
  '\x30\x80',
  '\x30\x82\xff\xff',
  '\x06\x03\x55\x1d\x13',
  '\x01\x01\xff',
  '\x05\x00',
  '\x30\x00',
  '\x18\x0f',
];
const cborTokens = [
  '\x9f',
  '\xbf',
  '\xff',
  '\xc1',
  '\xd2',
  '\x1b',
  '\xfb',
  '\xf7',
  '\xa1\x01\x01',
  '\x5a\xff\xff\xff\xff',
];

export const encodingTargets: readonly FuzzTarget[] = [
  { name: 'json', shape: 'json', run: checkJson, tokens: jsonTokens },
  {
    name: 'json-strict',
    shape: 'json',
    run: (input) => parseJson(input, { maxBytes: 1 << 16, maxDepth: 8, maxValues: 500, refuseCaseVariants: true }),
    tokens: jsonTokens,
  },
  { name: 'der', shape: 'der', run: checkDer, tokens: derTokens },
  { name: 'certificate', shape: 'der', run: checkCertificate, tokens: derTokens },
  {
    name: 'certificate-file',
    run: checkCertificateFile,
    tokens: ['-----BEGIN CERTIFICATE-----', '-----END CERTIFICATE-----', '\r\n', '\n', '='],
  },
  {
    name: 'pem',
    run: checkPem,
    tokens: ['-----BEGIN A-----', '-----END A-----', 'Proc-Type: 4,ENCRYPTED', '\r', '\n', '\n\n', '='],
  },
  { name: 'cbor', shape: 'cbor', run: (input) => checkCbor(input, false), tokens: cborTokens },
  { name: 'cbor-long-heads', shape: 'cbor', run: (input) => checkCbor(input, true), tokens: cborTokens },
  textTarget('base64url', (text) => assert.equal(encodeBase64Url(parseBase64Url(text)), text), ['=', '-', '_', '.']),
  unicodeTarget('quoted-text', checkQuoted, ['\u202e', '\u001b[2J', '\r', '\u{1f600}', '\ud800']),
];

/** What we accept, JSON.parse accepts and reads alike. */
function checkJson(input: Uint8Array): void {
  const value = parseJson(input, { maxBytes: 1 << 16 });
  assert.equal(JSON.stringify(value), JSON.stringify(JSON.parse(parseUtf8(input))));
}

/** The bytes of the members are the bytes of the whole. */
function checkDer(input: Uint8Array): void {
  const root = decodeDer(input, { maxBytes: 1 << 16 });
  assert.deepEqual(root.bytes, input);
  if (!root.isConstructed) return;
  let total = 0;
  const members = root.members();
  while (!members.isAtEnd) total += members.readAny('a member').byteLength;
  assert.equal(total, root.content.length);
}

/** OpenSSL, where it reads the certificate too, sees the same dates. */
function checkCertificate(input: Uint8Array): void {
  const certificate = parseCertificate(input);
  assert.deepEqual(certificate.der, input);
  assert.equal(typeof formatName(certificate.subject), 'string');
  assert.ok(Array.isArray(findRevocationSources(certificate).crl));
  const other = readByOpenssl(input);
  if (other === undefined) return;
  assert.equal(certificate.notBefore.getTime(), Date.parse(other.validFrom));
  assert.equal(certificate.notAfter.getTime(), Date.parse(other.validTo));
}

function readByOpenssl(der: Uint8Array): X509Certificate | undefined {
  try {
    return new X509Certificate(der);
  } catch {
    // It need not read all that we do.
    return undefined;
  }
}

function checkCertificateFile(input: Uint8Array): void {
  const certificates = parseCertificates(input);
  assert.ok(certificates.length > 0);
  for (const { der } of certificates) assert.deepEqual(parseCertificate(der).der, der);
}

/** Written anew, the blocks are the same. */
function checkPem(input: Uint8Array): void {
  const blocks = parsePem(input);
  const written = blocks.map(
    ({ label, der }) => `-----BEGIN ${label}-----\n${encodeBase64(der)}\n-----END ${label}-----\n`,
  );
  const again = parsePem(written.join(''));
  assert.deepEqual(
    again.map(({ label, der }) => [label, encodeHex(der)]),
    blocks.map(({ label, der }) => [label, encodeHex(der)]),
  );
}

/** Encoding is stable from the first time on. */
function checkCbor(input: Uint8Array, allowLongHeads: boolean): void {
  const options = { maxBytes: 1 << 16, tags: [1, 18], allowLongHeads };
  const encoded = encodeCbor(decodeCbor(input, options));
  assert.deepEqual(encodeCbor(decodeCbor(encoded, options)), encoded);
}

function checkQuoted(text: string): void {
  const quoted = quoteText(text);
  assert.doesNotMatch(quoted, /[\p{Cc}\p{Cf}]/u);
  assert.ok(quoted.isWellFormed());
  assert.ok(encodeUtf8(quoted).length < 1000);
}
