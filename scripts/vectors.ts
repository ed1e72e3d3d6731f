// `node scripts/run.mjs vectors [notary|revocation|timestamps]`: makes these folders anew, with new keys that are thrown away. Needs
// `openssl` 3 on the path.

import { recordAll } from '../vectors/make/all.ts';
import { Recorder } from '../vectors/make/recorder.ts';
import { recordRevocation } from '../vectors/make/revocation.ts';
import { recordTimestamps } from '../vectors/make/timestamps.ts';

const wanted = process.argv.slice(2);
const folders = ['notary', 'revocation', 'timestamps'];
const unknown = wanted.find((name) => !folders.includes(name));
if (unknown !== undefined) throw new Error(`vectors: no folder ${unknown}; there are ${folders.join(', ')}`);
if (wanted.length === 0 || wanted.includes('notary')) tell('notary', await recordAll('vectors/notary'));
if (wanted.length === 0 || wanted.includes('revocation')) {
  const recorder = new Recorder();
  recordRevocation(recorder);
  tell('revocation', recorder.write('vectors/revocation'));
}
if (wanted.length === 0 || wanted.includes('timestamps')) {
  const recorder = new Recorder();
  await recordTimestamps(recorder);
  tell('timestamps', recorder.write('vectors/timestamps'));
}

function tell(folder: string, { files, vectors }: { readonly files: number; readonly vectors: number }): void {
  console.log(`vectors/${folder}: ${vectors} vectors over ${files} files`);
}
