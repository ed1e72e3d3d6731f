// The packages gate: what would be published can be imported, by Node and by a strict TypeScript program, from any package manager.

import { createPackageFromTarballData, checkPackage } from '@arethetypeswrong/core';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { buildLibraries } from './build-libraries.ts';
import { runQuiet } from './process.ts';
import { workspaceFolders } from './workspace.ts';

interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly exports?: unknown;
}

interface Published {
  readonly folder: string;
  readonly manifest: Manifest;
}

export async function checkPackages(): Promise<{ readonly looked: number; readonly problems: readonly string[] }> {
  const build = buildLibraries({ clean: false });
  if (build.problems.length > 0) return { looked: 0, problems: build.problems };
  const published = publishedPackages();
  const problems: string[] = [];
  for (const each of published) problems.push(...(await lintManifest(each)), ...(await checkEntryPoints(each)));
  return { looked: published.length, problems: [...problems, ...importEverything(published)] };
}

/** What npm would not take, or an importer not find. */
export async function lintManifest({ folder, manifest }: Published): Promise<readonly string[]> {
  const { messages, pkg } = await publint({ pkgDir: folder, level: 'suggestion', strict: true, pack: 'npm' });
  return messages.map(
    (message) => `${manifest.name}: ${formatMessage(message, pkg, { color: false }) ?? message.code}`,
  );
}

function publishedPackages(): readonly Published[] {
  return workspaceFolders()
    .map((folder) => ({ folder, manifest: JSON.parse(readFileSync(`${folder}/package.json`, 'utf8')) as Manifest }))
    .filter(({ manifest }) => manifest.private !== true);
}

/** How each way to resolve modules sees the entry points. We publish ES modules only, so CommonJS may not find one. */
async function checkEntryPoints({ folder, manifest }: Published): Promise<readonly string[]> {
  if (manifest.exports === undefined) return [];
  const place = mkdtempSync('.cache/pack-');
  try {
    const packed = runQuiet('npm', ['pack', '--json', '--pack-destination', place, `./${folder}`]);
    const file = /"filename":\s*"([^"]+)"/.exec(packed.stdout)?.[1];
    if (file === undefined) return [`${manifest.name}: npm pack made nothing: ${packed.stderr}`];
    const tarball = readFileSync(`${place}/${file}`);
    const result = await checkPackage(createPackageFromTarballData(new Uint8Array(tarball)));
    if (result.types === false) return [`${manifest.name}: has no types`];
    return result.problems
      .filter(({ kind }) => kind !== 'CJSResolvesToESM')
      .filter((problem) => !('resolutionKind' in problem && problem.resolutionKind === 'node10'))
      .map((problem) => `${manifest.name}: ${problem.kind}`);
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

/** A program that imports every package from its build, checked with the declarations of all of them. */
function importEverything(published: readonly Published[]): readonly string[] {
  const names = published.filter(({ manifest }) => manifest.exports !== undefined).map(({ manifest }) => manifest.name);
  mkdirSync('.cache', { recursive: true });
  const place = mkdtempSync('.cache/consumer-');
  try {
    const lines = names.map((name, index) => `import * as module${index} from '${name}';`);
    const uses = names.map((_, index) => `module${index}`).join(', ');
    writeFileSync(`${place}/program.mts`, `${lines.join('\n')}\nexport const all = [${uses}];\n`);
    symlinkSync(resolve('node_modules'), `${place}/node_modules`);
    const tsconfig = {
      compilerOptions: {
        target: 'es2022',
        lib: ['es2023', 'esnext.disposable'],
        module: 'nodenext',
        strict: true,
        exactOptionalPropertyTypes: true,
        noEmit: true,
        skipLibCheck: false,
        types: ['node'],
      },
      files: ['program.mts'],
    };
    writeFileSync(`${place}/tsconfig.json`, JSON.stringify(tsconfig));
    const types = runQuiet('node', ['node_modules/typescript-7/bin/tsc', '-p', place]);
    const program = `await Promise.all(${JSON.stringify(names)}.map((name) => import(name)))`;
    const run = runQuiet('node', ['--input-type=module', '-e', program]);
    return [
      ...(types.status === 0 ? [] : [types.stdout + types.stderr]),
      ...(run.status === 0 ? [] : [`importing the built packages: ${run.stderr}`]),
    ];
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}
