// The time-stamp flags of `sign` and `blob sign`, in the reference's words.

import { describeError, isNv2Error } from '@nv2/base';
import type { Timestamper } from '@nv2/notary';
import type { Certificate } from '@nv2/pki';
import { readInputFile, resolvePath } from '../files.ts';
import { type NotationContext, NotationError, textFlag } from './command.ts';
import { wordReadError } from './file-error.ts';

const expecting = 'Expecting single x509 root certificate in PEM or DER format from the file';

/** What is checked before anything is opened. @throws NotationError */
export function checkTimestampFlags({ flags }: Pick<NotationContext, 'flags'>): void {
  if (textFlag(flags, 'timestamp-url') === '') throw new NotationError('timestamping: tsa url cannot be empty');
  if (textFlag(flags, 'timestamp-root-cert') === '') {
    throw new NotationError('timestamping: tsa root certificate path cannot be empty');
  }
}

/** `undefined` when none is asked for. @throws NotationError for a file that does not hold one root certificate (TSA-07) */
export async function openTimestamper(context: NotationContext): Promise<Timestamper | undefined> {
  const url = textFlag(context.flags, 'timestamp-url');
  const file = textFlag(context.flags, 'timestamp-root-cert');
  if (url === undefined || file === undefined) return undefined;
  const root = await readRoot(file, context);
  const timestamper = await context.services.timestamper({ url, root });
  return (signature, options) => timestamper(signature, options).catch((error: unknown) => rethrow(error, url));
}

async function readRoot(file: string, { io }: NotationContext): Promise<Certificate> {
  const path = resolvePath(io.cwd, file);
  const bytes = await readInputFile(path).catch((error: unknown) => {
    throw wordReadError(error, file);
  });
  const [root, ...others] = await parseFile(bytes);
  if (root === undefined) throw new NotationError(`cannot find any certificate from ${quote(file)}. ${expecting}`);
  if (others.length > 0) throw new NotationError(`found more than one certificates from ${quote(file)}. ${expecting}`);
  await assertRoot(root, file);
  return root;
}

async function parseFile(bytes: Uint8Array): Promise<readonly Certificate[]> {
  const isBlank = bytes.every((octet) => octet === 0x20 || (octet >= 0x09 && octet <= 0x0d));
  if (isBlank) return [];
  const { parseCertificates } = await import('@nv2/pki');
  try {
    return parseCertificates(bytes);
  } catch (error) {
    if (!isNv2Error(error)) throw error;
    throw new NotationError('x509: malformed certificate');
  }
}

// In the order of the reference: the signature, then the names, then what a root may do.
async function assertRoot(root: Certificate, file: string): Promise<void> {
  const [{ createCertificateCache }, { checkStoreMembers }] = await Promise.all([
    import('@nv2/pki'),
    import('@nv2/trust'),
  ]);
  if (!createCertificateCache().isSignedBy(root, root)) {
    const reason = root.key.kind === 'rsa' ? 'crypto/rsa: verification error' : 'x509: ECDSA verification failure';
    throw new NotationError(`failed to check root certificate with error: ${reason}`);
  }
  if (checkStoreMembers('tsa', [root]) === undefined) return;
  throw new NotationError(`certificate from ${quote(file)} is not a root certificate. ${expecting}`);
}

function rethrow(error: unknown, url: string): never {
  if (!isNv2Error(error) || !error.code.startsWith('PKI_TIMESTAMP_')) throw error;
  const text = describeError(error);
  throw new NotationError(
    error.code === 'PKI_TIMESTAMP_UNAVAILABLE' && error.cause !== undefined
      ? `timestamp: Post ${quote(withoutPassword(url))}: ${describeError(error.cause)}`
      : `timestamp: ${text}`,
  );
}

/** As the reference shows it. */
function withoutPassword(text: string): string {
  return text.replace(/^([a-z]+:\/\/[^/?#@:]*:)[^/?#]*@/i, '$1***@');
}

function quote(text: string): string {
  return JSON.stringify(text);
}
