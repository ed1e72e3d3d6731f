// The forms in which a command line names an artifact.

import { quoteText } from '@nv2/base';
import { type Digest, isDigest, isTag, parseReference, type Reference, type Tag } from '@nv2/oci';
import { CliError } from './errors.ts';

/** Which manifest family `docker://` and `oci://` demand. */
export type ManifestFamily = 'docker' | 'oci';

export type Subject =
  | {
      readonly kind: 'registry';
      readonly text: string;
      readonly reference: Reference;
      readonly family?: ManifestFamily;
    }
  | {
      readonly kind: 'layout';
      readonly text: string;
      readonly path: string;
      readonly tag?: Tag;
      readonly digest?: Digest;
    }
  | {
      readonly kind: 'archive';
      readonly text: string;
      readonly path: string;
      readonly tag?: Tag;
      readonly digest?: Digest;
    }
  | { readonly kind: 'file'; readonly text: string; readonly path: string }
  | { readonly kind: 'stdin'; readonly text: '-' };

/**
 * Parses a subject. A tag or digest is not required here: listing the tags of a repository needs none.
 *
 * @throws CliError `CLI_SUBJECT_UNSUPPORTED`, `CLI_USAGE`; OciError `OCI_REFERENCE_INVALID`
 */
export function parseSubject(text: string): Subject {
  if (text === '-') return { kind: 'stdin', text };
  const [, scheme, rest = ''] =
    /^(docker-daemon|docker|oci|oci-layout|oci-archive|file|blob|https?):(.*)$/s.exec(text) ?? [];
  switch (scheme) {
    case 'docker':
    case 'oci':
      return parseFamily(text, scheme, rest);
    case 'oci-layout':
      return { kind: 'layout', text, ...parsePath(text, rest) };
    case 'oci-archive':
      return { kind: 'archive', text, ...parsePath(text, rest) };
    case 'file':
      return { kind: 'file', text, path: nonEmpty(text, rest) };
    case 'docker-daemon':
      throw unsupported(
        text,
        'images held by a container engine are not supported yet',
        'Push the image and name it in its registry.',
      );
    case 'blob':
      throw unsupported(text, 'files outside a registry are not supported by this command', undefined);
    case 'http':
    case 'https':
      throw unsupported(
        text,
        'a reference has no scheme',
        `Write ${quoteText(rest.replace(/^\/+/, ''))}; --plain-http chooses HTTP.`,
      );
    default:
      return { kind: 'registry', text, reference: parseRemote(text) };
  }
}

function parseFamily(text: string, family: ManifestFamily, rest: string): Subject {
  // `docker:5000/app` is a registry called docker.
  if (!rest.startsWith('//')) return { kind: 'registry', text, reference: parseRemote(text) };
  return { kind: 'registry', text, reference: parseRemote(rest.slice(2)), family };
}

// R6: a short name has no default registry.
function parseRemote(text: string): Reference {
  const host = text.slice(0, Math.max(text.indexOf('/'), 0));
  const isHost = /[.:\]]/.test(host) || host === 'localhost';
  if (!isHost && /^[a-z0-9]/.test(text) && !text.includes('://')) {
    throw unsupported(
      text,
      'a name without a registry host means a local image, and local images are not supported yet',
      'Write the registry in front, for example `registry.example.com/team/app:v1`.',
    );
  }
  return parseReference(text);
}

function parsePath(text: string, rest: string): { path: string; tag?: Tag; digest?: Digest } {
  const at = rest.lastIndexOf('@');
  const digest = rest.slice(at + 1);
  if (at > 0 && isDigest(digest)) return { path: rest.slice(0, at), digest };
  const colon = rest.lastIndexOf(':');
  const tag = rest.slice(colon + 1);
  // The colon of a Windows drive (`C:\images`) is not a tag separator: what follows it is not a tag.
  if (colon > 1 && isTag(tag)) return { path: nonEmpty(text, rest.slice(0, colon)), tag };
  return { path: nonEmpty(text, rest) };
}

function nonEmpty(text: string, path: string): string {
  if (path === '') throw new CliError('CLI_USAGE', `${quoteText(text)} names no path`);
  return path;
}

function unsupported(text: string, why: string, hint: string | undefined): CliError {
  return new CliError('CLI_SUBJECT_UNSUPPORTED', `${quoteText(text)}: ${why}`, hint === undefined ? {} : { hint });
}
