// From a subject on the command line to content: opening its place and resolving what it names.

import { quoteText } from '@nv2/base';
import type { Manifest } from '@nv2/content';
import type { Descriptor } from '@nv2/oci';
import { CliError } from '../errors.ts';
import type { Subject } from '../subject.ts';
import { builtinPlaces } from './builtin.ts';
import type { OpenPlaceOptions, OpenSubject } from './place.ts';

/** @throws CliError `CLI_SUBJECT_UNSUPPORTED` for a subject that is not in a store */
export async function openSubject(subject: Subject, options: OpenPlaceOptions): Promise<OpenSubject> {
  const place = builtinPlaces.find((candidate) => candidate.kind === subject.kind);
  if (place === undefined) {
    throw new CliError('CLI_SUBJECT_UNSUPPORTED', `${quoteText(subject.text)} is not in a registry or layout`);
  }
  return place.open(subject, options);
}

/** What a subject resolved to. */
export interface ResolvedSubject {
  readonly manifest: Manifest;
  readonly descriptor: Descriptor;
  /** By digest, as every result names it (R8). */
  readonly name: string;
}

/**
 * Fetches the manifest a subject names.
 *
 * SIGN-01, VER-03: a digest that was asked for must be the digest that is found, whatever the store says.
 *
 * @throws CliError `CLI_USAGE`, `CLI_SUBJECT_NOT_FOUND`, `CLI_SUBJECT_CHANGED`, `CLI_SUBJECT_UNSUPPORTED`
 */
export async function resolveSubject(
  subject: OpenSubject,
  options: { readonly signal?: AbortSignal } = {},
): Promise<ResolvedSubject> {
  const reference = await referenceOf(subject, options);
  const manifest = await subject.store.findManifest(reference, options);
  if (manifest === undefined) {
    const separator = reference === subject.digest ? '@' : ':';
    throw new CliError('CLI_SUBJECT_NOT_FOUND', `${subject.name}${separator}${reference} does not exist`);
  }
  const { descriptor } = manifest;
  if (subject.digest !== undefined && subject.digest !== descriptor.digest) {
    throw new CliError(
      'CLI_SUBJECT_CHANGED',
      `asked ${subject.name} for ${subject.digest}, found ${descriptor.digest}`,
    );
  }
  assertFamily(subject, descriptor);
  return { manifest, descriptor, name: subject.nameOf(descriptor.digest) };
}

/** `docker://` and `oci://` demand a family. @throws CliError `CLI_SUBJECT_UNSUPPORTED` */
export function assertFamily(subject: OpenSubject, descriptor: Descriptor): void {
  if (subject.mediaTypes === undefined || subject.mediaTypes.includes(descriptor.mediaType)) return;
  const what = `${subject.nameOf(descriptor.digest)} is ${quoteText(descriptor.mediaType)}`;
  throw new CliError('CLI_SUBJECT_UNSUPPORTED', `${what}, which is not of the family that was asked for`, {
    hint: 'Leave docker:// or oci:// out to take whichever is there.',
  });
}

/** For the warning that a tag deserves. */
export function describeTag({ tag }: OpenSubject): string {
  return tag === undefined ? 'the tag of the layout' : `the tag ${tag}`;
}

/** The digest or tag to ask for; a layout with a single tag needs no choice. @throws CliError `CLI_USAGE` */
export async function referenceOf(
  subject: OpenSubject,
  options: { readonly signal?: AbortSignal } = {},
): Promise<string> {
  const reference = subject.digest ?? subject.tag;
  if (reference !== undefined) return reference;
  if (subject.scope === undefined) {
    const tags: string[] = [];
    for await (const tag of subject.store.tags(options)) {
      tags.push(tag);
      if (tags.length > 1) break;
    }
    const [only] = tags;
    if (only !== undefined && tags.length === 1) return only;
  }
  throw new CliError('CLI_USAGE', `${subject.name} needs a tag or digest`, {
    hint: `Write ${subject.name}:TAG or ${subject.name}@sha256:….`,
  });
}
