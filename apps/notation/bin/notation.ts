import { processIo, runNotation } from '../src/index.ts';

const io = processIo();
void runNotation(process.argv.slice(2), io).then((code) => io.exit(code));
