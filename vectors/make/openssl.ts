// Chains and signatures by the openssl program, assembled by libraries that the product does not use, so that nothing in them is
// our own work.

import { execFileSync } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encode, Tag } from 'cbor2';
import type { SubjectFile } from '../case.ts';
import type { Recorder } from './recorder.ts';
import { payload } from './target.ts';

interface Kind {
  readonly generate: readonly string[];
  readonly alg: string;
  readonly coseId: number;
  readonly hash: string;
  /** Of each of r and s; absent for RSA. */
  readonly coordinateBytes?: number;
}

const kinds: Readonly<Record<string, Kind>> = {
  rsa2048: { generate: ['RSA', '-pkeyopt', 'rsa_keygen_bits:2048'], alg: 'PS256', coseId: -37, hash: 'sha256' },
  rsa3072: { generate: ['RSA', '-pkeyopt', 'rsa_keygen_bits:3072'], alg: 'PS384', coseId: -38, hash: 'sha384' },
  rsa4096: { generate: ['RSA', '-pkeyopt', 'rsa_keygen_bits:4096'], alg: 'PS512', coseId: -39, hash: 'sha512' },
  p256: {
    generate: ['EC', '-pkeyopt', 'ec_paramgen_curve:P-256'],
    alg: 'ES256',
    coseId: -7,
    hash: 'sha256',
    coordinateBytes: 32,
  },
  p384: {
    generate: ['EC', '-pkeyopt', 'ec_paramgen_curve:P-384'],
    alg: 'ES384',
    coseId: -35,
    hash: 'sha384',
    coordinateBytes: 48,
  },
  p521: {
    generate: ['EC', '-pkeyopt', 'ec_paramgen_curve:P-521'],
    alg: 'ES512',
    coseId: -36,
    hash: 'sha512',
    coordinateBytes: 66,
  },
};

const extensions = `
[root]
basicConstraints=critical,CA:TRUE
keyUsage=critical,keyCertSign,cRLSign
subjectKeyIdentifier=hash
[intermediate]
basicConstraints=critical,CA:TRUE,pathlen:0
keyUsage=critical,keyCertSign,cRLSign
authorityKeyIdentifier=keyid
[leaf]
basicConstraints=critical,CA:FALSE
keyUsage=critical,digitalSignature
extendedKeyUsage=codeSigning
authorityKeyIdentifier=keyid
`;

export async function recordOpenssl(recorder: Recorder, subject: SubjectFile): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'nv2-vectors-'));
  try {
    const openssl = new Openssl(directory);
    const anchor = recorder.file('roots/openssl.pem', openssl.makeAuthorities());
    for (const [name, kind] of Object.entries(kinds)) recordKind(recorder, { openssl, anchor, subject, name, kind });
  } finally {
    rmSync(directory, { recursive: true });
  }
}

interface Work {
  readonly openssl: Openssl;
  readonly anchor: string;
  readonly subject: SubjectFile;
  readonly name: string;
  readonly kind: Kind;
}

function recordKind(recorder: Recorder, { openssl, anchor, subject, name, kind }: Work): void {
  const chain = openssl.makeLeaf(name, kind);
  const chainFile = recorder.file(`chains/openssl/${name}.pem`, chain.join(''));
  recorder.vector(
    `a chain of openssl with a ${name} leaf`,
    '+CERT-01 +CERT-02 +CERT-13 +CERT-22',
    'openssl',
    { kind: 'chain', certificates: [chainFile], at: '2026-12-01T00:00:00Z' },
    'passed',
  );
  const der = chain.map((pem) => new Uint8Array(new X509Certificate(pem).raw));
  const source = 'openssl; assembled with JSON.stringify and cbor2';
  for (const format of ['jws', 'cose'] as const) {
    const sign = (data: Uint8Array): Uint8Array => openssl.sign(name, kind, data);
    const assemble = format === 'jws' ? assembleJws : assembleCose;
    const rules =
      format === 'jws' ? 'SIG-JWS-05 SIG-JWS-07 SIG-JWS-18 SIG-JWS-19' : 'SIG-COSE-05 SIG-COSE-06 SIG-COSE-15';
    const signed = (mark: string): string =>
      rules
        .split(' ')
        .map((rule) => `${mark}${rule}`)
        .join(' ');
    const base = { kind: 'envelope', anchors: [anchor], subject, at: '2026-12-01T00:00:00Z' } as const;
    const good = recorder.file(`envelopes/openssl/${name}.${format}`, assemble(kind, der, sign));
    recorder.vector(
      `${kind.alg} by openssl in ${format}`,
      signed('+'),
      source,
      { ...base, file: good, identities: ['x509.subject: C=DE, ST=Berlin, O=nv2 vectors'] },
      'trusted',
    );
    const bad = recorder.file(
      `envelopes/openssl/${name}.altered.${format}`,
      assemble(kind, der, (data) => sign(data).map((byte, index) => (index === 20 ? byte ^ 0x40 : byte))),
    );
    recorder.vector(
      `${kind.alg} by openssl in ${format}, one bit of the signature changed`,
      signed('-'),
      source,
      { ...base, file: bad },
      'untrusted integrity altered VER-10',
    );
  }
}

type Assemble = (kind: Kind, chain: readonly Uint8Array[], sign: (data: Uint8Array) => Uint8Array) => Uint8Array;

const names = { scheme: 'io.cncf.notary.signingScheme', time: 'io.cncf.notary.signingTime' };
const contentType = 'application/vnd.cncf.notary.payload.v1+json';

const assembleJws: Assemble = (kind, chain, sign) => {
  const encoded = (text: string): string => Buffer.from(text).toString('base64url');
  const header = {
    alg: kind.alg,
    crit: [names.scheme],
    cty: contentType,
    [names.scheme]: 'notary.x509',
    [names.time]: '2026-11-25T12:00:00Z',
  };
  const message = { payload: encoded(payload()), protected: encoded(JSON.stringify(header)) };
  const signature = sign(Buffer.from(`${message.protected}.${message.payload}`));
  const x5c = chain.map((der) => Buffer.from(der).toString('base64'));
  return Buffer.from(
    JSON.stringify({ ...message, header: { x5c }, signature: Buffer.from(signature).toString('base64url') }),
  );
};

const assembleCose: Assemble = (kind, chain, sign) => {
  const header = encode(
    new Map<number | string, unknown>([
      [1, kind.coseId],
      [2, [names.scheme]],
      [3, contentType],
      [names.scheme, 'notary.x509'],
      [names.time, new Tag(1, 1_795_608_000)],
    ]),
  );
  const content = new TextEncoder().encode(payload());
  const signature = new Uint8Array(sign(encode(['Signature1', header, new Uint8Array(), content])));
  return encode(new Tag(18, [header, new Map([[33, chain]]), content, signature]));
};

class Openssl {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
    writeFileSync(join(directory, 'extensions'), extensions);
  }

  /** @returns the root as PEM */
  makeAuthorities(): string {
    this.#key('root', kinds['p384']?.generate ?? []);
    this.#run([
      'req',
      '-x509',
      '-new',
      '-key',
      'root.key',
      '-sha384',
      '-days',
      '36500',
      '-subj',
      '/C=DE/ST=Berlin/O=nv2 vectors/CN=root',
      '-config',
      this.#requestFile(),
      '-extensions',
      'root',
      '-out',
      'root.crt',
    ]);
    this.#key('intermediate', kinds['rsa3072']?.generate ?? []);
    this.#issue('intermediate', 'root', '/C=DE/ST=Berlin/O=nv2 vectors/CN=intermediate', 'intermediate');
    return this.#read('root.crt');
  }

  /** @returns leaf, intermediate and root as PEM */
  makeLeaf(name: string, kind: Kind): readonly string[] {
    this.#key(name, kind.generate);
    this.#issue(name, 'intermediate', `/C=DE/ST=Berlin/O=nv2 vectors/CN=${name}`, 'leaf');
    return [`${name}.crt`, 'intermediate.crt', 'root.crt'].map((file) => this.#read(file));
  }

  /** By `openssl pkeyutl`, over the hash that another program computed. */
  sign(name: string, kind: Kind, data: Uint8Array): Uint8Array {
    writeFileSync(join(this.#directory, 'digest'), createHash(kind.hash).update(data).digest());
    const padding =
      kind.coordinateBytes === undefined
        ? [
            '-pkeyopt',
            'rsa_padding_mode:pss',
            '-pkeyopt',
            'rsa_pss_saltlen:digest',
            '-pkeyopt',
            `rsa_mgf1_md:${kind.hash}`,
          ]
        : [];
    this.#run([
      'pkeyutl',
      '-sign',
      '-inkey',
      `${name}.key`,
      '-in',
      'digest',
      '-out',
      'signature',
      '-pkeyopt',
      `digest:${kind.hash}`,
      ...padding,
    ]);
    const signature = readFileSync(join(this.#directory, 'signature'));
    return kind.coordinateBytes === undefined ? signature : toRaw(signature, kind.coordinateBytes);
  }

  #key(name: string, algorithm: readonly string[]): void {
    this.#run(['genpkey', '-algorithm', ...algorithm, '-out', `${name}.key`]);
  }

  #issue(name: string, issuer: string, subject: string, section: string): void {
    this.#run([
      'req',
      '-new',
      '-key',
      `${name}.key`,
      '-subj',
      subject,
      '-config',
      this.#requestFile(),
      '-out',
      `${name}.csr`,
    ]);
    this.#run([
      'x509',
      '-req',
      '-in',
      `${name}.csr`,
      '-CA',
      `${issuer}.crt`,
      '-CAkey',
      `${issuer}.key`,
      '-CAcreateserial',
      '-sha256',
      '-days',
      '36400',
      '-extfile',
      'extensions',
      '-extensions',
      section,
      '-out',
      `${name}.crt`,
    ]);
  }

  #requestFile(): string {
    writeFileSync(join(this.#directory, 'request'), `[req]\ndistinguished_name=name\n[name]\n${extensions}`);
    return 'request';
  }

  #read(file: string): string {
    return readFileSync(join(this.#directory, file), 'utf8');
  }

  #run(args: readonly string[]): void {
    execFileSync('openssl', args, { cwd: this.#directory, stdio: ['ignore', 'ignore', 'pipe'] });
  }
}

/** SEQUENCE { r INTEGER, s INTEGER } → r‖s. */
function toRaw(der: Uint8Array, coordinateBytes: number): Uint8Array {
  const start = (der[1] ?? 0) < 0x80 ? 2 : 3;
  const length = der[start + 1] ?? 0;
  const r = der.subarray(start + 2, start + 2 + length);
  const s = der.subarray(start + 4 + length);
  const raw = new Uint8Array(2 * coordinateBytes);
  for (const [index, integer] of [r, s].entries()) {
    const digits = integer.subarray(integer.findIndex((byte) => byte !== 0));
    raw.set(digits, (index + 1) * coordinateBytes - digits.length);
  }
  return raw;
}
