// What certificates and signers ask over HTTP: a time-stamp authority that all rows share, and for each key that can be revoked its
// own responder and CRLs.

import { hashHex, type Transport } from '@nv2/base';
import {
  encodeCrl,
  type ListeningTsa,
  listeningTsa,
  type RevocationWorld,
  revocationWorld,
  type TestChain,
  toPem,
} from '@nv2/testing';
import { listen } from '@nv2/transport';
import type { Says, Step } from './row.ts';

export interface Authorities extends AsyncDisposable {
  readonly tsa: ListeningTsa;
  /** Mints a chain of three whose lower two say where they are asked about, and serves what is said there. */
  openRevocable(path: string, step: RevocableStep): Promise<Revocable>;
}

export type RevocableStep = Extract<Step, { readonly revocable: string }>;

export interface Revocable {
  readonly chain: TestChain;
  readonly urls: ReadonlyMap<string, string>;
  /** A CRL about the signing certificate that is valid until then. */
  crl(until: Date): Uint8Array;
}

const dayMs = 86_400_000;
const places = ['leaf', 'intermediate'] as const;

export async function openAuthorities(): Promise<Authorities> {
  const tsa = await listeningTsa();
  const worlds = new Map<string, Transport>();
  const server = await listen(
    (request) => {
      const path = request.url.split('/')[1] ?? '';
      const world = worlds.get(path);
      if (world === undefined) throw new Error(`nobody serves ${request.url}`);
      return world({ ...request, url: `${base}${request.url}` });
    },
    { host: '127.0.0.1', port: 0 },
  );
  const base = `http://localhost:${server.port}`;
  return {
    tsa,
    openRevocable: async (path, step) => {
      const urls = new Map(places.flatMap((place) => urlsOf(place, `${base}/${path}`)));
      const world = await openWorld(step, urls);
      worlds.set(path, world.transport);
      serve(world, step, urls);
      const crl = (until: Date): Uint8Array =>
        encodeCrl({
          signer: world.signer(1),
          number: 1,
          // Never of the future.
          thisUpdate: new Date(Math.min(until.getTime(), world.at.getTime()) - dayMs),
          nextUpdate: until,
        });
      return { chain: world.minted, urls, crl };
    },
    [Symbol.asyncDispose]: async () => {
      await server.close();
      await tsa[Symbol.asyncDispose]();
    },
  };
}

function urlsOf(place: string, base: string): readonly (readonly [string, string])[] {
  return [
    [`${place}.ocsp`, `${base}/${place}-ocsp`],
    [`${place}.crl`, `${base}/${place}.crl`],
  ];
}

function openWorld(step: RevocableStep, urls: ReadonlyMap<string, string>): Promise<RevocationWorld> {
  const options = {
    subject: `C=US,ST=WA,L=Seattle,O=Notary,CN=${step.revocable}`,
    keyIndex: 70,
    length: 3,
    at: new Date(Math.floor(Date.now() / 1000) * 1000),
    extensions: (index: number) => {
      const place = places[index];
      const says = place === undefined ? {} : step[place];
      return {
        ...(says?.ocsp === undefined ? {} : { ocspUrls: [urls.get(`${place}.ocsp`) ?? ''] }),
        ...(says?.crl === undefined ? {} : { crlUrls: [urls.get(`${place}.crl`) ?? ''] }),
      };
    },
  };
  return revocationWorld(options);
}

function serve(world: RevocationWorld, step: RevocableStep, urls: ReadonlyMap<string, string>): void {
  for (const [index, place] of places.entries()) {
    const { ocsp, crl } = step[place] ?? {};
    if (ocsp !== undefined && ocsp !== 'silent') {
      const revoked = ocsp === 'revoked' ? { revokedAt: world.at } : {};
      // The issuer answers itself. The reference takes a certificate in an answer for a delegate's, whichever it is.
      const bytes = world.ocsp(index, { status: ocsp, ...revoked }, { certificates: [] });
      world.serve(urls.get(`${place}.ocsp`) ?? '', (_request) => ({
        status: 200,
        headers: [['Content-Type', 'application/ocsp-response']],
        body: bodyOf(bytes),
        discard: () => undefined,
      }));
    }
    if (crl !== undefined && crl !== 'silent') world.serve(urls.get(`${place}.crl`) ?? '', crlOf(world, index, crl));
  }
}

function crlOf(world: RevocationWorld, index: number, says: Says): Uint8Array {
  if (says === 'good') return world.crl(index);
  const { serialNumber } = world.certificate(index);
  return world.crl(index, { entries: [{ serialNumber, revokedAt: world.at, reason: 1 }] });
}

async function* bodyOf(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes;
}

/** Root, the certificate below it, and the chain that the authority sends along, as files. */
export function tsaFiles({ authority }: ListeningTsa): ReadonlyMap<string, string> {
  const pems = authority.certificates.map(({ der }) => toPem('CERTIFICATE', der));
  return new Map([
    ['tsa.crt', pems.at(-1) ?? ''],
    ['tsa.intermediate', pems.at(-2) ?? ''],
    ['tsa.chain', pems.join('')],
  ]);
}

/** REV-30: where the cache keeps the CRL of an address. */
export function crlCacheName(url: string): string {
  return hashHex('sha256', new TextEncoder().encode(url));
}
