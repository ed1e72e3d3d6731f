// CRLs and OCSP answers by the openssl program: `ca -gencrl` and `ocsp`, with their hostile twins. Nobody publishes such answers
// as vectors, and nothing of ours is in them but the flipped bits.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { opensslAnswer, opensslAuthorityFiles, opensslIssue, opensslRoot } from '@nv2/testing';
import type { Recorder } from './recorder.ts';

const crlUrl = 'http://crl.example/ca.crl';
const days = '30';
const validDays = 3650;
const dayMs = 24 * 60 * 60 * 1000;

const extensions = `
[leaf]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
authorityInfoAccess = OCSP;URI:http://ocsp.example
crlDistributionPoints = URI:${crlUrl}
[responder]
keyUsage = critical,digitalSignature
extendedKeyUsage = OCSPSigning
[unentitled]
keyUsage = critical,digitalSignature
extendedKeyUsage = anyExtendedKeyUsage
[plain]
authorityKeyIdentifier = keyid
[for_here]
issuingDistributionPoint = critical,@here
[here]
fullname = URI:${crlUrl}
onlyuser = TRUE
[for_elsewhere]
issuingDistributionPoint = critical,@elsewhere
[elsewhere]
fullname = URI:http://crl.example/other.crl
[for_cas]
issuingDistributionPoint = critical,@cas
[cas]
onlyCA = TRUE
[for_attributes]
issuingDistributionPoint = critical,@attributes
[attributes]
onlyAA = TRUE
[indirect]
issuingDistributionPoint = critical,@others
[others]
indirectCRL = TRUE
[some_reasons]
issuingDistributionPoint = critical,@some
[some]
onlysomereasons = keyCompromise, CACompromise
[with_delta]
freshestCRL = URI:http://crl.example/delta.crl
[delta]
2.5.29.27 = critical,ASN1:INTEGER:1
[unknown_critical]
1.2.3.4 = critical,ASN1:NULL
`;

export function recordRevocation(recorder: Recorder): void {
  const directory = mkdtempSync(join(tmpdir(), 'nv2-vectors-'));
  try {
    new Authority(directory, recorder).record();
  } finally {
    rmSync(directory, { recursive: true });
  }
}

class Authority {
  readonly #directory: string;
  readonly #recorder: Recorder;
  readonly #now = Date.now();

  constructor(directory: string, recorder: Recorder) {
    this.#directory = directory;
    this.#recorder = recorder;
  }

  record(): void {
    this.#setUp();
    for (const name of ['good', 'compromised', 'superseded', 'held', 'since']) this.#issue(name, 'leaf');
    for (const name of ['responder', 'unentitled']) this.#issue(name, name);
    this.#revoke('compromised', '-crl_reason', 'keyCompromise');
    this.#revoke('superseded', '-crl_reason', 'superseded');
    this.#revoke('held', '-crl_reason', 'certificateHold');
    this.#revoke('since', '-crl_compromise', '20260601000000Z');
    this.#recordLists();
    this.#recordAnswers();
  }

  #recordLists(): void {
    const plain = this.#crl('plain', 'plain');
    const signers = [
      ['good', '-REV-25', 'passed'],
      ['compromised', '+REV-25 +REV-26', 'revoked keyCompromise'],
      ['superseded', '+REV-26', 'revoked superseded'],
      ['held', '+REV-26', 'revoked certificateHold'],
      ['since', '-REV-25 +OC-17', 'revoked keyCompromise'],
    ] as const;
    for (const [name, rules, expect] of signers)
      this.#vector(`a CRL and the signer ${name}`, rules, [name, [plain]], expect);
    this.#vector('a CRL that revokes for a time after an authentic signing', '+REV-25', ['since', [plain]], 'passed', {
      signedAt: '2026-05-31T00:00:00Z',
    });
    this.#vector(
      'a CRL that revokes for a time before an authentic signing',
      '-REV-25',
      ['since', [plain]],
      'revoked keyCompromise',
      { signedAt: '2026-06-01T00:00:00Z' },
    );
    const rows = [
      ['for this place and kind of certificate', 'for_here', '+OC-05 +REV-24', 'passed'],
      ['for another place', 'for_elsewhere', '-OC-05', 'unknown'],
      ['for CAs only', 'for_cas', '-OC-05', 'unknown'],
      ['for attribute certificates only', 'for_attributes', '-OC-05', 'unknown'],
      ['of others', 'indirect', '-OC-05 -REV-22', 'unknown'],
      ['for some reasons', 'some_reasons', '-OC-05', 'unknown'],
      ['that wants its delta', 'with_delta', '-REV-27', 'unknown'],
      ['that is a delta', 'delta', '-REV-28', 'unknown'],
      ['with an unknown critical extension', 'unknown_critical', '-REV-24', 'unknown'],
    ] as const;
    for (const [what, section, rules, expect] of rows) {
      this.#vector(`a CRL ${what}`, rules, ['good', [this.#crl(section, section)]], expect);
    }
    this.#vector('a CRL past its end', '-REV-23', ['good', [plain]], 'unknown', { at: this.#time(Number(days) + 1) });
    this.#vector('a CRL before its time', '-REV-23', ['good', [plain]], 'unknown', { at: this.#time(-1) });
    this.#vector(
      'a CRL with a flipped bit in its signature',
      '-REV-22',
      ['good', [this.#flipped('crl/plain.der', 'crl/flipped.der')]],
      'unknown',
    );
    this.#vector('a CRL in PEM', '+REV-20', ['good', [this.#keep('crl/plain.pem', this.#read('plain.pem'))]], 'passed');
    this.#vector(
      'a CRL that is cut short',
      '-REV-20',
      ['good', [this.#keep('crl/short.der', this.#read('plain.der').subarray(0, -1))]],
      'unknown',
    );
  }

  #recordAnswers(): void {
    const byCa = this.#answers('by-ca', ['ca.crt', 'ca.key']);
    const rows = [
      ['good', '+REV-14 +REV-15', 'passed'],
      ['compromised', '+REV-18', 'revoked keyCompromise'],
      ['held', '+REV-18', 'revoked certificateHold'],
    ] as const;
    for (const [name, rules, expect] of rows)
      this.#vector(`an OCSP answer by the issuer about ${name}`, rules, [name, [byCa]], expect);
    this.#vector(
      'an OCSP answer that names its responder by its key',
      '+OC-03',
      ['good', [this.#answers('by-key', ['ca.crt', 'ca.key'], '-resp_key_id')]],
      'passed',
    );
    const delegated = this.#answers('delegated', ['responder.pem', 'responder.key']);
    this.#vector('an OCSP answer by a responder of the issuer', '+OC-03 +REV-15', ['good', [delegated]], 'passed');
    this.#vector(
      'an OCSP answer by a certificate for any purpose',
      '-OC-03 -REV-15',
      ['good', [this.#answers('unentitled', ['unentitled.pem', 'unentitled.key'])]],
      'unknown',
    );
    this.#vector(
      'an OCSP answer by the stolen key about itself',
      '-OC-03',
      ['good', [this.#answers('stolen', ['good.pem', 'good.key'])]],
      'unknown',
    );
    this.#vector(
      'an OCSP answer without the certificate of its responder',
      '-OC-03',
      ['good', [this.#answers('absent', ['responder.pem', 'responder.key'], '-resp_no_certs')]],
      'unknown',
    );
    this.#vector(
      'an OCSP answer signed with SHA-1',
      '-OC-63',
      ['good', [this.#answers('sha1', ['ca.crt', 'ca.key'], '-rmd', 'sha1')]],
      'unknown',
    );
    this.#vector('an OCSP answer past its end', '-REV-16', ['good', [byCa]], 'unknown', {
      at: this.#time(Number(days) + 1),
    });
    this.#vector('an OCSP answer before its time', '-REV-16', ['good', [byCa]], 'unknown', { at: this.#time(-1) });
    this.#vector(
      'an OCSP answer with a flipped bit',
      '-REV-15',
      ['good', [this.#flipped('ocsp/by-key.der', 'ocsp/flipped.der')]],
      'unknown',
    );
    const refusal = this.#keep('ocsp/try-later.der', Uint8Array.of(0x30, 3, 0x0a, 1, 3));
    this.#vector('an OCSP responder that has no time', '-REV-14', ['good', [refusal]], 'unknown');
    const [crl] = ['crl/plain.der'];
    this.#vector('an OCSP answer of no use and a CRL', '+REV-04', ['superseded', [refusal, crl]], 'revoked superseded');
    this.#vector('nothing at all', '-REV-04', ['good', []], 'unknown');
  }

  #vector(
    name: string,
    rules: string,
    [signer, data]: readonly [string, readonly string[]],
    expect: string,
    more: { readonly at?: string; readonly signedAt?: string } = {},
  ): void {
    const certificates = [`certificates/${signer}.pem`, 'certificates/ca.pem'];
    const input = { kind: 'revocation', certificates, data, at: this.#time(1), ...more } as const;
    this.#recorder.vector(name, rules, 'openssl 3.0', input, expect);
  }

  #setUp(): void {
    const files = opensslAuthorityFiles({ settings: `default_days = ${validDays}`, sections: extensions });
    for (const [name, text] of files) writeFileSync(join(this.#directory, name), text);
    this.#key('ca');
    this.#openssl(...opensslRoot(validDays));
    this.#keep('certificates/ca.pem', this.#read('ca.crt'));
  }

  #key(name: string): void {
    this.#openssl('genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', `${name}.key`);
  }

  #issue(name: string, section: string): void {
    this.#key(name);
    for (const args of opensslIssue(name, section)) this.#openssl(...args);
    if (section === 'leaf') this.#keep(`certificates/${name}.pem`, this.#read(`${name}.pem`));
  }

  #revoke(name: string, ...reason: readonly string[]): void {
    this.#openssl('ca', '-config', 'ca.cnf', '-revoke', `${name}.pem`, ...reason);
  }

  #crl(name: string, section: string): string {
    this.#openssl('ca', '-config', 'ca.cnf', '-gencrl', '-crldays', days, '-crlexts', section, '-out', `${name}.pem`);
    this.#openssl('crl', '-in', `${name}.pem`, '-outform', 'DER', '-out', `${name}.der`);
    return this.#keep(`crl/${name}.der`, this.#read(`${name}.der`));
  }

  /** About every signer, by one responder. */
  #answers(name: string, responder: readonly [string, string], ...more: readonly string[]): string {
    const about = ['good', 'compromised', 'held'];
    const answer = { responder, about, days: Number(days), out: `${name}.ocsp`, more };
    for (const args of opensslAnswer(answer)) this.#openssl(...args);
    return this.#keep(`ocsp/${name}.der`, this.#read(`${name}.ocsp`));
  }

  #flipped(from: string, to: string): string {
    const name = from.startsWith('crl/')
      ? from.slice('crl/'.length)
      : from.slice('ocsp/'.length).replace('.der', '.ocsp');
    const bytes = Uint8Array.from(this.#read(name));
    // In a CRL the signature comes last; in a response it comes before the certificates, in the second half.
    const at = from.startsWith('crl/') ? bytes.length - 1 : Math.floor(bytes.length / 4);
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    return this.#keep(to, bytes);
  }

  /** So many days after these files were made, to the second. */
  #time(afterDays: number): string {
    return new Date(this.#now + afterDays * dayMs).toISOString().replace(/\.\d+Z$/, 'Z');
  }

  #keep(path: string, content: Uint8Array): string {
    return this.#recorder.file(path, content);
  }

  #read(name: string): Uint8Array {
    return readFileSync(join(this.#directory, name));
  }

  #openssl(...args: readonly string[]): void {
    execFileSync('openssl', args, { cwd: this.#directory, stdio: ['ignore', 'ignore', 'pipe'] });
  }
}
