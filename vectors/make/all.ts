import { recordBlobs } from './blobs.ts';
import { recordChains } from './chains.ts';
import { recordChainsInEnvelopes } from './chains-in-envelopes.ts';
import { recordConfiguration } from './configuration.ts';
import { recordCose } from './cose.ts';
import { recordIdentities } from './identities.ts';
import { recordJws } from './jws.ts';
import { recordMatrix } from './matrix.ts';
import { recordOpenssl } from './openssl.ts';
import { recordPolicies } from './policies.ts';
import { Recorder } from './recorder.ts';
import { recordStores } from './stores.ts';
import { recordTarget } from './target.ts';

/** Makes every vector of `directory`, replacing what is there. */
export async function recordAll(directory: string): Promise<{ readonly files: number; readonly vectors: number }> {
  const recorder = new Recorder();
  const subject = recordTarget(recorder);
  await recordMatrix(recorder, subject);
  await recordOpenssl(recorder, subject);
  await recordJws(recorder);
  await recordCose(recorder);
  await recordChainsInEnvelopes(recorder);
  await recordChains(recorder);
  await recordIdentities(recorder);
  await recordBlobs(recorder);
  recordPolicies(recorder);
  await recordStores(recorder);
  recordConfiguration(recorder);
  return recorder.write(directory);
}
