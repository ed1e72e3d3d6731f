// The stand-alone executable holds both faces: the name it is started under chooses (docs/decisions/0005-runtime-and-modules.md).

import { basename } from 'node:path';
import { processIo, run, runNotation } from '../src/index.ts';

const io = processIo();
const isNotation = basename(process.argv0, '.exe') === 'notation' || basename(process.execPath, '.exe') === 'notation';
void (isNotation ? runNotation : run)(process.argv.slice(2), io).then((code) => io.exit(code));
