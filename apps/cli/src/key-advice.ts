// Whether a key and its certificate may sign, asked before anything else happens, with the OpenSSL line that would make a
// certificate that may.

import { plainText } from '@nv2/base';
import { attributeShortName, type Certificate, checkChain, isSelfSigned } from '@nv2/pki';
import { CliError } from './errors.ts';
import { shellWord } from './output/words.ts';
import type { LoadedKey } from './services.ts';

/** SIGN-06. @throws CliError `CLI_KEY_UNUSABLE` */
export function assertSigningKey(key: LoadedKey, at: Date): void {
  const result = checkChain(key.chain, { purpose: 'code-signing', at });
  if (result.status === 'passed') return;
  const where = `certificate ${result.certificate + 1} of the chain of key ${key.name}`;
  // What is wrong with an issuer, only the issuer can mend.
  const hint = result.certificate === 0 ? adviseCertificate(key) : 'ask the issuer for a chain without that defect';
  throw new CliError('CLI_KEY_UNUSABLE', `${where}: ${result.reason} (${result.rule})`, { hint });
}

/** Two lines: how to make the certificate, and what to do with it. */
function adviseCertificate({ chain: [leaf], keyPath = 'KEY-FILE' }: LoadedKey): string {
  const key = shellWord(keyPath);
  const stem = keyPath.replace(/\.[^./\\]+$/, '');
  const [certificate, request] = [shellWord(`${stem}-signing.crt`), shellWord(`${stem}-signing.csr`)];
  const extensions = [
    'basicConstraints=critical,CA:FALSE',
    'keyUsage=critical,digitalSignature',
    'extendedKeyUsage=codeSigning',
  ].map((extension) => `-addext ${extension}`);
  const about = `-subj ${shellWord(opensslName(leaf))} ${extensions.join(' ')}`;
  return isSelfSigned(leaf)
    ? `openssl req -x509 -key ${key} -days 365 -out ${certificate} ${about}\nsign with -k ${key} -c ${certificate}`
    : `openssl req -new -key ${key} -out ${request} ${about}\nhave ${request} certified with these extensions by the authority`;
}

/** `/C=US/O=Example`, as `-subj` takes it. */
export function opensslName({ subject }: Certificate): string {
  const parts = subject.rdns
    .flat()
    .map(({ oid, value }) => `${attributeShortName(oid) ?? oid}=${(value ?? '').replaceAll(/[/+\\]/g, '\\$&')}`);
  return plainText(`/${parts.join('/')}`, 1000);
}
