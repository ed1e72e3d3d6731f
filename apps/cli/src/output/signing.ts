// What signing did, in words and as data.

import { plainText } from '@nv2/base';
import type { SigningOptions } from '@nv2/notary';
import { type Certificate, formatName as formatDistinguishedName } from '@nv2/pki';
import type { CommandResult, Report } from '../command.ts';
import type { SignedArtifact } from '../sign-stored.ts';
import { certificateText, timeText } from './words.ts';

/** Standard output: where the signature is, by digest; a path when it is only in a file. */
export function describeSigning(signed: SignedArtifact, signing: SigningOptions): CommandResult {
  const { status, subject, descriptor, signature, file } = signed;
  const where = signature ?? file;
  const { report, text } = describeSigner(signing, signed.signer);
  return {
    conclusion: 'done',
    report: {
      subject,
      status,
      descriptor: { mediaType: descriptor.mediaType, digest: descriptor.digest, size: descriptor.size },
      ...(signature === undefined ? {} : { signature }),
      ...(file === undefined ? {} : { file }),
      ...report,
    },
    result: where === undefined ? [] : [where],
    text: [
      `nv2: ${subject}: ${status === 'present' ? 'signed already, nothing was done' : 'signed'}`,
      ...(status === 'present' ? text.slice(0, 2) : text),
      ...(signature === undefined ? [] : [`  signature: ${signature}`]),
      ...(file === undefined ? [] : [`  file: ${file}`]),
    ],
  };
}

/** Who signs, and what every signature of this run says. The certificate of a key far away is known once it has signed. */
export function describeSigner(
  signing: SigningOptions,
  signedBy?: Certificate,
): { readonly report: Report; readonly text: readonly string[] } {
  const { key, format, at, expirySeconds = 0, userMetadata = {} } = signing;
  const leaf = 'chain' in key ? key.chain[0] : signedBy;
  const signer =
    leaf === undefined
      ? undefined
      : { subject: plainText(formatDistinguishedName(leaf.subject), 512), fingerprint: leaf.fingerprint };
  const signedAt = new Date(Math.floor(at.getTime() / 1000) * 1000);
  const expiry = expirySeconds === 0 ? undefined : new Date(signedAt.getTime() + expirySeconds * 1000);
  return {
    report: {
      format: format.name,
      key: key.name,
      ...(signer === undefined
        ? {}
        : { signer: { subject: signer.subject, fingerprint: `sha256:${signer.fingerprint}` } }),
      time: timeText(signedAt),
      ...(expiry === undefined ? {} : { expiry: timeText(expiry) }),
      userMetadata,
    },
    text: [
      ...(signer === undefined ? [] : [`  signer: ${certificateText(signer)}`]),
      `  key: ${key.name}`,
      `  format: ${format.name}`,
      ...(expiry === undefined ? [] : [`  expires: ${timeText(expiry)}`]),
    ],
  };
}
