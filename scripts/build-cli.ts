// Bundles each face of the CLI for Node into minified CommonJS (docs/decisions/0013-fast-start.md): one file with what every
// command needs, and beside it the parts that a command loads when it comes to them.

import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import { basename, join } from 'node:path';
import { build as bundle, type Plugin, transform } from 'esbuild';

const faces = [
  { entry: 'apps/cli/bin/nv2.ts', name: 'nv2', folder: 'apps/cli/dist' },
  { entry: 'apps/notation/bin/notation.ts', name: 'notation', folder: 'apps/notation/dist' },
];

/** Left out of the bundle: a native module, resolved at run time. */
const external = ['libsql'];

/** Parts of Node that take milliseconds to load and that `version` or a usage error never touch. */
const slowBuiltins = ['crypto', 'child_process', 'http', 'https', 'net', 'tls', 'os', 'fs/promises', 'tty'];

/**
 * A part that is one CommonJS module has a default export and no names, while `import()` of it in the sources has both. Given as
 * what it is, `require` and the helper around it find its names.
 */
const wrapsCommonJs = /^export default require_[\w$]+\(\);\s*$/m;

/** Writes both faces to where they are published from, or into `folder`. */
export async function buildCli(folder?: string): Promise<void> {
  for (const face of faces) {
    const { entry, name } = face;
    const outdir = folder ?? face.folder;
    mkdirSync(join(outdir, 'parts'), { recursive: true });
    // esbuild splits modules of the newer kind only, which Node loads more slowly than CommonJS: hence the second step.
    const { outputFiles } = await bundle({
      entryPoints: [{ in: entry, out: name }],
      outdir,
      outExtension: { '.js': '.cjs' },
      chunkNames: 'parts/[hash]',
      bundle: true,
      splitting: true,
      write: false,
      platform: 'node',
      target: 'node20',
      format: 'esm',
      conditions: ['source'],
      external,
      plugins: [lazyBuiltins],
      logLevel: 'warning',
    });
    // Parts first and by the hash of their content, so that what runs meanwhile keeps the parts it knows.
    const isFace = (path: string): boolean => basename(path) === `${name}.cjs`;
    for (const { path, text } of outputFiles.toSorted((a, b) => Number(isFace(a.path)) - Number(isFace(b.path)))) {
      const { code } = await transform(text, {
        format: 'cjs',
        platform: 'node',
        target: 'node20',
        // `import()` would start Node's other module loader; `require` of the same file is a few milliseconds faster.
        supported: { 'dynamic-import': false },
        minify: true,
        legalComments: 'none',
      });
      const whole = wrapsCommonJs.test(text) ? `${code}module.exports = module.exports.default;\n` : code;
      replaceFile(path, isFace(path) ? `#!/usr/bin/env node\n${whole}` : whole);
    }
  }
}

/** Nobody who starts the command meanwhile sees half a file. */
function replaceFile(path: string, text: string): void {
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, text);
  renameSync(temporary, path);
}

/** Loads the slow parts of Node when one of their members is first used. */
const lazyBuiltins: Plugin = {
  name: 'lazy-builtins',
  setup(build) {
    build.onResolve({ filter: /^(node:)?[a-z_]+(\/promises)?$/ }, ({ path, namespace }) => {
      const name = path.replace(/^node:/, '');
      if (!slowBuiltins.includes(name)) return isBuiltin(name) ? { path: `node:${name}`, external: true } : undefined;
      return namespace === 'lazy-builtin'
        ? { path: `node:${name}`, external: true }
        : { path: name, namespace: 'lazy-builtin' };
    });
    build.onLoad({ filter: /.*/, namespace: 'lazy-builtin' }, ({ path }) => {
      const members = Object.keys(createRequire(import.meta.url)(`node:${path}`) as object);
      const getters = members.map((member) => `get ${member}() { return load().${member}; }`);
      const contents = `let loaded; const load = () => loaded ??= require('node:${path}');\nmodule.exports = {${getters.join(',')}};`;
      return { contents, loader: 'js' };
    });
  },
};
