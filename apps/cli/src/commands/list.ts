import { plainText } from '@nv2/base';
import { defineCommand } from '../command.ts';
import type { ExaminedSignature } from '../examine-signatures.ts';
import { limitOptions, referenceOptions, registryOptions, trustOptions } from '../options.ts';
import { renderTable } from '../output/table.ts';
import { formatName, timeText } from '../output/words.ts';
import { readRegistryAccess } from '../registry-access.ts';
import { chooseSubject } from './subject-argument.ts';

export const listCommand = defineCommand({
  path: ['list'],
  aliases: ['ls'],
  summary: 'list the signatures of an artifact, each with its state',
  description:
    'States: trusted, untrusted, expired, revoked, malformed, unreadable, unknown format, and not checked where there is no policy. Only ' +
    '`nv2 verify` decides whether the artifact is accepted.',
  arguments: [
    {
      name: 'subject',
      description: 'host/repository:tag, host/repository@digest, oci-layout:DIR[:tag]',
      isOptional: true,
    },
  ],
  options: { ...referenceOptions, ...trustOptions, ...limitOptions, ...registryOptions },
  examples: [
    'list registry.wabbit-networks.io/net-monitor:v1',
    'list --format json registry.wabbit-networks.io/net-monitor:v1',
  ],
  run: async (values, args, context) => {
    const { io, services } = context;
    const subject = await chooseSubject(args, values.reference);
    const [{ examineSignatures }, { openSubject, resolveSubject }, access] = await Promise.all([
      import('../examine-signatures.ts'),
      import('../stores/open.ts'),
      readRegistryAccess(values, context),
    ]);
    await using opened = await openSubject(subject, { services, access, cwd: io.cwd, create: false });
    const { descriptor, name } = await resolveSubject(opened, { signal: io.signal });
    const { signatures, isLimitReached, decidedBy } = await examineSignatures(
      { subject, opened, descriptor, flags: values },
      context,
    );
    if (isLimitReached)
      context.warn(`only ${values.maxSignatures} signatures were examined, there are more (--max-signatures)`);
    const rows = signatures.map(describeSignature);
    const header = ['SIGNATURE', 'FORMAT', 'TIME', 'STATE', 'SIGNER', 'ROOT'];
    return {
      conclusion: 'done',
      report: { subject: name, decidedBy, limitReached: isLimitReached, signatures: rows },
      result:
        rows.length === 0
          ? []
          : renderTable(
              header,
              rows.map((row) => [
                row.digest,
                row.format,
                row.time ?? '-',
                row.state,
                row.signer ?? '-',
                row.root ?? '-',
              ]),
            ),
      text: rows.length === 0 ? [`nv2: ${name}: no signatures`, `next: nv2 sign -k KEY ${name}`] : [],
    };
  },
});

interface SignatureRow {
  readonly digest: string;
  readonly format: string;
  readonly state: string;
  readonly reason?: string;
  readonly signer?: string;
  readonly root?: string;
  readonly time?: string;
}

function describeSignature({ descriptor, state, reason, outcome, stored, foreign }: ExaminedSignature): SignatureRow {
  const claims = outcome !== undefined && 'claims' in outcome ? outcome.claims : undefined;
  const format = foreign ?? (stored === undefined ? 'unknown' : formatName(stored.mediaType));
  return {
    digest: descriptor.digest,
    format: plainText(format),
    state,
    ...(reason === undefined ? {} : { reason }),
    ...(claims === undefined
      ? {}
      : {
          signer: claims.chain[0].subject,
          root: claims.chain.at(-1)?.subject ?? '',
          time: timeText(claims.signingTime),
        }),
  };
}
