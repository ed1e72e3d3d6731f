// What to do about findings of `cert lint`: the OpenSSL line that makes a certificate without them.

import { basename } from 'node:path';
import { type Certificate, type ChainFailure, type ChainPurpose } from '@nv2/pki';
import { opensslName } from './key-advice.ts';
import { shellWord } from './output/words.ts';

/** A certificate in its file. */
export interface LintedCertificate {
  readonly certificate: Certificate;
  /** As it was named. */
  readonly file: string;
  /** An authority is judged by other rules than what signs. */
  readonly role: 'leaf' | 'authority';
  readonly purpose: ChainPurpose;
  /** The file whose first certificate issued it, among those that were given. */
  readonly issuerFile: string | undefined;
  /** It names itself as its issuer. */
  readonly isSelfIssued: boolean;
  /** How many certificates the file holds. */
  readonly count: number;
}

/**
 * One line per thing to do, each once. Where several findings are about one certificate, one new certificate mends them all.
 */
export function adviseFindings(linted: LintedCertificate, findings: readonly ChainFailure[]): readonly string[] {
  const lines = findings.map(({ rule, reason }) => adviseFinding(linted, rule, reason));
  return [...new Set(lines)];
}

function adviseFinding(linted: LintedCertificate, rule: string, reason: string): string {
  const { file, issuerFile } = linted;
  switch (rule) {
    case 'CERT-01':
      return reason.includes('twice')
        ? `take the second copy out of ${shellWord(file)}`
        : `leave in ${shellWord(file)} only the signing certificate and those above it, at most 16`;
    case 'CERT-02':
    case 'CERT-05':
      return `put the certificates of ${shellWord(file)} in order: the signing certificate, then the issuer of each, the root last`;
    case 'CERT-03':
    case 'CERT-04':
      return `openssl x509 -in ${shellWord(issuerFile ?? 'ISSUER.crt')} >> ${shellWord(file)}`;
    default:
      return reissue(linted, { needsKey: rule === 'CERT-22' || rule === 'ALG-06' });
  }
}

/** A certificate of the same name, with the extensions of its role; with a new key where the old one is the trouble. */
function reissue(
  { certificate, file, role, purpose, issuerFile, isSelfIssued, count }: LintedCertificate,
  { needsKey }: { readonly needsKey: boolean },
): string {
  const stem = stemOf(file, role, count);
  const key = needsKey
    ? `-newkey rsa:3072 -noenc -keyout ${shellWord(`${stem}-fixed.key`)}`
    : `-key ${shellWord(`${stem}.key`)}`;
  const issuer = isSelfIssued ? '' : issuerWords(issuerFile);
  const days = role === 'authority' ? 3650 : 365;
  const extensions = extensionsOf(role, purpose).map((extension) => `-addext ${extension}`);
  return [
    `openssl req -x509 -sha256 -days ${days} ${key}${issuer}`,
    `-subj ${shellWord(opensslName(certificate))}`,
    ...extensions,
    `-out ${shellWord(`${stem}-fixed.crt`)}`,
  ].join(' ');
}

function issuerWords(file: string | undefined): string {
  const stem = file === undefined ? 'ISSUER' : file.replace(/\.[^./\\]+$/, '');
  return ` -CA ${shellWord(file ?? 'ISSUER.crt')} -CAkey ${shellWord(`${stem}.key`)}`;
}

/** Of a file with several certificates only the first has the key beside it. */
function stemOf(file: string, role: LintedCertificate['role'], count: number): string {
  const stem = file.replace(/\.[^./\\]+$/, '');
  return role === 'authority' && count > 1 ? stem.replace(basename(stem), 'ISSUER') : stem;
}

function extensionsOf(role: LintedCertificate['role'], purpose: ChainPurpose): readonly string[] {
  // An authority says nothing about purposes, and any number of authorities may be below it.
  if (role === 'authority') return ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign,cRLSign'];
  const extendedKeyUsage = purpose === 'timestamping' ? 'critical,timeStamping' : 'codeSigning';
  return [
    'basicConstraints=critical,CA:FALSE',
    'keyUsage=critical,digitalSignature',
    `extendedKeyUsage=${extendedKeyUsage}`,
  ];
}

/** For files that are something else: the line that gets the certificates out of them. */
export function adviseUnreadable(file: string, bytes: Uint8Array): string {
  const text = new TextDecoder('latin1').decode(bytes.subarray(0, 4096));
  const name = shellWord(file);
  const out = shellWord(`${file.replace(/\.[^./\\]+$/, '')}-certificates.pem`);
  if (/-----BEGIN (?:PKCS7|CMS)-----/.test(text)) return `openssl pkcs7 -in ${name} -print_certs -out ${out}`;
  if (/\.(?:p12|pfx)$/i.test(file)) return `openssl pkcs12 -in ${name} -nokeys -out ${out}`;
  if (/\.p7[bc]$/i.test(file)) return `openssl pkcs7 -inform DER -in ${name} -print_certs -out ${out}`;
  if (/-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----/.test(text)) {
    return `name the file of the certificate; ${name} holds a private key`;
  }
  if (/-----BEGIN (?:NEW )?CERTIFICATE REQUEST-----/.test(text)) {
    return `have the request certified by an authority; ${name} holds no certificate yet`;
  }
  return `openssl x509 -in ${name} -noout -text`;
}
