// Starts a chore: `node scripts/run.mjs <name> [args]`. Plain JavaScript, because it must work in a fresh clone with
// nothing installed: it installs the workspace if needed, bundles scripts/<name>.ts in memory and runs it.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
process.chdir(root);

const major = Number(process.versions.node.split('.')[0]);
if (major < 20) {
  process.stderr.write(`nv2 needs Node 20 or newer, this is ${process.version}\n`);
  process.exit(2);
}

const [name, ...args] = process.argv.slice(2);
if (name === undefined || !/^[a-z-]+$/.test(name) || !existsSync(`scripts/${name}.ts`)) {
  process.stderr.write(
    `usage: node scripts/run.mjs <chore> [args]; no chore ${JSON.stringify(name ?? '')} in scripts/\n`,
  );
  process.exit(2);
}

install();
await runChore(name);

function install() {
  const stamp = 'node_modules/.nv2-installed';
  const wanted = createHash('sha256')
    .update(readFileSync('package-lock.json'))
    .update(process.versions.modules)
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  process.stderr.write('installing dependencies (npm install, versions from package-lock.json)\n');
  // Not `npm ci`: it refuses a lock file without the optional binaries of other platforms, and not every mirror has them.
  const result = spawnSync('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'], {
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (result.status !== 0) {
    process.stderr.write('npm install failed; the lines above say why\n');
    process.exit(1);
  }
  writeFileSync(stamp, wanted);
}

async function runChore(chore) {
  const { build } = createRequire(join(root, 'package.json'))('esbuild');
  mkdirSync('.cache/scripts', { recursive: true });
  const outfile = join(root, '.cache/scripts', `${chore}-${process.pid}.mjs`);
  await build({
    entryPoints: [`scripts/${chore}.ts`],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    packages: 'external',
    conditions: ['source'],
    logLevel: 'warning',
    // Our own packages are TypeScript sources: bundle them; everything else comes from node_modules.
    plugins: [{ name: 'workspace', setup: (b) => b.onResolve({ filter: /^(@nv2\/|nv2$)/ }, resolveWorkspace) }],
  });
  process.argv = [process.argv[0], outfile, ...args];
  try {
    await import(pathToFileURL(outfile).href);
  } finally {
    const { rmSync } = await import('node:fs');
    rmSync(outfile, { force: true });
  }
}

function resolveWorkspace({ path }) {
  const folder =
    path === 'nv2' ? 'apps/cli' : ['packages', 'apps'].map((top) => `${top}/${path.slice(5)}`).find(existsSync);
  return folder === undefined ? undefined : { path: join(root, folder, 'src/index.ts') };
}
