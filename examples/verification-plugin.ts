// A verification plugin: it trusts a signer whose certificate has one of the DNS names that the policy lists as `dns:NAME`, and
// counts certificates with a serial number of the setting `revoked` as revoked.

import { X509Certificate } from 'node:crypto';
import { servePlugin } from '@nv2/plugin';

void servePlugin({
  name: 'com.example.dns',
  description: 'Trusts signers by the DNS names in their certificates',
  version: '1.0.0',
  url: 'https://example.com/dns',
  criticalAttributes: ['com.example.release'],
  checkIdentity: ({ certificateChain: [leaf], trustedIdentities }) => {
    const wanted = trustedIdentities.filter((identity) => identity.startsWith('dns:')).map((name) => name.slice(4));
    const certificate = new X509Certificate(leaf ?? new Uint8Array());
    if (wanted.some((name) => certificate.checkHost(name) !== undefined)) return { success: true };
    return { success: false, reason: `the certificate has none of the names ${wanted.join(', ')}` };
  },
  checkRevocation: ({ certificateChain, pluginConfig }) => {
    const revoked = (pluginConfig['revoked'] ?? '').toUpperCase().split(',');
    const serials = certificateChain.map((der) => new X509Certificate(der).serialNumber);
    const found = serials.find((serial) => revoked.includes(serial));
    return found === undefined ? { success: true } : { success: false, reason: `serial number ${found} is revoked` };
  },
});
