// TLS servers with certificates minted for the occasion.

import * as https from 'node:https';
import type { RequestListener } from 'node:http';
import { encodeDer, mintCertificateDer, type MintOptions, testKeyPair, toPem } from '@nv2/testing';
import { encodeUtf8 } from '@nv2/base';
import { listenOn, type TestServer } from './servers.ts';

const caSubject = 'CN=transport test CA';
const caKey = testKeyPair('p256', 3);
const serverKey = testKeyPair('p256', 4);

export interface ServerCertificate {
  readonly certificate: string;
  readonly key: string;
}

/** The authority of {@link mintServer}, as PEM. */
export async function authority(): Promise<string> {
  const extensions = { basicConstraints: { isCa: true }, keyUsage: { usages: ['keyCertSign', 'cRLSign'] as const } };
  return toPem('CERTIFICATE', await mintCertificateDer({ subject: caSubject, key: caKey, extensions }));
}

/** A certificate for a DNS name or an IPv4 address. */
export async function mintServer(name: string, options: MintOptions = {}): Promise<ServerCertificate> {
  const octets = name.split('.').map(Number);
  const isAddress = octets.length === 4 && octets.every(Number.isInteger);
  // GeneralName: iPAddress [7] or dNSName [2].
  const entry = isAddress ? encodeDer(0x87, Uint8Array.from(octets)) : encodeDer(0x82, encodeUtf8(name));
  const der = await mintCertificateDer({
    subject: 'CN=transport test server',
    key: serverKey,
    issuer: { subject: caSubject, key: caKey },
    extensions: {
      keyUsage: { usages: ['digitalSignature'] },
      extendedKeyUsage: { oids: ['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2'] },
      other: [{ oid: '2.5.29.17', value: encodeDer(0x30, entry) }],
    },
    ...options,
  });
  return { certificate: toPem('CERTIFICATE', der), key: serverKey.pkcs8Pem };
}

export function tlsServer(
  { certificate, key }: ServerCertificate,
  answer: RequestListener,
  options: https.ServerOptions = {},
): Promise<TestServer> {
  const server = https.createServer({ cert: certificate, key, ...options }, answer);
  server.on('tlsClientError', () => undefined);
  return listenOn(server);
}
