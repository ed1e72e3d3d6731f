import { join } from 'node:path';
import { isNv2Error } from '@nv2/base';
import { type NotationCommand, NotationError, firstArgument } from './command.ts';
import { loggingFlags, storeFlags } from './flags.ts';
import { plainTime } from './reference-text/time.ts';
import { requireStore, wordCertificateError } from './trust-store.ts';

const rule = '-'.repeat(80);

export const certificateShowCommand: NotationCommand = {
  path: ['certificate', 'show'],
  aliases: [],
  usage: '--type <type> --store <name> [flags] <cert_fileName>',
  summary: 'Show the certificates of a file in the trust store',
  examples: ['cert show --type ca --store acme-rockets cert1.pem'],
  flags: [...loggingFlags, ...storeFlags.required],
  checkArguments: (args) => {
    if (args.length === 0) throw new NotationError('missing certificate file name');
    if (args.length > 1) throw new NotationError('show only supports single certificate file');
  },
  run: async (context) => {
    const { flags, services, out } = context;
    const store = await requireStore(context);
    const file = firstArgument(flags);
    if (file === '') throw new NotationError('certificate fileName cannot be empty');
    const config = await services.config();
    const certificates = await config.readStoreCertificates(store, file).catch((error: unknown) => {
      const path = join(config.directories.notationConfig, 'truststore', 'x509', store.type, store.name, file);
      const isMissing = isNv2Error(error, 'CONFIG_STORE_FILE_NOT_FOUND');
      const reason = isMissing ? `open ${path}: no such file or directory` : wordCertificateError(error, path);
      throw new NotationError(`failed to show details of certificate ${file}, with error: ${reason}`);
    });
    const { renderName } = await import('./reference-text/name.ts');
    const details = certificates.map((one) =>
      [
        `Issuer: ${renderName(one.issuer)}`,
        `Subject: ${renderName(one.subject)}`,
        `Valid from: ${plainTime(one.notBefore)}`,
        `Valid to: ${plainTime(one.notAfter)}`,
        `IsCA: ${one.basicConstraints?.isCa === true}`,
        `SHA256 Thumbprint: ${one.fingerprint}`,
      ].join('\n'),
    );
    out(['Certificate details', rule, details.join(`\n${rule}\n`)].join('\n'));
  },
};
