import { basename } from 'node:path';
import { describeError, isNv2Error, readAll } from '@nv2/base';
import type { ReadSignatureFile } from '../blob.ts';
import { defineCommand } from '../command.ts';
import type { Context } from '../context.ts';
import { concludeErrors } from '../exit-codes.ts';
import { maxEnvelopeBytes } from '../limits.ts';
import { oneOf } from '../option.ts';
import type { InspectedSignature } from '../output/inspection.ts';
import { renderTree } from '../output/table.ts';
import { failureOf, nextOf, reportFailure } from '../report-failure.ts';

export const blobInspectCommand = defineCommand({
  path: ['blob', 'inspect'],
  summary: 'show everything that signature files say',
  description:
    'What a signature says is a claim of whoever made it; `nv2 blob verify` decides. The state is malformed where the signature does not hold ' +
    'together, and not checked otherwise.',
  arguments: [{ name: 'signature', description: 'signature files, or - for standard input', isVariadic: true }],
  options: {
    signatureFormat: oneOf('--signature-format <format>', 'envelope; default: as the name of the file says', [
      'jws',
      'cose',
    ]),
  },
  examples: [
    'blob inspect net-monitor.tar.gz.jws.sig',
    'blob inspect --format json dist/a.deb.cose.sig dist/b.deb.cose.sig',
  ],
  run: async ({ signatureFormat }, paths, context) => {
    const { drawInspected } = await import('../output/inspection.ts');
    const signatures: (InspectedSignature & { readonly file: string })[] = [];
    const failed: { readonly file: string; readonly error: unknown }[] = [];
    for (const path of new Set(paths)) {
      try {
        const file = await readFile(path, signatureFormat, context);
        signatures.push({ file: path, ...(await inspectFile(file, context)) });
      } catch (error) {
        failed.push({ file: path, error: failureOf(error, context) });
      }
    }
    const errors = failed.map(({ error }) => error);
    return {
      conclusion: errors.length === 0 ? 'done' : concludeErrors(errors),
      report: {
        signatures,
        failed: failed.map(({ file, error }) => ({ file, error: reportFailure(error) })),
      },
      result: signatures.flatMap(({ file, ...signature }) => renderTree(drawInspected(file, signature))),
      text: [
        ...failed.map(({ file, error }) => `nv2: ${file}: ${reportFailure(error).message}`),
        ...nextOf(errors, 'blob inspect'),
      ],
    };
  },
});

async function readFile(path: string, format: 'jws' | 'cose' | undefined, { io }: Context): Promise<ReadSignatureFile> {
  const [{ readSignatureFile }, { parseSignatureFormat }, { findFormat }] = await Promise.all([
    import('../blob.ts'),
    import('@nv2/notary'),
    import('@nv2/envelope'),
  ]);
  const mediaType = format === undefined ? undefined : findFormat(format)?.mediaType;
  const stated = mediaType === undefined ? {} : { mediaType };
  if (path !== '-') return readSignatureFile(path, { io, ...stated });
  const bytes = await readAll(io.stdin, maxEnvelopeBytes);
  return { bytes, format: parseSignatureFormat({ name: basename(path), bytes, ...stated }) };
}

async function inspectFile({ bytes, format }: ReadSignatureFile, context: Context): Promise<InspectedSignature> {
  const [{ parseSignatureFile }, { verifyEnvelope }, { digestOf }, { describeEnvelope }] = await Promise.all([
    import('../blob.ts'),
    import('@nv2/notary'),
    import('@nv2/oci'),
    import('../output/inspection.ts'),
  ]);
  const { mediaType } = format;
  const shared = { digest: digestOf(bytes), format: format.name };
  const content = { mediaType, digest: shared.digest, size: bytes.length };
  // Nobody is trusted, so whoever holds together is refused for being unknown, before it matters what was signed.
  const trust = { kind: 'none', because: 'no-policy' } as const;
  const outcome = await verifyEnvelope({
    envelope: bytes,
    mediaType,
    subject: content,
    trust,
    at: context.at,
    revocation: context.services.revocation(),
  });
  const isIntact = outcome.verdict === 'untrusted' && outcome.failures[0].facts.code === 'no-policy';
  const reason = outcome.verdict === 'untrusted' && !isIntact ? { reason: outcome.failures[0].reason } : {};
  const state = { state: isIntact ? 'not checked' : 'malformed', ...reason };
  try {
    return { ...shared, ...state, ...describeEnvelope(parseSignatureFile({ bytes, format })) };
  } catch (error) {
    if (!isNv2Error(error)) throw error;
    return { ...shared, state: 'malformed', reason: describeError(error) };
  }
}
