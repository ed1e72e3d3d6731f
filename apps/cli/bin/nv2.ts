import { processIo, run } from '../src/index.ts';

const io = processIo();
void run(process.argv.slice(2), io).then((code) => io.exit(code));
