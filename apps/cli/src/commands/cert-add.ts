import type { Config } from '@nv2/config';
import { defineCommand } from '../command.ts';
import { resolvePath } from '../files.ts';
import { parseStore, storeOptions } from './cert-store-options.ts';

export const certAddCommand = defineCommand({
  path: ['cert', 'add'],
  summary: 'add certificates to a trust store',
  description:
    'A certificate in a store trusts nothing by itself: a statement of the trust policy has to name the store.',
  arguments: [{ name: 'file', description: 'certificate files, PEM or DER', isVariadic: true }],
  options: { ...storeOptions },
  examples: ['cert add --type ca --store wabbit-networks wabbit-networks.crt'],
  run: async (values, files, { io, services }) => {
    const store = parseStore(values);
    const [config, { describeCertificate }] = await Promise.all([
      services.config(),
      import('../output/certificate.ts'),
    ]);
    const added = [];
    for (const file of files) {
      const { path, certificates } = await config.addCertificates(store, resolvePath(io.cwd, file));
      added.push({ file: path, certificates: certificates.map(describeCertificate) });
    }
    const lines = added.flatMap(({ file, certificates }) => [
      `  ${file}`,
      ...certificates.map((one) => `    ${one.subject} (${one.fingerprint})`),
    ]);
    return {
      conclusion: 'done',
      report: { type: store.type, store: store.name, added },
      result: added.map(({ file }) => file),
      text: [
        `nv2: ${store.type}:${store.name}: done`,
        ...lines,
        ...(await nextLines(config, `${store.type}:${store.name}`)),
      ],
    };
  },
});

/** A store that no statement names trusts nothing yet. */
async function nextLines(config: Config, store: string): Promise<readonly string[]> {
  const policy = await config.findTrustPolicy('oci');
  const options = `--scope REPOSITORY --trust-store ${store} --identity IDENTITY`;
  if (policy === undefined) return [`next: nv2 policy init ${options}`];
  const isNamed = new TextDecoder().decode(policy.bytes).includes(JSON.stringify(store));
  return isNamed ? [] : [`next: nv2 policy set ${options}`];
}
