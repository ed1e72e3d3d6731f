import { assertNever, describeError, isNv2Error } from '@nv2/base';
import type { EnvelopeFormat } from '@nv2/envelope';
import type { SignatureOutcome } from '@nv2/notary';
import type { BlobStatement } from '@nv2/trust';
import type { Blob } from '../blob.ts';
import { readInputFile, resolvePath } from '../files.ts';
import { maxEnvelopeBytes } from '../limits.ts';
import { oneArgument } from './arguments.ts';
import {
  firstArgument,
  type NotationCommand,
  type NotationContext,
  NotationError,
  parsePairs,
  textFlag,
  textFlags,
} from './command.ts';
import { loggingFlags, pluginConfigFlag, userMetadataFlag } from './flags.ts';
import { wordReadError } from './file-error.ts';
import { selectBlobPolicyStatement } from './policy.ts';
import { wordFailure } from './reasons.ts';
import { findReservedMetadata } from './signing.ts';
import { parseSignatureFileName } from './signature-format.ts';
import { dumpStatement } from './statement-dump.ts';
import { findStoreFailure, type ReportOptions, reportAccepted, reportSkipped } from './verification.ts';

export const blobVerifyCommand: NotationCommand = {
  path: ['blob', 'verify'],
  aliases: [],
  usage: '[flags] --signature <signature_path> <blob_path>',
  summary: 'Verify a file with the signature beside it',
  examples: [
    'blob verify --signature <signature_path> <blob_path>',
    'blob verify --policy-name <policy_name> --signature <signature_path> <blob_path>',
  ],
  flags: [
    ...loggingFlags,
    { name: 'signature', short: 's', kind: 'string', help: 'file of the signature', isRequired: true },
    pluginConfigFlag,
    userMetadataFlag,
    { name: 'media-type', kind: 'string', help: 'media type that the blob must have been signed with' },
    { name: 'policy-name', kind: 'string', help: 'statement of the trust policy (default: the global one)' },
  ],
  checkArguments: oneArgument(
    'missing path to the blob artifact: use `notation blob verify --help` to see what parameters are required',
  ),
  checkEarly: ({ flags }) => {
    if ((textFlag(flags, 'signature') ?? '') === '')
      throw new NotationError('filepath of the signature cannot be empty');
    if (textFlag(flags, 'media-type') === '') throw new NotationError('--media-type is set but with empty value');
  },
  run: async (context) => {
    const { flags, at } = context;
    const path = firstArgument(flags);
    const { openBlob } = await import('../blob.ts');
    await using blob = await openBlob(path === '-' ? './-' : path, context).catch((error: unknown) => {
      throw wordBlobError(error, path);
    });
    const envelope = await readSignature(textFlag(flags, 'signature') ?? '', context);
    const select = await selectBlobPolicyStatement(context);
    const pluginConfig = parsePairs(textFlags(flags, 'plugin-config'), 'plugin-config');
    const userMetadata = parsePairs(textFlags(flags, 'user-metadata'), 'user-metadata');
    const format = await parseSignatureFileName(textFlag(flags, 'signature') ?? '');
    const statement = selectAndLog(select(textFlag(flags, 'policy-name')), format, context);
    // META-07
    const reserved = findReservedMetadata(userMetadata);
    if (reserved !== undefined) throw new NotationError(`${descriptorFailed}${reserved}`);
    const outcome = await judge(blob, { envelope, format, statement, userMetadata, pluginConfig, context });
    report(outcome, { name: path, context, hasWarning: false, wording: { statement, at } });
  },
};

async function readSignature(path: string, { io }: NotationContext): Promise<Uint8Array> {
  try {
    return await readInputFile(resolvePath(io.cwd, path), maxEnvelopeBytes);
  } catch (error) {
    throw wordReadError(error, path);
  }
}

/** The reference notices only while it hashes that a blob is a directory. */
function wordBlobError(error: unknown, path: string): unknown {
  const worded = wordReadError(error, path);
  return worded instanceof NotationError && worded.message.startsWith('read ')
    ? new NotationError(`${descriptorFailed}${worded.message}`)
    : worded;
}

function selectAndLog(
  statement: BlobStatement,
  { mediaType }: EnvelopeFormat,
  { log }: NotationContext,
): BlobStatement {
  log('debug', `Verify signature of media type ${mediaType}`);
  log('info', `Trust policy configuration: ${dumpStatement(statement)}`);
  if (statement.level.name === 'skip') log('debug', 'Skipping signature verification');
  return statement;
}

const descriptorFailed = 'signature verification failed: failed to generate descriptor for given artifact. Error: ';

interface JudgeOptions {
  readonly envelope: Uint8Array;
  readonly format: EnvelopeFormat;
  readonly statement: BlobStatement;
  readonly userMetadata: Readonly<Record<string, string>>;
  readonly pluginConfig: Readonly<Record<string, string>>;
  readonly context: NotationContext;
}

async function judge({ content }: Blob, options: JudgeOptions): Promise<SignatureOutcome> {
  const { envelope, format, statement, userMetadata, pluginConfig, context } = options;
  const { flags, services, at, io, log } = context;
  const [{ verifyBlob }, { logChecks }] = await Promise.all([import('@nv2/notary'), import('./log.ts')]);
  const { trustStore } = await services.config();
  const mediaType = textFlag(flags, 'media-type');
  try {
    return await verifyBlob({
      content,
      envelope,
      envelopeMediaType: format.mediaType,
      trust: { kind: 'policy', statement, trustStore },
      at,
      userMetadata,
      revocation: services.revocation(),
      plugins: services.verificationPlugins(pluginConfig),
      onEvent: logChecks(log, { statement, at }),
      signal: io.signal,
      ...(mediaType === undefined ? {} : { mediaType, allowBareMediaType: true }),
    });
  } catch (error) {
    throw wordRefusal(error, mediaType);
  }
}

/** What ends a verification before there is a verdict. */
function wordRefusal(error: unknown, mediaType: string | undefined): unknown {
  if (!isNv2Error(error)) return error;
  const failed = (text: string): NotationError => new NotationError(`signature verification failed: ${text}`);
  switch (error.code) {
    case 'NOTARY_BLOB_SIGNATURE_EMPTY':
      return failed('signature cannot be nil or empty');
    case 'NOTARY_MEDIA_TYPE_INVALID':
      return failed(`invalid content media-type ${JSON.stringify(mediaType)}: ${error.message}`);
    default:
      return failed(describeError(error));
  }
}

function report(outcome: SignatureOutcome, options: ReportOptions): void {
  switch (outcome.verdict) {
    case 'untrusted':
      throw (
        findStoreFailure(outcome.failures) ??
        new NotationError(`signature verification failed: ${wordFailure(outcome.failures[0], options.wording)}`)
      );
    case 'trusted':
      return reportAccepted(outcome, options);
    case 'not-verified':
      return outcome.because === 'policy-level-skip' ? reportSkipped(options) : reportAccepted(outcome, options);
    default:
      return assertNever(outcome);
  }
}
