// Turns a vector into the one line that its index expects: `trusted`, `untrusted expiry expired`, `failed CERT-13`, …

import { copyFile, cp, mkdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { assertNever, bytesBody, encodeUtf8, isNv2Error } from '@nv2/base';
import { openConfig } from '@nv2/config';
import { parseEnvelope } from '@nv2/envelope';
import {
  type Failure,
  parsePayload,
  type SignatureOutcome,
  type VerificationOptions,
  verifyBlob,
  verifyEnvelope,
} from '@nv2/notary';
import { digestOf, mediaTypes } from '@nv2/oci';
import { openLayout } from '@nv2/oci-layout';
import { type Certificate, checkChain, parseCertificate, parseCertificates } from '@nv2/pki';
import { temporaryDirectory } from '@nv2/testing';
import {
  checkIdentity,
  checkStoreMembers,
  memoryTrustStore,
  parseIdentity,
  parseTrustPolicy,
  selectStatement,
  TrustPolicyError,
} from '@nv2/trust';
import { parseSignatureManifest } from '../packages/notary/src/signature-manifest.ts';
import type { BlobInput, EnvelopeInput, SubjectFile, VectorCase, VectorInput } from './case.ts';
import { judgePackage } from './judge-package.ts';
import { judgeRevocation } from './judge-revocation.ts';
import { judgeResponse, judgeToken, nobodyIsRevoked } from './judge-timestamp.ts';
import { judgeWriter } from './judge-writer.ts';

/** The outcome of a case as one line. An error of ours is `error CODE`; anything else that is thrown is a defect. */
export async function judge(vector: VectorCase, root: string): Promise<string> {
  try {
    return await judgeInput(vector, root);
  } catch (error) {
    if (error instanceof TrustPolicyError) {
      const codes = error.problems.filter((problem) => problem.severity === 'error').map((problem) => problem.code);
      return `invalid ${[...new Set(codes)].join(' ')}`;
    }
    if (isNv2Error(error)) return `error ${error.code}`;
    throw error;
  }
}

async function judgeInput(input: VectorInput, root: string): Promise<string> {
  const read = (file: string): Promise<Uint8Array> => readFile(join(root, file));
  const certificates = async (files: readonly string[]): Promise<readonly Certificate[]> =>
    (await Promise.all(files.map(async (file) => parseCertificates(await read(file))))).flat();
  switch (input.kind) {
    case 'envelope':
      return describe(await judgeEnvelope(input, read, certificates), await read(input.file), input.mediaType);
    case 'blob':
      return describe(await judgeBlob(input, read, certificates), await read(input.file));
    case 'chain': {
      const chain = await certificates(input.certificates);
      const at = input.at === undefined ? {} : { at: new Date(input.at) };
      const result = checkChain(chain, { purpose: input.purpose ?? 'code-signing', ...at });
      return result.status === 'passed' ? 'passed' : `failed ${result.rule}`;
    }
    case 'revocation':
      return judgeRevocation(await certificates(input.certificates), input, root);
    case 'certificate-file':
      return `certificates ${(await certificates([input.file])).length}`;
    case 'identity': {
      const [leaf] = await certificates([input.certificate]);
      if (leaf === undefined) return 'no certificate';
      const result = checkIdentity(leaf, input.identities.map(parseIdentity));
      return result.status === 'passed' ? 'passed' : `failed ${result.rule}`;
    }
    case 'trust-policy':
      return judgePolicy(await read(input.file), input);
    case 'trust-store':
      return judgeStore(input, root);
    case 'store-member': {
      const problem = checkStoreMembers(input.store, await certificates([input.file]));
      return problem === undefined ? 'loads' : `refused ${problem.rule}`;
    }
    case 'plugin-package':
      return judgePackage(join(root, input.file));
    case 'signing-keys':
    case 'settings':
      return judgeConfig(input, root);
    case 'timestamp-token':
      return judgeToken(
        await read(input.file),
        await certificates(input.roots),
        input.data === undefined ? undefined : await read(input.data),
      );
    case 'timestamp-response':
      return judgeResponse(await read(input.file));
    case 'layout': {
      await using layout = await openLayout(join(root, input.directory), { readOnly: true });
      const manifest = await layout.findManifest(input.tag);
      return manifest === undefined ? 'not found' : manifest.descriptor.digest;
    }
    case 'signature-manifest': {
      const bytes = await read(input.file);
      const manifest = parseSignatureManifest(bytes, mediaTypes.ociManifest, await subjectFrom(input.subject, read));
      const isSame = manifest.envelope.digest === digestOf(await read(input.envelope));
      return `${manifest.form} form of ${isSame ? 'its' : 'another'} envelope`;
    }
    case 'writer':
      return judgeWriter(await read(input.file), input.format);
    default:
      return assertNever(input);
  }
}

type ReadFile = (file: string) => Promise<Uint8Array>;
type ReadCertificates = (files: readonly string[]) => Promise<readonly Certificate[]>;

async function judgeEnvelope(
  input: EnvelopeInput,
  read: ReadFile,
  certificates: ReadCertificates,
): Promise<SignatureOutcome> {
  const envelope = await read(input.file);
  const mediaType = input.mediaType ?? mediaTypeOf(envelope);
  const options = await verification(input, certificates, envelope, mediaType);
  return verifyEnvelope({
    ...options,
    envelope,
    mediaType,
    subject: await subjectOf(input, envelope, mediaType, read),
  });
}

/** Without a subject in the index the signature is judged for what it claims to be about. */
async function subjectOf(input: EnvelopeInput, envelope: Uint8Array, mediaType: string, read: ReadFile) {
  if (input.subject !== undefined) return subjectFrom(input.subject, read);
  try {
    return parsePayload(parseEnvelope(envelope, mediaType).payload);
  } catch {
    // Unreadable: whatever the subject is, the integrity check is what must say so.
    return { mediaType: 'application/octet-stream', digest: digestOf(envelope), size: 0 };
  }
}

async function subjectFrom({ file, mediaType }: SubjectFile, read: ReadFile) {
  const bytes = await read(file);
  return { mediaType, digest: digestOf(bytes), size: bytes.length };
}

async function judgeBlob(input: BlobInput, read: ReadFile, certificates: ReadCertificates): Promise<SignatureOutcome> {
  const envelope = await read(input.file);
  const content = typeof input.blob === 'string' ? await read(input.blob) : encodeUtf8(input.blob.text);
  return verifyBlob({
    ...(await verification(input, certificates, envelope, mediaTypeOf(envelope))),
    content: bytesBody(content),
    envelope,
    envelopeMediaType: mediaTypeOf(envelope),
    ...(input.mediaType === undefined ? {} : { mediaType: input.mediaType }),
  });
}

async function verification(
  input: EnvelopeInput | BlobInput,
  certificates: ReadCertificates,
  envelope: Uint8Array,
  mediaType: string,
): Promise<VerificationOptions> {
  const { store = 'ca', tsa = [], level = 'strict' } = input;
  const policy = {
    version: '1.0',
    trustPolicies: [
      {
        name: 'vector',
        registryScopes: ['*'],
        signatureVerification: { level, verifyTimestamp: input.verifyTimestamp ?? 'always' },
        trustStores: [`${store}:vector`, ...(tsa.length > 0 ? ['tsa:vector'] : [])],
        trustedIdentities: input.identities ?? ['*'],
      },
    ],
  };
  const { statements } = parseTrustPolicy(encodeUtf8(JSON.stringify(policy)), { kind: 'oci' });
  const anchors = input.anchors === 'own' ? [ownRoot(envelope, mediaType)] : await certificates(input.anchors);
  const trustStore = memoryTrustStore([
    { type: store, name: 'vector', certificates: anchors },
    { type: 'tsa', name: 'vector', certificates: await certificates(tsa) },
  ]);
  return {
    trust: { kind: 'policy', statement: statements[0], trustStore },
    at: new Date(input.at),
    ...(input.revocation === undefined ? {} : { revocation: nobodyIsRevoked }),
    ...(input.userMetadata === undefined ? {} : { userMetadata: input.userMetadata }),
  };
}

function ownRoot(envelope: Uint8Array, mediaType: string): Certificate {
  const der = parseEnvelope(envelope, mediaType).unsigned.certificateChain.at(-1);
  return parseCertificate(der ?? new Uint8Array());
}

function describe(outcome: SignatureOutcome, envelope: Uint8Array, mediaType = mediaTypeOf(envelope)): string {
  if (outcome.verdict === 'not-verified') return `not-verified ${outcome.because}`;
  const [failure] = outcome.failures;
  if (outcome.verdict === 'trusted')
    return failure === undefined ? 'trusted' : `trusted, logged ${describeFailure(failure)}`;
  // The outcome says that an envelope is malformed, the reader's own error which rule it breaks.
  const rule = failure?.check === 'integrity' ? ` ${brokenRule(envelope, mediaType)}` : '';
  return `untrusted ${failure === undefined ? '' : describeFailure(failure)}${failure?.facts.code === 'malformed' ? rule : ''}`;
}

function describeFailure({ check, facts }: Failure): string {
  return `${check} ${facts.code}${facts.code === 'altered' ? ` ${facts.rule}` : ''}`;
}

function brokenRule(envelope: Uint8Array, mediaType: string): string {
  try {
    parseEnvelope(envelope, mediaType);
    return 'by nothing';
  } catch (error) {
    if (!isNv2Error(error)) throw error;
    return String(error.details['rule'] ?? error.code);
  }
}

function mediaTypeOf(envelope: Uint8Array): string {
  return envelope[0] === 0xd2 ? 'application/cose' : 'application/jose+json';
}

function judgePolicy(bytes: Uint8Array, input: Extract<VectorInput, { kind: 'trust-policy' }>): string {
  if (input.policy === 'blob') return `valid ${parseTrustPolicy(bytes, { kind: 'blob' }).statements.length}`;
  const document = parseTrustPolicy(bytes, { kind: 'oci' });
  if (input.repository === undefined) return `valid ${document.statements.length}`;
  const statement = selectStatement(document, input.repository);
  return statement === undefined
    ? 'valid, no statement'
    : `valid, statement ${statement.name}, level ${statement.level.name}`;
}

async function judgeStore(input: Extract<VectorInput, { kind: 'trust-store' }>, root: string): Promise<string> {
  await using home = await temporaryDirectory();
  const target = join(home.path, 'truststore/x509', input.store, 'vector');
  await cp(join(root, input.directory), target, { recursive: true });
  if (input.plant === 'subdirectory') await mkdir(join(target, 'sub'));
  if (input.plant === 'symlink') await symlink(join(target, 'GlobalSignRootCA.crt'), join(target, 'link.crt'));
  const config = configIn(home.path);
  const loaded = await config.trustStore.certificates(input.store, 'vector');
  return `loads ${loaded.length}`;
}

async function judgeConfig(
  input: Extract<VectorInput, { kind: 'signing-keys' | 'settings' }>,
  root: string,
): Promise<string> {
  await using home = await temporaryDirectory();
  const name = input.kind === 'settings' ? 'config.json' : 'signingkeys.json';
  await mkdir(home.path, { recursive: true });
  await copyFile(join(root, input.file), join(home.path, name));
  const config = configIn(home.path);
  if (input.kind === 'settings') {
    await config.readSettings();
    return 'loads';
  }
  const list = await config.readSigningKeys();
  if (input.use !== undefined) {
    await config.loadSigningKey(input.use === '' ? undefined : input.use);
    return 'key loads';
  }
  return `loads ${list.keys.length}`;
}

function configIn(path: string): ReturnType<typeof openConfig> {
  return openConfig({
    notationConfig: path,
    notationCache: path,
    notationLibexec: path,
    nv2Config: path,
    nv2Cache: path,
  });
}
