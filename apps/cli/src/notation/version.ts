import { version } from '../version.ts';
import { type NotationCommand, NotationError } from './command.ts';
import { goPlatform } from './go-platform.ts';

/** The reference that this face stands in for, with ours as build metadata (ADR 8): still a SemVer. */
const referenceVersion = '2.0.0-alpha.1';
export const notationVersion = `${referenceVersion}+nv2.${version}`;
export const signingAgent = `notation-go/${referenceVersion} nv2/${version}`;

export const versionCommand: NotationCommand = {
  path: ['version'],
  aliases: [],
  usage: '[flags]',
  summary: 'Show the version',
  flags: [],
  checkArguments: ([first]) => {
    if (first !== undefined) throw new NotationError(`unknown command ${JSON.stringify(first)} for "notation version"`);
  },
  run: async ({ io, out }) => {
    out('Notation - a tool to sign and verify artifacts.');
    out('');
    out(`Version:     ${notationVersion}`);
    out(`Go version:  none, Node.js ${process.versions.node}`);
    out(`OS/Arch:     ${goPlatform(io)}`);
  },
};
