// A registry in a process of its own, for tests that kill it. Prints its port.

import { startRegistry } from '@nv2/registry-server';

const registry = await startRegistry({ directory: process.argv[2] ?? '', port: 0, now: () => new Date() });
process.stdout.write(`${registry.port}\n`);
