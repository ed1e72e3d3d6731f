// Judges CRLs and OCSP answers that are at hand for a chain.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Certificate, checkChain, createRevocationChecker, indexRevocationData } from '@nv2/pki';
import type { RevocationInput } from './case.ts';

/** `passed`, `unknown`, or `revoked` with the reason. */
export async function judgeRevocation(
  certificates: readonly Certificate[],
  { data: names, at, signedAt }: RevocationInput,
  root: string,
): Promise<string> {
  const checked = checkChain(certificates, { purpose: 'code-signing' });
  if (checked.status === 'failed') return `failed ${checked.rule}`;
  const files = await Promise.all(names.map(async (name) => ({ name, bytes: await readFile(join(root, name)) })));
  const check = createRevocationChecker({ data: indexRevocationData(files).data });
  const outcome = await check({
    chain: checked.chain,
    purpose: 'code-signing',
    at: new Date(at),
    ...(signedAt === undefined ? {} : { authenticSigningTime: new Date(signedAt) }),
  });
  if (outcome.status !== 'revoked') return outcome.status;
  const revoked = outcome.certificates.find(({ status }) => status === 'revoked');
  return `revoked ${revoked?.status === 'revoked' ? (revoked.facts.reason ?? 'without a reason') : ''}`;
}
