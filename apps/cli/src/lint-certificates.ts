// Judging the certificates of files by every rule, each in its role.

import { describeError, isNv2Error, quoteText } from '@nv2/base';
import type { Certificate, ChainFailure, ChainPurpose } from '@nv2/pki';
import type { Context } from './context.ts';
import { readInputFile, resolvePath } from './files.ts';

/** A file that was named. */
export interface CertificateFile {
  readonly file: string;
  readonly certificates: readonly Certificate[];
  /** CERT-23: why it holds no certificates. */
  readonly unreadable?: { readonly reason: string; readonly advice: string };
}

/** A file that can be read and holds no certificate is a finding; one that cannot be read is not. */
export async function readCertificateFile(file: string, { io }: Context): Promise<CertificateFile> {
  const [{ parseCertificates }, { adviseUnreadable }] = await Promise.all([
    import('@nv2/pki'),
    import('./cert-advice.ts'),
  ]);
  const bytes = await readInputFile(resolvePath(io.cwd, file));
  try {
    return { file, certificates: parseCertificates(bytes, quoteText(file, 300)) };
  } catch (error) {
    if (!isNv2Error(error)) throw error;
    return {
      file,
      certificates: [],
      unreadable: { reason: describeError(error), advice: adviseUnreadable(file, bytes) },
    };
  }
}

export interface LintOptions {
  readonly purpose: ChainPurpose;
  readonly at: Date;
  readonly role?: 'leaf' | 'authority';
}

export interface LintedFile extends CertificateFile {
  readonly role: 'leaf' | 'authority';
  /** The issuer of the last certificate is not in the file. */
  readonly isPartial: boolean;
  readonly findings: readonly ChainFailure[];
  /** Lines that mend what was found. */
  readonly advice: readonly string[];
}

export async function lintFile(
  read: CertificateFile,
  all: readonly CertificateFile[],
  options: LintOptions,
): Promise<LintedFile> {
  const { certificates, unreadable, file } = read;
  const { lintChain } = await import('@nv2/pki');
  const [first] = certificates;
  const isPartial = certificates.length === 1 && first !== undefined && !isSelfIssued(first);
  const role = roleOf(read, all, options.role);
  if (unreadable !== undefined || first === undefined) {
    const advice = unreadable === undefined ? [] : [unreadable.advice];
    return { ...read, role, isPartial: false, findings: [], advice };
  }
  const { purpose, at } = options;
  const findings = lintChain(certificates, { purpose, at, hasLeaf: role === 'leaf', isPartial });
  const { adviseFindings } = await import('./cert-advice.ts');
  const advice = certificates.flatMap((certificate, index) => {
    const own = findings.filter((finding) => finding.certificate === index);
    const ownRole = index === 0 ? role : ('authority' as const);
    const issuerFile = findIssuerFile(certificate, file, all);
    const place = { file, issuerFile, count: certificates.length, isSelfIssued: isSelfIssued(certificate) };
    const linted = { ...place, certificate, role: ownRole, purpose };
    return adviseFindings(linted, own);
  });
  return { ...read, role, isPartial, findings, advice };
}

/** Who issued another file's certificate is an authority; otherwise what was said, else what the certificate says itself. */
function roleOf(
  { file, certificates: [first] }: CertificateFile,
  all: readonly CertificateFile[],
  given: LintOptions['role'],
): LintedFile['role'] {
  if (first === undefined) return 'leaf';
  const isIssuer = all.some((other) => {
    const [issued] = other.certificates;
    return other.file !== file && issued !== undefined && isSameName(issued.issuer.der, first.subject.der);
  });
  if (isIssuer) return 'authority';
  return given ?? (first.basicConstraints?.isCa === true ? 'authority' : 'leaf');
}

/** By the names alone, so that an issuer is found whose signature cannot be checked. */
function findIssuerFile({ issuer }: Certificate, own: string, all: readonly CertificateFile[]): string | undefined {
  return all.find(({ file, certificates: [first] }) => {
    return file !== own && first !== undefined && isSameName(first.subject.der, issuer.der);
  })?.file;
}

/** Whether it names itself as its issuer; its signature may be one that nobody checks. */
function isSelfIssued({ subject, issuer }: Certificate): boolean {
  return isSameName(subject.der, issuer.der);
}

function isSameName(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((octet, at) => octet === b[at]);
}
