// `node scripts/run.mjs vectors`: makes vectors/notary anew, with new keys that are thrown away. Needs `openssl` 3 on the path.

import { recordAll } from '../vectors/make/all.ts';

const { files, vectors } = await recordAll('vectors/notary');
console.log(`vectors/notary: ${vectors} vectors over ${files} files`);
