// The drop-in is a rendering of the same operations: everything lives in the `nv2` package.

export { processIo, run, runNotation } from 'nv2';
