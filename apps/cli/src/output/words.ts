// Small pieces of text that several messages need.

import { plainText } from '@nv2/base';
import type { CertificateSummary } from '@nv2/notary';

/** To the second, UTC. */
export function timeText(time: Date): string {
  return time.toISOString().replace(/\.\d{3}Z$/, 'Z');
}

export function certificateText(certificate: Pick<CertificateSummary, 'subject' | 'fingerprint'>): string {
  return `${certificate.subject} (sha256:${certificate.fingerprint})`;
}

/** A word that a shell passes on unchanged, whatever a stranger put into it. */
export function shellWord(word: string): string {
  const plain = plainText(word, 2000);
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(plain) ? plain : `'${plain.replaceAll("'", `'\\''`)}'`;
}

/** `jws` and `cose` for the two media types, else the media type. */
export function formatName(mediaType: string): string {
  switch (mediaType) {
    case 'application/jose+json':
      return 'jws';
    case 'application/cose':
      return 'cose';
    default:
      return plainText(mediaType);
  }
}

/** `1 signature`, `3 signatures`. */
export function countText(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
