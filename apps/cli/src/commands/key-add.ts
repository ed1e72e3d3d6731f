import { isAbsolute, relative, resolve } from 'node:path';
import { defineCommand } from '../command.ts';
import { flag, text } from '../option.ts';

export const keyAddCommand = defineCommand({
  path: ['key', 'add'],
  summary: 'give a key file a name',
  description:
    'The file stays where it is. The key and its certificate chain are checked as for signing; without a certificate file the chain is ' +
    'looked for beside the key.',
  arguments: [
    { name: 'name', description: 'the name to give' },
    { name: 'key-file', description: 'private key: PEM, PKCS#8 (encrypted too), PKCS#1 or SEC1' },
    { name: 'certificate-file', description: 'certificate chain, the signing certificate first', isOptional: true },
  ],
  options: {
    isDefault: flag('--default', 'make it the default key'),
    cert: text('-c, --cert <file>', 'certificate chain, as an option'),
  },
  examples: [
    'key add release wabbit-networks.key',
    'key add --default release keys/release.key certs/release-chain.pem',
  ],
  run: async (values, [name = '', keyFile = '', certFile], { io, at, services }) => {
    const [{ withKey }, { assertSigningKey }, config] = await Promise.all([
      import('@nv2/config'),
      import('../key-advice.ts'),
      services.config(),
    ]);
    const keyPath = resolve(io.cwd, keyFile);
    // Opening it now finds a wrong pair before it is listed; an absolute path is never taken for a name of the list.
    const key = await services.loadSigningKey(keyPath, certFile ?? values.cert);
    assertSigningKey({ ...key, name: keyFile, keyPath: keyFile }, at);
    const { chainPath = '' } = key;
    const certPath = resolve(io.cwd, chainPath);
    const entry = { kind: 'local', name, keyPath, certPath } as const;
    await config.writeSigningKeys(withKey(await config.readSigningKeys(), entry, { isDefault: values.isDefault }));
    return {
      conclusion: 'done',
      report: { name, key: keyPath, certificate: certPath, default: values.isDefault },
      result: [name],
      text: [
        `nv2: ${name}: done`,
        `  key: ${keyFile}`,
        `  certificate: ${isAbsolute(keyFile) ? certPath : relative(io.cwd, certPath)}`,
      ],
    };
  },
});
