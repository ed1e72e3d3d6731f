// `npm run build:binary`: the stand-alone executable, made with bun from the sources of the Node build. One file, both faces: started under
// the name `notation` it is the drop-in. bun (100 MB) is no dependency of the workspace: it is fetched here, at a pinned version.

import { chmodSync, existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { runQuiet, runVisible } from './process.ts';

const version = '1.4.5';
const home = '.cache/bun';
const output = 'apps/cli/dist/nv2';

const bun = process.env['BUN_BIN'] ?? fetchBun();
const reported = runQuiet(bun, ['--version']);
if (reported.status !== 0) fail(`bun does not run: ${reported.stderr.trim()}`);
mkdirSync('apps/cli/dist', { recursive: true });
const args = [
  'build',
  '--compile',
  '--minify',
  '--bytecode',
  '--format=cjs',
  '--conditions=source',
  '--external=libsql',
];
const status = runVisible(bun, [...args, 'apps/notation/bin/standalone.ts', '--outfile', output]);
if (status !== 0) fail(`bun build ended with ${status}`);
chmodSync(output, 0o755);
console.log(`${output}: ${(statSync(output).size / 1e6).toFixed(0)} MB, bun ${reported.stdout.trim()}`);

function fetchBun(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const arch = process.arch === 'arm64' ? 'aarch64' : process.arch;
  const path = `${home}/node_modules/@oven/bun-${platform}-${arch}/bin/bun`;
  if (!existsSync(path)) {
    mkdirSync(home, { recursive: true });
    // A package of its own, so that npm does not take the workspace for it. The binary is inside the package: no install script is needed.
    writeFileSync(`${home}/package.json`, '{ "private": true }\n');
    const npm = [
      'install',
      '--prefix',
      home,
      '--ignore-scripts',
      '--no-save',
      '--no-audit',
      '--no-fund',
      '--loglevel=error',
      `@oven/bun-${platform}-${arch}@${version}`,
    ];
    if (runVisible('npm', npm) !== 0 || !existsSync(path))
      fail(`bun ${version} could not be fetched for ${platform}-${arch}`);
  }
  chmodSync(path, 0o755);
  return path;
}

function fail(message: string): never {
  console.error(`build-binary: ${message}`);
  process.exit(1);
}
