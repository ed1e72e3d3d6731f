import { encodeBase64 } from '@nv2/base';
import { caExtensions, mintCertificate, mintChain, testKeyPair } from '@nv2/testing';
import { describe, expect, it } from 'vitest';
import { BoundedMap } from './bounded-map.ts';
import { createCertificateCache } from './certificate-cache.ts';
import { parseCertificate } from './parse-certificate.ts';

describe('the certificate cache', () => {
  it('gives the same certificate and key for the same bytes', async () => {
    const { certificates } = await mintChain({ length: 2, keyType: 'rsa2048' });
    const cache = createCertificateCache();
    const first = cache.parse(certificates[0].der);
    expect(first).toEqual(certificates[0]);
    expect(cache.parse(Uint8Array.from(certificates[0].der))).toBe(first);
    expect(cache.publicKey(first)).toBe(cache.publicKey(certificates[0]));
    expect(cache.publicKey(first)?.asymmetricKeyType).toBe('rsa');
  });

  it('shares keys between certificates, and has none for keys of another kind', async () => {
    const cache = createCertificateCache();
    const [one, two] = [
      await mintCertificate({ subject: 'C=US,CN=a' }),
      await mintCertificate({ subject: 'C=US,CN=b' }),
    ];
    expect(cache.publicKey(one)).toBe(cache.publicKey(two));
    const issuer = { subject: 'C=US,CN=CA', key: testKeyPair('p256', 1) };
    expect(cache.publicKey(await mintCertificate({ key: testKeyPair('ed25519'), issuer }))).toBeUndefined();
  });

  it('remembers proven links only between the very certificates they were proven for', async () => {
    const cache = createCertificateCache();
    const ca = { subject: 'C=US,CN=CA', key: testKeyPair('p256', 1) };
    const parent = await mintCertificate({ ...ca, extensions: caExtensions });
    const child = await mintCertificate({ issuer: ca });
    const namesake = await mintCertificate({ ...ca, key: testKeyPair('p256', 2), extensions: caExtensions });
    const stranger = await mintCertificate({ issuer: { ...ca, key: testKeyPair('p256', 2) } });
    for (let round = 0; round < 2; round++) {
      expect(cache.isSignedBy(child, parent)).toBe(true);
      expect(cache.isSignedBy(child, namesake)).toBe(false);
      expect(cache.isSignedBy(stranger, parent)).toBe(false);
      expect(cache.isSignedBy(parent, child)).toBe(false);
    }
  });

  it('tells certificates apart that end in the same bytes', async () => {
    const { certificates } = await mintChain({ length: 2 });
    const { der } = certificates[0];
    const other = Uint8Array.from(der);
    // A letter of the subject: what a certificate says is not in its last bytes.
    const letter = findBytes(other, certificates[0].subject.der) + certificates[0].subject.der.length - 1;
    other[letter] = (other[letter] ?? 0) ^ 1;
    const cache = createCertificateCache();
    for (let round = 0; round < 2; round++) {
      expect(cache.parse(der).fingerprint).toBe(certificates[0].fingerprint);
      expect(cache.parse(other)).toEqual(parseCertificate(other));
    }
  });

  it('gives the bytes of a certificate for its base64 and for no other text', async () => {
    const { certificates } = await mintChain({ length: 2 });
    const cache = createCertificateCache();
    const { der } = cache.parse(certificates[0].der);
    const text = encodeBase64(der);
    expect(cache.findDer(text)).toBe(der);
    const others = [
      `A${text.slice(1)}`,
      `${text}=`,
      text.slice(0, -1),
      text.slice(4),
      '',
      encodeBase64(certificates[1]!.der),
    ];
    for (const other of others) expect(cache.findDer(other)).toBeUndefined();
  });

  it('knows a chain only as the very certificates in the very order that were kept, for that purpose', async () => {
    const { certificates } = await mintChain({ length: 3 });
    const [leaf, intermediate, root] = certificates;
    const cache = createCertificateCache();
    expect(cache.isKnownChain(certificates, 'code-signing')).toBe(false);
    cache.keepChain(certificates, 'code-signing');
    expect(cache.isKnownChain([...certificates], 'code-signing')).toBe(true);
    const others = [[], [leaf], [leaf, root!, intermediate!], [intermediate!, root!], [...certificates, root!]];
    for (const other of others) expect(cache.isKnownChain(other, 'code-signing')).toBe(false);
    expect(cache.isKnownChain([{ ...leaf }, intermediate!, root!], 'code-signing')).toBe(false);
    expect(cache.isKnownChain(certificates, 'timestamping')).toBe(false);
  });

  it('does not keep what is malformed', () => {
    const cache = createCertificateCache();
    for (let round = 0; round < 2; round++) {
      expect(() => cache.parse(new Uint8Array(3))).toThrow(
        expect.objectContaining({ code: 'PKI_CERTIFICATE_INVALID' }),
      );
    }
  });

  it('stays within its bound and still answers', async () => {
    const { certificates } = await mintChain({ length: 3 });
    const cache = createCertificateCache({ maxEntries: 2 });
    const [leaf, intermediate, root] = certificates;
    const first = cache.parse(leaf.der);
    cache.parse(intermediate!.der);
    cache.parse(root!.der);
    expect(cache.parse(leaf.der)).not.toBe(first);
    expect(cache.isSignedBy(leaf, intermediate!)).toBe(true);
  });
});

function findBytes(whole: Uint8Array, part: Uint8Array): number {
  return whole.findIndex((_, start) => part.every((byte, at) => whole[start + at] === byte));
}

describe('a bounded map', () => {
  it('forgets what was used longest ago', () => {
    const map = new BoundedMap<number>(2);
    map.set('a', 1);
    map.set('b', 2);
    expect(map.find('a')).toBe(1);
    map.set('c', 3);
    expect([map.find('a'), map.find('b'), map.find('c'), map.size]).toEqual([1, undefined, 3, 2]);
    map.set('a', 4);
    expect([map.find('a'), map.size]).toEqual([4, 2]);
  });

  it('never exceeds its bound and keeps at least the younger half', () => {
    const map = new BoundedMap<number>(8);
    for (let key = 0; key < 100; key++) {
      map.set(String(key), key);
      map.find('0');
      expect(map.size).toBeLessThanOrEqual(8);
      expect(map.find('0')).toBe(0);
      for (let recent = Math.max(0, key - 2); recent <= key; recent++) expect(map.find(String(recent))).toBe(recent);
    }
  });
});
