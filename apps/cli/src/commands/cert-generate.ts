import { join, resolve } from 'node:path';
import { quoteText } from '@nv2/base';
import type { Certificate, ChainPurpose } from '@nv2/pki';
import { defineCommand } from '../command.ts';
import type { Context } from '../context.ts';
import { CliError } from '../errors.ts';
import { assertFree, readInputFile, resolvePath, writeNewFile } from '../files.ts';
import { keyTypes } from '../key-types.ts';
import type { CertificateRequest } from '../make-certificate.ts';
import { flag, type OptionValues, oneOf, positive, text, texts } from '../option.ts';
import { shellWord, timeText } from '../output/words.ts';

const options = {
  subject: text(
    '--subject <name>',
    'C=…,ST=…,O=…,CN=…; a trust policy can name signers only by C, ST and O; default: CN=NAME',
  ),
  keyType: oneOf('--key-type <type>', 'kind of key', keyTypes, { defaultText: 'p-256' }),
  ca: flag('--ca', 'make an authority, which issues certificates and signs nothing else'),
  pathLength: text('--path-length <n>', 'with --ca: how many authorities may be below it'),
  issuer: text('--issuer <file>', 'certificate of the authority that issues it, with those above; default: itself'),
  issuerKey: text('--issuer-key <file>', 'private key of that authority'),
  purpose: oneOf(
    '--purpose <purpose>',
    'what a certificate that is no authority is for',
    ['code-signing', 'timestamping'],
    {
      defaultText: 'code-signing',
    },
  ),
  days: positive('--days <n>', 'days it is valid', 365),
  crlUrl: texts('--crl-url <url>', 'where the list of revoked certificates is; several times'),
  ocspUrl: texts('--ocsp-url <url>', 'where to ask about revocation; several times'),
  out: text('--out <directory>', 'where to write the files', { defaultText: 'the working directory' }),
};

type Values = OptionValues<typeof options>;

export const certGenerateCommand = defineCommand({
  path: ['cert', 'generate'],
  summary: 'make a key and a certificate: an authority, or one to sign with',
  description:
    'Writes NAME.key, for its owner only, and NAME.crt, never over a file. Below an issuer NAME.crt holds the whole chain. Nobody trusts the ' +
    'certificate until they say so: nothing is added to the key list or a trust store. What breaks a rule for certificates is not written.',
  arguments: [{ name: 'name', description: 'name of the files, and of the subject without --subject' }],
  options,
  examples: [
    'cert generate --ca --days 3650 --subject C=US,ST=WA,O=Wabbit,CN=Root wabbit-root',
    'cert generate --issuer wabbit-root.crt --issuer-key wabbit-root.key --subject C=US,ST=WA,O=Wabbit,CN=release release',
    'cert generate --key-type rsa-3072 trial',
  ],
  run: async (values, [name = ''], context) => {
    assertArguments(values, name);
    const shown = (end: string): string => join(values.out ?? '', `${name}.${end}`);
    const [keyPath, certPath] = [shown('key'), shown('crt')].map((path) => resolve(context.io.cwd, path)) as [
      string,
      string,
    ];
    await assertFree(keyPath, certPath);
    const issuer = await openIssuer(values, context);
    const { makeCertificate } = await import('../make-certificate.ts');
    const request = requestOf(values, name, context, issuer);
    const made = await makeCertificate(request);
    const chain = await judge(made.der, request, issuer?.chain ?? []);
    await writeNewFile(keyPath, made.keyPem, 0o600);
    await writeNewFile(certPath, made.certificatePem, 0o644);
    const [root] = chain.slice(-1);
    const { describeCertificate } = await import('../output/certificate.ts');
    const certificate = describeCertificate(chain[0]);
    const files = { key: shown('key'), crt: shown('crt') };
    return {
      conclusion: 'done',
      report: { name, key: keyPath, certificate: certPath, role: request.role, chain: chain.length, ...certificate },
      result: [keyPath, certPath],
      text: [
        `nv2: ${name}: done`,
        `  key: ${files.key} (${request.keyType})`,
        `  certificate: ${files.crt}, ${request.role === 'authority' ? 'an authority' : `for ${request.purpose}`}, valid until ${timeText(made.notAfter)}`,
        `  subject: ${certificate.subject}`,
        ...remarks(request, root, issuer),
        `next: ${nextOf(values, files, request)}`,
      ],
    };
  },
});

/** @throws CliError `CLI_USAGE` */
function assertArguments(values: Values, name: string): void {
  if (!/^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,63}$/.test(name)) {
    const message = `expected a name of letters, digits, dots, dashes and underscores, found ${quoteText(name)}`;
    throw new CliError('CLI_USAGE', message);
  }
  if ((values.issuer === undefined) !== (values.issuerKey === undefined)) {
    throw new CliError('CLI_USAGE', '--issuer and --issuer-key belong together');
  }
  if (values.pathLength !== undefined) {
    if (!values.ca) throw new CliError('CLI_USAGE', '--path-length is for authorities', { hint: 'Add --ca.' });
    if (!/^(?:0|[1-9]\d?)$/.test(values.pathLength)) {
      throw new CliError(
        'CLI_USAGE',
        `--path-length takes a number from 0 to 99, found ${quoteText(values.pathLength)}`,
      );
    }
  }
  // Dates of certificates end with the year 9999; long before that nobody knows what was meant.
  if (values.days > 36_525)
    throw new CliError('CLI_USAGE', `--days takes at most 36525, a hundred years, found ${values.days}`);
  for (const url of [...values.crlUrl, ...values.ocspUrl]) {
    if (!URL.canParse(url) || !/^https?:\/\//i.test(url)) {
      throw new CliError('CLI_USAGE', `expected a URL of http or https, found ${quoteText(url)}`);
    }
  }
}

function requestOf(values: Values, name: string, { at }: Context, issuer: Issuer | undefined): CertificateRequest {
  const { subject = `CN=${name}`, keyType = 'p-256', ca, purpose = 'code-signing', days } = values;
  return {
    subject,
    keyType,
    role: ca ? 'authority' : 'leaf',
    purpose,
    at,
    days,
    crlUrls: values.crlUrl,
    ocspUrls: values.ocspUrl,
    ...(values.pathLength === undefined ? {} : { pathLength: Number(values.pathLength) }),
    ...(issuer === undefined ? {} : { issuer }),
  };
}

interface Issuer {
  /** The issuing certificate, then those above it. */
  readonly chain: readonly [Certificate, ...Certificate[]];
  readonly key: Awaited<ReturnType<Context['services']['readPrivateKey']>>;
}

/** @throws CliError `CLI_USAGE` where the key is not that of the certificate */
async function openIssuer({ issuer, issuerKey }: Values, { io, services }: Context): Promise<Issuer | undefined> {
  if (issuer === undefined || issuerKey === undefined) return undefined;
  const [{ parseCertificates }, { encodeSpki }] = await Promise.all([import('@nv2/pki'), import('@nv2/base')]);
  const [first, ...above] = parseCertificates(await readInputFile(resolvePath(io.cwd, issuer)), quoteText(issuer, 300));
  if (first === undefined) throw new CliError('CLI_USAGE', `${quoteText(issuer, 300)} holds no certificate`);
  const key = await services.readPrivateKey(issuerKey);
  const spki = encodeSpki(key);
  if (spki.length !== first.spki.length || !spki.every((octet, at) => octet === first.spki[at])) {
    const message = `${quoteText(issuerKey, 300)} is not the key of the first certificate in ${quoteText(issuer, 300)}`;
    throw new CliError('CLI_USAGE', message);
  }
  return { chain: [first, ...above], key };
}

/** A certificate that no verification would accept is not worth its key. @throws CliError `CLI_KEY_UNUSABLE` */
async function judge(
  der: Uint8Array,
  {
    role,
    purpose,
    at,
  }: { readonly role: CertificateRequest['role']; readonly purpose: ChainPurpose; readonly at: Date },
  above: readonly Certificate[],
): Promise<readonly [Certificate, ...Certificate[]]> {
  const { isSelfSigned, lintChain, parseCertificate } = await import('@nv2/pki');
  const chain = [parseCertificate(der), ...above] as const;
  const last = chain.at(-1) ?? chain[0];
  const [failure] = lintChain(chain, { purpose, at, hasLeaf: role === 'leaf', isPartial: !isSelfSigned(last) });
  if (failure === undefined) return chain;
  const which =
    failure.certificate === 0 ? 'the new certificate' : `with it, certificate ${failure.certificate} of the issuer`;
  throw new CliError('CLI_KEY_UNUSABLE', `${which} would break a rule: ${failure.reason} (${failure.rule})`, {
    hint: 'nv2 cert lint shows everything that is wrong with the certificates of the issuer',
  });
}

/** What a person will otherwise learn later. */
function remarks(
  request: CertificateRequest,
  root: Certificate | undefined,
  issuer: Issuer | undefined,
): readonly string[] {
  // A day less, so that one made a moment after its authority is not called longer-lived.
  const end = new Date(request.at.getTime() + (request.days - 1) * 24 * 60 * 60 * 1000);
  const names = ['C', 'ST', 'O'].filter((type) => !new RegExp(`(?:^|[,/]\\s*)${type}\\s*=`, 'i').test(request.subject));
  const short = issuer?.chain.find(({ notAfter }) => notAfter < end);
  const isPartial = issuer !== undefined && root !== undefined && !isSameName(root);
  return [
    ...(request.role === 'leaf' && request.purpose === 'code-signing' && names.length > 0
      ? [
          `  a trust policy cannot name this signer, only accept everybody below the root: the subject has no ${names.join(', ')}`,
        ]
      : []),
    ...(short === undefined
      ? []
      : [`  it outlives an authority above it, which is valid until ${timeText(short.notAfter)}`]),
    ...(isPartial ? ['  the chain of the issuer does not reach its root; signing takes the whole chain'] : []),
  ];
}

function isSameName({ subject, issuer }: Certificate): boolean {
  return subject.der.length === issuer.der.length && subject.der.every((octet, at) => octet === issuer.der[at]);
}

function nextOf(
  { issuer }: Values,
  { key, crt }: { readonly key: string; readonly crt: string },
  { role, purpose }: CertificateRequest,
): string {
  if (role === 'authority') return `nv2 cert generate --issuer ${shellWord(crt)} --issuer-key ${shellWord(key)} NAME`;
  if (purpose === 'timestamping') return `nv2 cert add --type tsa --store NAME ${shellWord(issuer ?? crt)}`;
  return `nv2 sign -k ${shellWord(key)} REFERENCE`;
}
