// A small authority with its responders and CRLs in process: a chain whose certificates say where they are asked about, and a
// transport on which everything that is served there can be replaced.

import {
  bytesResponse,
  type HeaderFields,
  type Transport,
  type TransportRequest,
  type TransportResponse,
} from '@nv2/base';
import { type Certificate, type CertificateChain, checkChain } from '@nv2/pki';
import { mintChain, type MintChainOptions, type TestChain } from './pki.ts';
import type { TestExtensions } from './pki-mint.ts';
import {
  encodeCrl,
  encodeOcspResponse,
  type TestCrlOptions,
  type TestOcspOptions,
  type TestOcspStatement,
  type TestAuthority,
} from './revocation-der.ts';

export interface RevocationWorldOptions extends Pick<MintChainOptions, 'keyIndex' | 'keyType' | 'length' | 'purpose'> {
  /** The instant at which everything is fresh. Default: the start of 2024. */
  readonly at?: Date;
  /** What a certificate says about itself besides; 0 is the leaf. Default: nothing about revocation. */
  readonly extensions?: (place: number) => TestExtensions;
}

export type Served = Uint8Array | ((request: TransportRequest) => TransportResponse | Promise<TransportResponse>);

export interface RevocationWorld {
  readonly at: Date;
  readonly minted: TestChain;
  readonly chain: CertificateChain;
  /** The certificate and key at a place of the chain. */
  signer(place: number): TestAuthority;
  certificate(place: number): Certificate;
  /** An answer about the certificate at a place, by its issuer, good and valid for a week unless told otherwise. */
  ocsp(place: number, change?: Partial<TestOcspStatement>, options?: Partial<TestOcspOptions>): Uint8Array;
  /** A CRL by the issuer of the certificate at a place, empty and valid for a week unless told otherwise. */
  crl(place: number, change?: Partial<TestCrlOptions>): Uint8Array;
  /** Serves something at a URL, whatever follows it in the path; nothing else is there (404). */
  serve(url: string, served: Served): void;
  readonly transport: Transport;
  /** Every request so far. */
  readonly requests: readonly TransportRequest[];
}

const dayMs = 24 * 60 * 60 * 1000;

export async function revocationWorld(options: RevocationWorldOptions = {}): Promise<RevocationWorld> {
  const { at = new Date('2024-01-01T00:00:00Z'), extensions = () => ({}), purpose = 'code-signing' } = options;
  const minted = await mintChain({
    ...options,
    tweak: (mint, place) => ({ ...mint, extensions: { ...mint.extensions, ...extensions(place) } }),
  });
  const checked = checkChain(minted.certificates, { purpose });
  if (checked.status === 'failed') throw new Error(checked.reason);
  const dates = { thisUpdate: new Date(at.getTime() - dayMs), nextUpdate: new Date(at.getTime() + 6 * dayMs) };
  const served = new Map<string, Served>();
  const requests: TransportRequest[] = [];

  function signer(place: number): TestAuthority {
    const [certificate, key] = [minted.certificates[place], minted.keys[place]];
    if (certificate === undefined || key === undefined) throw new RangeError(`no certificate ${place}`);
    return { certificate, key };
  }

  return {
    at,
    minted,
    chain: checked.chain,
    signer,
    certificate: (place) => signer(place).certificate,
    ocsp(place, change, response) {
      const issuer = signer(place + 1);
      const statement = {
        certificate: signer(place).certificate,
        issuer: issuer.certificate,
        status: 'good',
        ...dates,
      } as const;
      return encodeOcspResponse({ statements: [{ ...statement, ...change }], signer: issuer, ...response });
    },
    crl: (place, change) => encodeCrl({ signer: signer(place + 1), ...dates, number: 7, ...change }),
    serve: (url, what) => void served.set(url, what),
    async transport(request) {
      requests.push(request);
      // The longest address wins: an OCSP request by GET is a path below the responder's.
      const [, found] =
        [...served].filter(([url]) => request.url.startsWith(url)).toSorted(([a], [b]) => b.length - a.length)[0] ?? [];
      if (found === undefined) return bytesResponse(404, []);
      return found instanceof Uint8Array ? bytesResponse(200, [], found) : await found(request);
    },
    requests,
  };
}

/** Answers with a redirect. */
export function redirectTo(location: string, status = 302): Served {
  const headers: HeaderFields = [['Location', location]];
  return () => bytesResponse(status, headers);
}
