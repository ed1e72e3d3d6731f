// Authenticity (VER-12): does configured trust lead to this signer?

import { isEqualBytes, plainText, quoteText, assertNever } from '@nv2/base';
import type { SigningScheme } from '@nv2/envelope';
import type { Certificate, CertificateChain } from '@nv2/pki';
import {
  type Anchor,
  checkIdentity,
  findAnchor,
  formatStoreName,
  type StoreName,
  type StoreType,
  type TrustedIdentity,
} from '@nv2/trust';
import { type CertificateSummary, summarizeCertificate } from '../certificate-summary.ts';
import { maxReasonChars } from '../limits.ts';
import type { VerificationTrust } from '../trust.ts';
import { type Check, type CheckContext, type Finding, failed, type Interview } from './check.ts';
import { reasonOf } from './interview.ts';
import { loadStores, type PolicyTrust } from './load-stores.ts';

export const authenticityCheck: Check = {
  name: 'authenticity',
  validation: 'authenticity',
  run(context) {
    const match = matchTrust(context);
    return match instanceof Promise
      ? match.then((settled) => checkSigner(settled, context))
      : checkSigner(match, context);
  },
};

type Match = Anchored | Unanchored;

/**
 * Whether a store, key or certificate of the user's own vouches for the chain. No plugin replaces this part (PLUG-50), and none
 * is run without it (OC-08).
 */
export function matchTrust(context: CheckContext): Match | Promise<Match> {
  const { trust } = context.trust;
  switch (trust.kind) {
    case 'policy':
      return matchStatement(trust, context);
    case 'key':
      return refuseAuthority(context) ?? checkKey(trust, context.chain);
    case 'certificates':
      return refuseAuthority(context) ?? checkAnchors(context.chain, trust.anchors, []);
    case 'none':
      return checkNothing(trust.because, context.chain);
    default:
      return assertNever(trust);
  }
}

/** ID-14: identities come after the match; a plugin that can judge them does so instead of us (PLUG-41). */
function checkSigner(match: Match, context: CheckContext): Finding | Promise<Finding> {
  if (match.status !== 'passed') return match;
  const { interview } = context.learned;
  if (interview?.capabilities.includes('trusted-identity') === true) return askForIdentity(interview, match);
  const { trust } = context.trust;
  if (trust.kind !== 'policy') return authentic(match);
  context.onEvent?.({ type: 'identity-compared' });
  return compareIdentity(context.chain[0], trust.statement.trustedIdentities, match);
}

function authentic({ learned: { anchor, vouched } }: Anchored): Finding {
  return { status: 'passed', learned: { anchor, vouched, isAuthentic: true } };
}

/** PLUG-45 */
async function askForIdentity(interview: Interview, match: Anchored): Promise<Finding> {
  const opinion = await interview.ask('trusted-identity');
  if ('status' in opinion) return opinion;
  if (opinion.success) return authentic(match);
  const plugin = interview.plugin.name;
  const said = reasonOf(opinion);
  return {
    ...failed(
      { code: 'plugin-identity', plugin, said },
      `the plugin ${plugin} does not trust the signer, reason: ${said}`,
    ),
    learned: match.learned,
  };
}

/** TS-02: which kind of store may vouch for a scheme. Mixing them would let any CA's customer pose as an authority. */
function storeTypeOf(scheme: SigningScheme): StoreType {
  return scheme === 'notary.x509' ? 'ca' : 'signingAuthority';
}

function matchStatement(trust: PolicyTrust, context: CheckContext): Match | Promise<Match> {
  const { statement } = trust;
  const type = storeTypeOf(context.envelope.signed.signingScheme);
  // TS-03: only stores that the statement names.
  const stores = statement.trustStores.filter((store) => store.type === type);
  const { chain, signal } = context;
  const loaded = findLoaded(trust, stores, signal);
  if (loaded !== undefined) return checkAnchors(chain, loaded, stores);
  return loadStores(trust, stores, signal).then((found) =>
    'status' in found ? found : checkAnchors(chain, found.certificates, stores),
  );
}

/** The certificates of stores that all answer at once, which those do that were loaded before. */
function findLoaded(
  { trustStore }: PolicyTrust,
  stores: readonly StoreName[],
  signal: AbortSignal | undefined,
): readonly Certificate[] | undefined {
  let certificates: readonly Certificate[] | undefined;
  try {
    for (const { type, name } of stores) {
      const found = trustStore.certificates(type, name, signal ? { signal } : {});
      if (found instanceof Promise) {
        // loadStores() waits for the same load, and hears how it ends.
        found.catch(() => undefined);
        return undefined;
      }
      certificates = certificates === undefined ? found : [...certificates, ...found];
    }
  } catch {
    // loadStores() meets the same, and says what it means.
    return undefined;
  }
  return certificates ?? [];
}

type Anchored = {
  readonly status: 'passed';
  readonly learned: Anchor;
};
type Unanchored = Extract<Finding, { readonly status: 'failed' }>;

function checkAnchors(
  chain: CertificateChain,
  trusted: readonly Certificate[],
  stores: readonly StoreName[],
): Anchored | Unanchored {
  const learned = findAnchor(chain, trusted); // TS-10
  if (learned !== undefined) return { status: 'passed', learned };
  const ends = endsOf(chain);
  const names = stores.map(formatStoreName);
  const where = names.length === 0 ? 'trusted for this signing scheme' : `in ${names.join(', ')}`;
  return failed(
    { code: 'signer-unknown', stores: names, ...ends },
    `no certificate of the signer is ${where}; its chain ends in ${ends.root.subject} (sha256 ${ends.root.fingerprint})`,
  );
}

function compareIdentity(leaf: Certificate, identities: readonly TrustedIdentity[], anchored: Anchored): Finding {
  const outcome = checkIdentity(leaf, identities);
  if (outcome.status === 'passed') return authentic(anchored);
  const wanted = identities.map(formatIdentity);
  const found = plainText(outcome.found, maxReasonChars * 2);
  const reason = `the signer is ${found}: ${outcome.reason}`;
  // The anchor is known all the same: revocation may still be asked under a level that logs.
  return { status: 'failed', reason, facts: { code: 'identity-mismatch', wanted, found }, learned: anchored.learned };
}

function formatIdentity(identity: TrustedIdentity): string {
  switch (identity.kind) {
    case 'any':
      return '*';
    case 'x509.subject':
    case 'other':
      return identity.text;
    default:
      return assertNever(identity);
  }
}

/** The signing certificate, not one above it, has exactly the given key. */
function checkKey(
  { spki, fingerprint }: Extract<VerificationTrust, { readonly kind: 'key' }>,
  chain: CertificateChain,
): Match {
  const [leaf] = chain;
  // The key is trusted. A certificate for it can be anybody's, unless it is the very one that was given.
  const vouched = leaf.fingerprint === fingerprint ? 1 : 0;
  if (isEqualBytes(leaf.spki, spki)) return { status: 'passed', learned: { anchor: leaf, vouched } };
  const ends = endsOf(chain);
  return failed(
    { code: 'signer-unknown', stores: [], ...ends },
    `signed with another key, that of ${ends.leaf.subject} (sha256 ${ends.leaf.fingerprint})`,
  );
}

/** An authority vouches for times; a bare key or certificate was not given for that. */
function refuseAuthority({ envelope }: CheckContext): Unanchored | undefined {
  const { signingScheme: scheme } = envelope.signed;
  if (scheme === 'notary.x509') return undefined;
  return failed({ code: 'scheme-refused', scheme }, `the signing scheme ${quoteText(scheme)} needs a trust policy`);
}

/** No trust on first use: what travels in a signature is never an anchor. */
function checkNothing(because: 'no-policy' | 'no-statement', chain: CertificateChain): Unanchored {
  const ends = endsOf(chain);
  const missing = because === 'no-policy' ? 'there is no trust policy' : 'no statement of the trust policy applies';
  return failed(
    { code: because, ...ends },
    `${missing}; the signer's chain ends in ${ends.root.subject} (sha256 ${ends.root.fingerprint})`,
  );
}

function endsOf(chain: CertificateChain): { readonly leaf: CertificateSummary; readonly root: CertificateSummary } {
  const [leaf] = chain;
  return { leaf: summarizeCertificate(leaf), root: summarizeCertificate(chain.at(-1) ?? leaf) };
}
