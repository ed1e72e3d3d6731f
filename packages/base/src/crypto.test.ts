import { createPrivateKey, createPublicKey, generateKeyPairSync, sign as signRaw, constants } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeUtf8 } from './bytes.ts';
import {
  createHasher,
  encodeBase64,
  encodeBase64Url,
  encodeHex,
  encodeSpki,
  findPublicKey,
  hashBytes,
  hashHex,
  importPrivateKey,
  isSignatureValid,
  parseBase64,
  parseBase64Url,
  parseHex,
  type PublicKeyData,
  randomBytes,
  type SignatureScheme,
  signBytes,
} from './crypto.ts';

describe('text forms of bytes', () => {
  it('round-trip', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        expect(Uint8Array.from(parseHex(encodeHex(bytes)))).toEqual(bytes);
        expect(Uint8Array.from(parseBase64(encodeBase64(bytes)))).toEqual(bytes);
        expect(Uint8Array.from(parseBase64Url(encodeBase64Url(bytes)))).toEqual(bytes);
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it('respect views into a larger buffer', () => {
    const view = Uint8Array.of(0, 1, 2, 3).subarray(1, 3);
    expect(encodeHex(view)).toBe('0102');
    expect(encodeBase64(view)).toBe('AQI=');
  });

  it.each(['0', '0G', 'AB', ' 00', '00 ', '0x00'])('refuse %j as hexadecimal', (text) => {
    expect(() => parseHex(text)).toThrow(expect.objectContaining({ code: 'HEX_MALFORMED' }));
  });

  it.each([
    ['missing padding', 'AQI'],
    ['too much padding', 'AQI=='],
    ['trailing bits', 'AQJ='],
    ['white space', 'AQ I='],
    ['a line feed at the end', 'AQI=\n'],
    ['letters of the other alphabet', '-_-_'],
    ['a foreign letter', 'AQ!='],
    ['a letter beyond ASCII', 'AQIé'],
    ['a letter whose low byte is one of the alphabet', '\u0141QI='],
    ['padding in the middle', 'AQ==AQ=='],
    ['a single letter', 'A'],
  ])('refuse base64 with %s [-OC-60]', (_, text) => {
    expect(() => parseBase64(text)).toThrow(expect.objectContaining({ code: 'BASE64_MALFORMED' }));
  });

  it.each([
    ['padding', 'AQI='],
    ['trailing bits', 'AQJ'],
    ['white space', 'AQ I'],
    ['a line feed at the end', 'AQI\n'],
    ['letters of the other alphabet', '+/+/'],
    ['a dot', 'AQ.I'],
    ['a foreign letter', 'AQ!I'],
    ['a letter whose low byte is one of the alphabet', '\u0141QID'],
    ['a single letter', 'A'],
  ])('refuse base64url with %s [-OC-60 -OC-11]', (_, text) => {
    expect(() => parseBase64Url(text)).toThrow(expect.objectContaining({ code: 'BASE64_MALFORMED' }));
  });

  it('accept canonical base64 of either alphabet [+OC-60 +OC-11]', () => {
    expect(parseBase64('+/+/')).toEqual(parseBase64Url('-_-_'));
    expect(parseBase64('')).toHaveLength(0);
    expect(parseBase64Url('')).toHaveLength(0);
  });
});

describe('hashes', () => {
  it('match the known answers, whole and in parts', () => {
    const abc = encodeUtf8('abc');
    expect(hashHex('sha256', abc)).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    expect(encodeHex(hashBytes('sha384', abc)).slice(0, 16)).toBe('cb00753f45a35e8b');
    expect(hashHex('sha512', abc).slice(0, 16)).toBe('ddaf35a193617aba');
    const hasher = createHasher('sha256');
    hasher.update(encodeUtf8('a'));
    hasher.update(encodeUtf8('bc'));
    expect(encodeHex(hasher.digest())).toBe(hashHex('sha256', abc));
  });

  it('and randomness have the asked length', () => {
    expect(randomBytes(16)).toHaveLength(16);
    expect(randomBytes(16)).not.toEqual(randomBytes(16));
  });
});

describe('signatures', () => {
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const ecData = jwkData(ec.publicKey);
  const rsaData = jwkData(rsa.publicKey);
  const message = encodeUtf8('message');
  const ecdsa: SignatureScheme = { kind: 'ecdsa', hash: 'sha256', encoding: 'raw' };
  const pss: SignatureScheme = { kind: 'rsa-pss', hash: 'sha256' };

  it.each([
    ['ECDSA as r‖s', ecdsa, ec.privateKey, ecData],
    ['ECDSA in DER', { ...ecdsa, encoding: 'der' }, ec.privateKey, ecData],
    ['RSASSA-PSS', pss, rsa.privateKey, rsaData],
    ['RSASSA-PKCS1-v1_5', { ...pss, kind: 'rsa-pkcs1' }, rsa.privateKey, rsaData],
  ] as const)('of %s verify, and fail when one bit differs [+OC-62]', async (_, scheme, privateKey, data) => {
    const key = findPublicKey(data);
    if (key === undefined) throw new Error('key was refused');
    const signature = await signBytes(scheme, privateKey, message);
    expect(isSignatureValid(scheme, key, message, signature)).toBe(true);
    expect(isSignatureValid(scheme, key, encodeUtf8('massage'), signature)).toBe(false);
    const flipped = Uint8Array.from(signature, (byte, index) => (index === 40 ? byte ^ 1 : byte));
    expect(isSignatureValid(scheme, key, message, flipped)).toBe(false);
    expect(isSignatureValid(scheme, key, message, signature.subarray(0, -1))).toBe(false);
    expect(isSignatureValid(scheme, key, message, new Uint8Array())).toBe(false);
  });

  it('in DER are not taken for r‖s [-OC-62]', () => {
    const der = signRaw('sha256', message, { key: ec.privateKey, dsaEncoding: 'der' });
    expect(isSignatureValid(ecdsa, ec.publicKey, message, der)).toBe(false);
  });

  it.each([0, 20, 48, constants.RSA_PSS_SALTLEN_MAX_SIGN])(
    'of RSASSA-PSS with salt length %d are refused [-OC-62 -OC-11]',
    (saltLength) => {
      const signature = signRaw('sha256', message, {
        key: rsa.privateKey,
        padding: constants.RSA_PKCS1_PSS_PADDING,
        saltLength,
      });
      expect(isSignatureValid(pss, rsa.publicKey, message, signature)).toBe(false);
    },
  );

  it('of RSASSA-PSS with the salt length of the hash are accepted [+OC-11]', () => {
    const signature = signRaw('sha256', message, {
      key: rsa.privateKey,
      padding: constants.RSA_PKCS1_PSS_PADDING,
      saltLength: 32,
    });
    expect(isSignatureValid(pss, rsa.publicKey, message, signature)).toBe(true);
  });

  it('reject with the reason when a key cannot sign', async () => {
    await expect(signBytes(ecdsa, ec.publicKey, message)).rejects.toThrow();
  });
});

describe('keys', () => {
  it('with a point off the curve are no keys', () => {
    expect(
      findPublicKey({ kind: 'ec', curve: 'P-256', x: new Uint8Array(32).fill(1), y: new Uint8Array(32).fill(1) }),
    ).toBeUndefined();
  });

  it('are known by their SubjectPublicKeyInfo, whichever half is given', () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
    expect(encodeSpki(privateKey)).toEqual(encodeSpki(publicKey));
  });

  it('are imported from each private form', () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const spki = encodeSpki(privateKey);
    expect(encodeSpki(importPrivateKey(privateKey.export({ type: 'pkcs8', format: 'der' }), 'pkcs8'))).toEqual(spki);
    expect(encodeSpki(importPrivateKey(privateKey.export({ type: 'sec1', format: 'der' }), 'sec1'))).toEqual(spki);
    const encrypted = privateKey.export({ type: 'pkcs8', format: 'der', cipher: 'aes-256-cbc', passphrase: 'secret' });
    expect(encodeSpki(importPrivateKey(encrypted, 'encrypted-pkcs8', 'secret'))).toEqual(spki);
    expect(() => importPrivateKey(encrypted, 'encrypted-pkcs8', 'wrong')).toThrow();
    expect(() => importPrivateKey(Uint8Array.of(1, 2, 3), 'pkcs8')).toThrow();
    expect(
      createPublicKey(createPrivateKey({ key: privateKey.export({ type: 'pkcs8', format: 'pem' }), format: 'pem' }))
        .type,
    ).toBe('public');
  });
});

function jwkData(key: ReturnType<typeof createPublicKey>): PublicKeyData {
  const { n, e, x, y } = key.export({ format: 'jwk' });
  if (n !== undefined && e !== undefined)
    return { kind: 'rsa', modulus: parseBase64Url(n), exponent: parseBase64Url(e) };
  return { kind: 'ec', curve: 'P-256', x: parseBase64Url(x ?? ''), y: parseBase64Url(y ?? '') };
}
