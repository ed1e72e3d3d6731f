// Deterministic writers: the same draft gives the same bytes as another implementation's.

import { encodeHex, encodeUtf8, parseHex, parseJson, parseObject, parseSize, parseString } from '@nv2/base';
import { builtinFormats, type EnvelopeDraft, type EnvelopeFormat, type ExtendedAttribute } from '@nv2/envelope';
import { algorithmByName } from '@nv2/pki';

/** `same bytes`, or which part differs. */
export function judgeWriter(index: Uint8Array, format: 'jws' | 'cose'): string {
  const value = parseObject(parseJson(index, { maxBytes: 1 << 20 }), '$');
  return format === 'jws' ? judgeJws(value) : judgeCose(value);
}

type Document = ReturnType<typeof parseObject>;

const plain = (key: string, value: string): ExtendedAttribute => ({ key, value, isCritical: false });
const critical: ExtendedAttribute = { key: 'signedCritKey1', value: 'signedCritValue1', isCritical: true };

function judgeJws(document: Document): string {
  const draft: EnvelopeDraft = {
    payload: encodeUtf8('{"key":"hello JWS"}'),
    algorithm: algorithmByName('ES256'),
    signed: {
      contentType: 'application/vnd.cncf.notary.payload.v1+json',
      signingScheme: 'notary.x509',
      signingTime: new Date('2022-08-29T13:50:00Z'),
      expiry: new Date('2099-08-30T13:50:00Z'),
      extended: [
        critical,
        ...['signedKey1', 'signedKey2', 'signedKey3', 'signedKey4'].map((key) => plain(key, 'signedValue1')),
      ],
    },
  };
  const { signedBytes } = formatOf('jws').prepare(draft);
  const expected = `${parseString(document['protected'], '$.protected')}.${parseString(document['payload'], '$.payload')}`;
  const found = new TextDecoder().decode(signedBytes);
  return found === expected ? 'same bytes' : `other bytes: ${found}`;
}

function judgeCose(document: Document): string {
  const headers = parseObject(document['protectedHeaders'], '$.protectedHeaders');
  const expected = parseString(headers['cborHex'], '$.protectedHeaders.cborHex').toLowerCase();
  const draft: EnvelopeDraft = {
    payload: parseHex(parseString(document['payload'], '$.payload').toLowerCase()),
    algorithm: algorithmByName('PS384'),
    signed: {
      contentType: 'application/vnd.cncf.notary.payload.v1+json',
      signingScheme: 'notary.x509',
      signingTime: new Date(parseSize(document['signingTime'], '$.signingTime') * 1000),
      expiry: new Date(parseSize(document['expiry'], '$.expiry') * 1000),
      extended: [critical, plain('signedKey1', 'signedValue1')],
    },
  };
  const found = encodeHex(formatOf('cose').prepare(draft).signedBytes);
  return found.includes(expected) ? 'same bytes' : `other bytes: ${found}`;
}

function formatOf(name: 'jws' | 'cose'): EnvelopeFormat {
  const format = builtinFormats.find((candidate) => candidate.name === name);
  if (format === undefined) throw new TypeError(`no envelope format ${name}`);
  return format;
}
