// A signing plugin: the key is a PEM file, its certificates another. Bundled into one file it is an executable:
// esbuild examples/signing-plugin.ts --bundle --platform=node --banner:js='#!/usr/bin/env node' --outfile=notation-com.example.pem

import { createPrivateKey, constants, type KeyObject, sign, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type KeySpec, PluginFault, servePlugin } from '@nv2/plugin';

function openKey(path: string): KeyObject {
  try {
    return createPrivateKey(readFileSync(path));
  } catch {
    throw new PluginFault('ACCESS_DENIED', `the key ${path} cannot be read`);
  }
}

void servePlugin({
  name: 'com.example.pem',
  description: 'Signs with a key in a PEM file',
  version: '1.0.0',
  url: 'https://example.com/pem',
  describeKey: ({ keyId }) => {
    const { modulusLength, namedCurve } = openKey(keyId).asymmetricKeyDetails ?? {};
    const curves: Record<string, KeySpec> = { prime256v1: 'EC-256', secp384r1: 'EC-384', secp521r1: 'EC-521' };
    return curves[namedCurve ?? ''] ?? (`RSA-${modulusLength}` as KeySpec);
  },
  generateSignature: ({ keyId, hashAlgorithm, payload, pluginConfig }) => {
    const pem = readFileSync(pluginConfig['chain'] ?? `${keyId}.crt`, 'utf8');
    const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
    return {
      signature: sign(hashAlgorithm.replace('-', ''), payload, {
        key: openKey(keyId),
        padding: constants.RSA_PKCS1_PSS_PADDING,
        saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
        dsaEncoding: 'ieee-p1363',
      }),
      certificateChain: blocks.map((block) => new X509Certificate(block).raw),
    };
  },
});
