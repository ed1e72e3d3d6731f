// The documents gate: generated files are current, links lead somewhere, nothing speaks of what is outside the project.

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findUntestedCodes, readErrorCodes, renderErrorsDoc } from './errors-doc.ts';
import { runQuiet } from './process.ts';
import { recordFile, renderSpecMap } from './spec-map.ts';
import { workspaceFolders } from './workspace.ts';

export async function checkDocs(): Promise<{ readonly looked: number; readonly problems: readonly string[] }> {
  const documents = runQuiet('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'])
    .stdout.split('\n')
    .filter((file) => file !== '' && existsSync(file));
  const problems = [
    ...(await errorsDoc()),
    ...specMap(),
    ...documents.flatMap(brokenLinks),
    ...workspaceFolders()
      .filter((folder) => !existsSync(`${folder}/README.md`))
      .map((folder) => `${folder} has no README.md`),
    ...lockFile(),
  ];
  return { looked: documents.length, problems };
}

async function errorsDoc(): Promise<readonly string[]> {
  const codes = await readErrorCodes();
  if (codes.length === 0) return ['no error codes found: the generator looked at nothing'];
  const current = existsSync('docs/errors.md') && readFileSync('docs/errors.md', 'utf8') === renderErrorsDoc(codes);
  return [
    ...(current ? [] : ['docs/errors.md is not current: run `node scripts/run.mjs docs`']),
    ...findUntestedCodes(codes).map((code) => `no test raises ${code}`),
  ];
}

function specMap(): readonly string[] {
  if (!existsSync(recordFile)) return [`no ${recordFile}: run \`npm test\` before \`npm run check\``];
  const current = existsSync('docs/spec-map.md') && readFileSync('docs/spec-map.md', 'utf8') === renderSpecMap();
  return current ? [] : ['docs/spec-map.md is not current: run `npm test && node scripts/run.mjs docs`'];
}

function brokenLinks(document: string): readonly string[] {
  const text = readFileSync(document, 'utf8').replaceAll(/```[\s\S]*?```/g, '');
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target.split('#')[0] ?? '')
    .filter((target) => target !== '' && !/^[a-z]+:/.test(target))
    .filter((target) => !existsSync(join(dirname(document), target)))
    .map((target) => `${document}: link to ${target} leads nowhere`);
}

function lockFile(): readonly string[] {
  return readFileSync('package-lock.json', 'utf8').includes('"resolved": "http')
    ? ['package-lock.json carries registry addresses']
    : [];
}
