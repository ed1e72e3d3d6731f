// What signing did, in words and as data.

import type { SigningOptions } from '@nv2/notary';
import type { Descriptor } from '@nv2/oci';
import { formatName as formatDistinguishedName } from '@nv2/pki';
import { plainText } from '@nv2/base';
import type { CommandResult } from '../command.ts';
import { certificateText, timeText } from './words.ts';

export interface SignedFacts {
  /** By digest. */
  readonly subject: string;
  readonly descriptor: Descriptor;
  /** Reference of the signature manifest, when it was stored. */
  readonly signature?: string;
  /** Path of the envelope, when it was written. */
  readonly file?: string;
  readonly signing: SigningOptions;
}

/** Standard output: where the signature is, by digest; a path when it is only in a file. */
export function describeSigning({ subject, descriptor, signature, file, signing }: SignedFacts): CommandResult {
  const { key, format, at, expirySeconds = 0, userMetadata = {} } = signing;
  const [leaf] = key.chain;
  const signer = { subject: plainText(formatDistinguishedName(leaf.subject), 512), fingerprint: leaf.fingerprint };
  const signedAt = new Date(Math.floor(at.getTime() / 1000) * 1000);
  const expiry = expirySeconds === 0 ? undefined : new Date(signedAt.getTime() + expirySeconds * 1000);
  const where = signature ?? file;
  return {
    conclusion: 'done',
    report: {
      subject,
      descriptor: { mediaType: descriptor.mediaType, digest: descriptor.digest, size: descriptor.size },
      ...(signature === undefined ? {} : { signature }),
      ...(file === undefined ? {} : { file }),
      format: format.name,
      key: key.name,
      signer: { subject: signer.subject, fingerprint: `sha256:${signer.fingerprint}` },
      time: timeText(signedAt),
      ...(expiry === undefined ? {} : { expiry: timeText(expiry) }),
      userMetadata,
    },
    result: where === undefined ? [] : [where],
    text: [
      `nv2: ${subject}: signed`,
      `  signer: ${certificateText(signer)}`,
      `  key: ${key.name}`,
      `  format: ${format.name}`,
      ...(expiry === undefined ? [] : [`  expires: ${timeText(expiry)}`]),
      ...(signature === undefined ? [] : [`  signature: ${signature}`]),
      ...(file === undefined ? [] : [`  file: ${file}`]),
    ],
  };
}
