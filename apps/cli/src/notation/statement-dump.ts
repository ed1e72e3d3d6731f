// The statement that applies, as the reference dumps it into its log: a list of fields.

import type { BlobStatement, OciStatement, TrustedIdentity } from '@nv2/trust';

export function dumpStatement(statement: OciStatement | BlobStatement): string {
  const { name, level, verifyTimestamp, trustStores, trustedIdentities } = statement;
  // A policy is kept as what it means, so an override is shown with every action it leads to.
  const override =
    level.name === 'custom'
      ? Object.entries(level.actions)
          .map(([validation, action]) => `${validation}:${action}`)
          .toSorted()
          .join(' ')
      : '';
  // `always` is what no value means, and what most policies leave out.
  const fields = [
    `Name:${name}`,
    `SignatureVerification:{VerificationLevel:${level.name} Override:map[${override}] VerifyTimestamp:${verifyTimestamp === 'always' ? '' : verifyTimestamp}}`,
    `TrustStores:[${trustStores.map(({ type, name: store }) => `${type}:${store}`).join(' ')}]`,
    `TrustedIdentities:[${trustedIdentities.map(textOf).join(' ')}]`,
    statement.kind === 'oci'
      ? `RegistryScopes:[${statement.registryScopes.join(' ')}]`
      : `GlobalPolicy:${statement.isGlobal}`,
  ];
  return `&{${fields.join(' ')}}`;
}

function textOf(identity: TrustedIdentity): string {
  return identity.kind === 'any' ? '*' : identity.text;
}
