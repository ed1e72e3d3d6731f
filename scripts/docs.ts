// `node scripts/run.mjs docs`: rewrites the generated documents.

import { existsSync, writeFileSync } from 'node:fs';
import { readErrorCodes, renderErrorsDoc } from './errors-doc.ts';
import { recordFile, renderSpecMap } from './spec-map.ts';

writeFileSync('docs/errors.md', renderErrorsDoc(await readErrorCodes()));
console.log('wrote docs/errors.md');
if (existsSync(recordFile)) {
  writeFileSync('docs/spec-map.md', renderSpecMap());
  console.log('wrote docs/spec-map.md');
} else {
  console.error(`no ${recordFile}: run \`npm test\` first, then docs/spec-map.md can be generated`);
  process.exitCode = 1;
}
