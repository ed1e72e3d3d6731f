// `node scripts/run.mjs vectors [notary|revocation]`: makes these folders anew, with new keys that are thrown away. Needs
// `openssl` 3 on the path.

import { recordAll } from '../vectors/make/all.ts';
import { Recorder } from '../vectors/make/recorder.ts';
import { recordRevocation } from '../vectors/make/revocation.ts';

const wanted = process.argv.slice(2);
const unknown = wanted.find((name) => name !== 'notary' && name !== 'revocation');
if (unknown !== undefined) throw new Error(`vectors: no folder ${unknown}; there are notary and revocation`);
if (wanted.length === 0 || wanted.includes('notary')) tell('notary', await recordAll('vectors/notary'));
if (wanted.length === 0 || wanted.includes('revocation')) {
  const recorder = new Recorder();
  recordRevocation(recorder);
  tell('revocation', recorder.write('vectors/revocation'));
}

function tell(folder: string, { files, vectors }: { readonly files: number; readonly vectors: number }): void {
  console.log(`vectors/${folder}: ${vectors} vectors over ${files} files`);
}
