import { defineCommand } from '../command.ts';
import { oneOf } from '../option.ts';

export const certLintCommand = defineCommand({
  path: ['cert', 'lint'],
  summary: 'check certificates by every rule, and say how to make better ones',
  description:
    'A file holds one certificate, or a chain with the signing certificate first. Each finding names the certificate and the rule, and the ' +
    'OpenSSL line that makes a certificate without it; name the file of the issuer too, and the line uses it. A certificate whose issuer ' +
    'is not in the file is judged by itself. The exit code is 16 when there are findings.',
  arguments: [{ name: 'file', description: 'certificates, PEM or DER', isVariadic: true }],
  options: {
    purpose: oneOf('--purpose <purpose>', 'what the certificates are for', ['code-signing', 'timestamping'], {
      defaultText: 'code-signing',
    }),
    role: oneOf(
      '--role <role>',
      'what the first certificate of a file is, unless it issued that of another; default: as it says itself',
      ['leaf', 'authority'],
    ),
  },
  examples: [
    'cert lint wabbit-networks.crt',
    'cert lint wabbit-networks.crt wabbit-networks-root.crt',
    'cert lint --purpose timestamping --format json tsa-chain.pem',
  ],
  run: async ({ purpose = 'code-signing', role }, paths, context) => {
    const [{ lintFile, readCertificateFile }, { describeLint }] = await Promise.all([
      import('../lint-certificates.ts'),
      import('../output/certificate-lint.ts'),
    ]);
    const files = await Promise.all([...new Set(paths)].map((path) => readCertificateFile(path, context)));
    const options = { purpose, at: context.at, ...(role === undefined ? {} : { role }) };
    const linted = await Promise.all(files.map((file) => lintFile(file, files, options)));
    return describeLint(linted, purpose);
  },
});
