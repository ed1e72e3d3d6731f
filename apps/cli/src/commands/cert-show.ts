import { quoteText } from '@nv2/base';
import { defineCommand } from '../command.ts';
import { readInputFile, resolvePath } from '../files.ts';
import { parseStore, storeOptions } from './cert-store-options.ts';

export const certShowCommand = defineCommand({
  path: ['cert', 'show'],
  summary: 'show the certificates of a file, in a trust store or anywhere',
  arguments: [{ name: 'file', description: 'name of a file in the store that --type and --store name; else a path' }],
  options: { ...storeOptions },
  examples: ['cert show wabbit-networks.crt', 'cert show --type ca --store wabbit-networks wabbit-networks.crt'],
  run: async (values, [file = ''], { io, services }) => {
    const isStored = values.type !== undefined || values.store !== undefined;
    const [{ parseCertificates }, { describeCertificate }] = await Promise.all([
      import('@nv2/pki'),
      import('../output/certificate.ts'),
    ]);
    const found = isStored
      ? await (await services.config()).readStoreCertificates(parseStore(values), file)
      : parseCertificates(await readInputFile(resolvePath(io.cwd, file)), quoteText(file, 300));
    const certificates = found.map(describeCertificate);
    return {
      conclusion: 'done',
      report: { file, certificates },
      result: certificates.flatMap((one, index) => [
        ...(index === 0 ? [] : ['']),
        `subject:     ${one.subject}`,
        `issuer:      ${one.issuer}`,
        `valid from:  ${one.notBefore}`,
        `valid to:    ${one.notAfter}`,
        `authority:   ${one.isCa ? 'yes' : 'no'}`,
        `fingerprint: ${one.fingerprint}`,
      ]),
      text: [],
    };
  },
});
