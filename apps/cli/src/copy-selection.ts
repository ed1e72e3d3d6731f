// Which referrers travel with a copy: by annotation, and signatures by their signer.

import { isNv2Error, plainText, quoteText } from '@nv2/base';
import type { ContentStore, Referrer } from '@nv2/content';
import type { Certificate } from '@nv2/pki';
import type { Context } from './context.ts';
import { CliError } from './errors.ts';

export interface SelectionFlags {
  readonly annotation: Readonly<Record<string, string>> | undefined;
  readonly excludeSigner: readonly string[];
}

/** The choice that the options make; absent when everything travels. @throws CliError `CLI_USAGE` */
export async function selectReferrers(
  store: ContentStore,
  { annotation, excludeSigner }: SelectionFlags,
  context: Context,
): Promise<((referrer: Referrer) => Promise<boolean>) | undefined> {
  if (annotation === undefined && excludeSigner.length === 0) return undefined;
  const wanted = Object.entries(annotation ?? {});
  const excluded = await parseSigners(excludeSigner);
  return async (referrer) => {
    const { annotations = {} } = referrer.parsed;
    if (!wanted.every(([key, value]) => annotations[key] === value)) return false;
    return excluded.length === 0 || (await mayTravel(store, referrer, { excluded, context }));
  };
}

interface ExcludedSigner {
  readonly text: string;
  matches(leaf: Certificate): boolean;
}

/** `sha256:` with 64 digits, the digits alone, or a subject as `nv2 list` shows it. */
async function parseSigners(texts: readonly string[]): Promise<readonly ExcludedSigner[]> {
  if (texts.length === 0) return [];
  const { formatName } = await import('@nv2/pki');
  return texts.map((text) => {
    const [, fingerprint] = /^(?:sha256:)?([0-9a-fA-F]{64})$/.exec(text) ?? [];
    if (fingerprint !== undefined) {
      return { text, matches: (leaf) => leaf.fingerprint === fingerprint.toLowerCase() };
    }
    if (!text.includes('=')) {
      throw new CliError('CLI_USAGE', `--exclude-signer takes a fingerprint or a subject, found ${quoteText(text)}`, {
        hint: 'Write sha256:… or a subject such as CN=wabbit-networks,O=Wabbit Networks,ST=WA,C=US; `nv2 list` shows both.',
      });
    }
    const subject = text.replaceAll(/,\s+/g, ',');
    return { text, matches: (leaf) => formatName(leaf.subject) === subject };
  });
}

interface Exclusion {
  readonly excluded: readonly ExcludedSigner[];
  readonly context: Context;
}

/** Whether a signature's signer is not excluded. One that does not say who made it stays at home: it might be one of those. */
async function mayTravel(store: ContentStore, referrer: Referrer, { excluded, context }: Exclusion): Promise<boolean> {
  const { artifactTypeOf, mediaTypes } = await import('@nv2/oci');
  if (artifactTypeOf(referrer.parsed) !== mediaTypes.notarySignature) return true;
  const [{ readSignature }, { parseEnvelope }, { parseCertificate }] = await Promise.all([
    import('@nv2/notary'),
    import('@nv2/envelope'),
    import('@nv2/pki'),
  ]);
  const { digest } = referrer.descriptor;
  try {
    const { envelope, mediaType } = await readSignature(store, referrer, { signal: context.io.signal });
    const [der = new Uint8Array()] = parseEnvelope(envelope, mediaType).unsigned.certificateChain;
    const leaf = parseCertificate(der);
    const found = excluded.find((signer) => signer.matches(leaf));
    if (found !== undefined) context.debug(`${digest} stays: signed by ${plainText(found.text)}`);
    return found === undefined;
  } catch (error) {
    if (!isNv2Error(error) || error.kind === 'unavailable' || error.kind === 'denied') throw error;
    context.warn(`left out ${digest}: its signer cannot be read`);
    return false;
  }
}
