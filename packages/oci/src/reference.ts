// The grammar of `host[:port]/repository[:tag][@digest]` (distribution-spec, "Pulling manifests"). There is no default
// registry and no expansion of short names.

import { type Branded, quoteText } from '@nv2/base';
import { type Digest, parseDigest } from './digest.ts';
import { OciError } from './errors.ts';

/** `host[:port]`, lower or upper case as given. */
export type RegistryHost = Branded<string, 'RegistryHost'>;
/** `/`-separated path components, lower case. */
export type RepositoryName = Branded<string, 'RepositoryName'>;
export type Tag = Branded<string, 'Tag'>;

/** A repository, and in it a tag, a digest, or both (then the digest decides). */
export interface Reference {
  readonly registry: RegistryHost;
  readonly repository: RepositoryName;
  readonly tag?: Tag;
  readonly digest?: Digest;
}

const maxRepositoryChars = 255;
const label = /^[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?$/;
const component = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;

/**
 * Parses a reference. A repository alone is legal; callers that need a tag or digest ask for it.
 *
 * @throws OciError `OCI_REFERENCE_INVALID`
 */
export function parseReference(text: string): Reference {
  const slash = text.indexOf('/');
  if (slash <= 0) throw invalid(text, 'no registry host before the first "/"');
  const host = text.slice(0, slash);
  if (!isRegistryHost(host)) throw invalid(text, `${quoteText(host)} is not a registry host`);
  const [path = '', digest, ...more] = text.slice(slash + 1).split('@');
  if (more.length > 0) throw invalid(text, 'more than one "@"');
  const colon = path.indexOf(':');
  const repository = colon < 0 ? path : path.slice(0, colon);
  const tag = colon < 0 ? undefined : path.slice(colon + 1);
  if (!isRepositoryName(repository)) throw invalid(text, `${quoteText(repository)} is not a repository name`);
  if (tag !== undefined && !isTag(tag)) throw invalid(text, `${quoteText(tag)} is not a tag`);
  return {
    registry: host,
    repository,
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest: parseDigest(digest) }),
  };
}

/** `registry/repository`, the form in which trust policy scopes are written. */
export function formatRepository(reference: Pick<Reference, 'registry' | 'repository'>): string {
  return `${reference.registry}/${reference.repository}`;
}

export function formatReference(reference: Reference): string {
  const tag = reference.tag === undefined ? '' : `:${reference.tag}`;
  const digest = reference.digest === undefined ? '' : `@${reference.digest}`;
  return `${formatRepository(reference)}${tag}${digest}`;
}

/** Dot-separated labels or a bracketed IPv6 literal, then an optional port. */
export function isRegistryHost(text: string): text is RegistryHost {
  const bracket = text.startsWith('[') ? text.indexOf(']') : -1;
  const colon = text.indexOf(':', bracket + 1);
  const host = colon < 0 ? text : text.slice(0, colon);
  const port = colon < 0 ? undefined : text.slice(colon + 1);
  const isPort = port === undefined || (/^[0-9]{1,5}$/.test(port) && Number(port) <= 65535);
  const isHost =
    bracket > 0
      ? /^\[[0-9A-Fa-f:.]{2,45}\]$/.test(host)
      : host.length <= 253 && host.split('.').every((part) => label.test(part));
  return isPort && isHost;
}

export function isRepositoryName(text: string): text is RepositoryName {
  return text.length <= maxRepositoryChars && text.split('/').every((part) => component.test(part));
}

export function isTag(text: string): text is Tag {
  return /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/.test(text);
}

function invalid(text: string, why: string): OciError {
  return new OciError('OCI_REFERENCE_INVALID', `${quoteText(text, 300)} is not a reference: ${why}`);
}
