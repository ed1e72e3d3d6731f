// Runs once before the suite: builds the bundled CLI that end-to-end tests start as a child process.

import { existsSync } from 'node:fs';
import { buildCli } from './build-cli.ts';

export default async function setup(): Promise<void> {
  if (existsSync('apps/cli/bin/nv2.ts')) await buildCli();
}
