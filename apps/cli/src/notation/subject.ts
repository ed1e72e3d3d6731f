// References as the reference tool reads them, and reaching what they name.

import { isNv2Error } from '@nv2/base';
import type { ContentStore } from '@nv2/content';
import { type Descriptor, type Digest, isDigest, isTag, OciError, parseReference } from '@nv2/oci';
import { resolvePath } from '../files.ts';
import { boolFlag, type NotationContext, NotationError } from './command.ts';
import { wordError } from './error-words.ts';
import { readAccess } from './registry-access.ts';

export interface NotationSubject extends AsyncDisposable {
  readonly store: ContentStore;
  /** In which form signatures are stored here (ADR 14). */
  readonly signatureForm: 'default' | 'fallback';
  /** Tag or digest. */
  readonly version: string;
  readonly isTag: boolean;
  /** `registry/repository`, or the path of a layout. */
  readonly name: string;
}

/** @throws NotationError */
export async function openSubject(reference: string, context: NotationContext): Promise<NotationSubject> {
  return boolFlag(context.flags, 'oci-layout')
    ? openLayoutSubject(reference, context)
    : openRemoteSubject(reference, context);
}

async function openRemoteSubject(text: string, context: NotationContext): Promise<NotationSubject> {
  const reference = parseRemote(text);
  const version = reference.digest ?? reference.tag;
  const expecting = 'Expecting <registry>/<repository>:<tag> or <registry>/<repository>@<digest>';
  if (version === undefined)
    throw new NotationError(`${JSON.stringify(text)}: invalid reference: no tag or digest. ${expecting}`);
  const store = await context.services.connect(reference, await readAccess(reference.registry, context));
  return {
    store,
    signatureForm: 'default',
    version,
    isTag: reference.digest === undefined,
    name: `${reference.registry}/${reference.repository}`,
    [Symbol.asyncDispose]: async () => undefined,
  };
}

function parseRemote(text: string): ReturnType<typeof parseReference> {
  try {
    return parseReference(text);
  } catch (error) {
    if (!(error instanceof OciError)) throw error;
    const reason = error.message.replace(/^.*?(?: is not a reference: |: )/, '');
    throw new NotationError(
      `${JSON.stringify(text)}: invalid reference: ${reason}. Expecting <registry>/<repository>:<tag> or <registry>/<repository>@<digest>`,
    );
  }
}

async function openLayoutSubject(text: string, { io }: NotationContext): Promise<NotationSubject> {
  const { path, version } = splitLayout(text);
  const { openLayout } = await import('@nv2/oci-layout');
  const store = await openLayout(resolvePath(io.cwd, path));
  return {
    store,
    signatureForm: 'fallback',
    version,
    isTag: !isDigest(version),
    name: path,
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}

function splitLayout(text: string): { readonly path: string; readonly version: string } {
  const at = text.lastIndexOf('@');
  const colon = text.lastIndexOf(':');
  const isByDigest = at >= 0 && isDigest(text.slice(at + 1));
  const cut = isByDigest ? at : colon;
  const version = text.slice(cut + 1);
  const expecting = 'Expecting <file_path>:<tag> or <file_path>@<digest>';
  // The colon of a Windows drive is not a tag separator.
  if (cut < 0 || (!isByDigest && (!isTag(version) || colon === 1))) {
    throw new NotationError(`${JSON.stringify(text)}: invalid reference: missing tag or digest. ${expecting}`);
  }
  if (cut === 0)
    throw new NotationError(`${JSON.stringify(text)}: invalid reference: missing oci-layout file path. ${expecting}`);
  return { path: text.slice(0, cut), version };
}

/** SIGN-01, VER-03. @throws NotationError */
export async function resolveSubject(subject: NotationSubject, { io }: NotationContext): Promise<Descriptor> {
  const found = await subject.store
    .findManifestDescriptor(subject.version, { signal: io.signal })
    .catch((error: unknown) => {
      throw new NotationError(`failed to get manifest descriptor: ${wordError(error)}`, { cause: error });
    });
  if (found === undefined) {
    throw new NotationError(
      `failed to get manifest descriptor: ${subject.name}${subject.isTag ? ':' : '@'}${subject.version}: not found`,
    );
  }
  if (!subject.isTag && found.digest !== subject.version) {
    throw new NotationError(`user input digest ${subject.version} does not match the resolved digest ${found.digest}`);
  }
  return found;
}

export function nameByDigest(subject: NotationSubject, digest: Digest): string {
  return `${subject.name}@${digest}`;
}

/** The warning about tags, whose words differ by command. @returns whether it was printed */
export function warnAboutTag(
  subject: NotationSubject,
  verb: 'sign' | 'verify' | 'list' | 'inspect',
  { warn }: NotationContext,
): boolean {
  if (!subject.isTag) return false;
  const why =
    verb === 'sign'
      ? 'because tags are mutable and a tag reference can point to a different artifact than the one signed.'
      : 'because resolved digest may not point to the same signed artifact, as tags are mutable.';
  warn(`Always ${verb} the artifact using digest(@sha256:...) rather than a tag(:${subject.version}) ${why}`);
  return true;
}

/** Whether an error says that a thing of that code is missing. */
export function isCode(error: unknown, ...codes: readonly string[]): boolean {
  return isNv2Error(error) && codes.includes(error.code);
}
