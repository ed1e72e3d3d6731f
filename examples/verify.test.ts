import { encodeUtf8 } from '@nv2/base';
import { builtinFormats } from '@nv2/envelope';
import { sign } from '@nv2/notary';
import { createRegistrySession } from '@nv2/registry-client';
import { createRegistry } from '@nv2/registry-server';
import { mintChain, pushArtifact, temporaryDirectory, testImage } from '@nv2/testing';
import { createTransport, listen } from '@nv2/transport';
import { describe, expect, it } from 'vitest';
import { verifyArtifact } from './verify.ts';

describe('examples/verify.ts', () => {
  it('accepts what the policy trusts and refuses what nobody signed, over a real registry', async () => {
    await using directory = await temporaryDirectory();
    const now = (): Date => new Date();
    const registry = await createRegistry({ directory: directory.path, durability: 'off', now });
    const listener = await listen(registry.handler, { host: '127.0.0.1', port: 0 });
    const transport = createTransport();
    try {
      const host = `localhost:${listener.port}`;
      const chain = await mintChain();
      const session = createRegistrySession({
        transport,
        userAgent: 'example/1.0.0',
        now,
        sleep: async () => undefined,
        random: Math.random,
      });
      const store = session.repository(host, 'team/app');
      const { manifest } = testImage();
      await pushArtifact(store, testImage(), 'v1');
      const policy = encodeUtf8(
        JSON.stringify({
          version: '1.0',
          trustPolicies: [
            {
              name: 'example',
              registryScopes: [`${host}/team/app`],
              signatureVerification: { level: 'strict' },
              trustStores: ['ca:example'],
              trustedIdentities: ['x509.subject: C=US, ST=WA, O=Example'],
            },
          ],
        }),
      );
      const verdict = async (): Promise<string> =>
        (
          await verifyArtifact(
            `${host}/team/app:v1`,
            policy,
            encodeUtf8(chain.pem.slice(chain.pem.lastIndexOf('-----BEGIN'))),
          )
        ).verdict;

      expect(await verdict()).toBe('untrusted');
      const [format] = builtinFormats;
      if (format === undefined) throw new TypeError('no envelope format');
      const key = chain.signingKey;
      await sign({ store, subject: manifest.descriptor, key, format, at: now(), signingAgent: 'example/1.0.0' });
      expect(await verdict()).toBe('trusted');
    } finally {
      transport.close();
      await listener.close();
      await registry.close();
    }
  });
});
