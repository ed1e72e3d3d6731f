// The documents gate: generated files are current, links lead somewhere, nothing speaks of what is outside the project.

import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { findUntestedCodes, readErrorCodes, renderErrorsDoc } from './errors-doc.ts';
import { runQuiet } from './process.ts';
import { readRules, recordFile, renderSpecMap, type RuleState } from './spec-map.ts';
import { workspaceFolders } from './workspace.ts';

export async function checkDocs(): Promise<{ readonly looked: number; readonly problems: readonly string[] }> {
  const files = runQuiet('git', ['ls-files', '--cached', '--others', '--exclude-standard'])
    .stdout.split('\n')
    .filter((file) => file !== '' && existsSync(file));
  const documents = files.filter((file) => file.endsWith('.md'));
  const problems = [
    ...(await errorsDoc()),
    ...specMap(),
    ...threatModel(),
    ...documents.flatMap(brokenLinks),
    ...strangeNames(files),
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

/** The threat model names rules as evidence, so each has to be done; every advisory has to be named. */
function threatModel(): readonly string[] {
  if (!existsSync(recordFile)) return [];
  const path = 'docs/threat-model.md';
  const text = readFileSync(path, 'utf8');
  const states = new Map(readRules().flatMap(({ rows }) => rows.map(({ id, state }) => [id, state] as const)));
  const named = new Set(text.match(/\b[A-Z]+(?:-[A-Z]+)?-\d{2}\b/g) ?? []);
  if (named.size === 0) return [`${path} names no rule: this gate looks at nothing`];
  const advisories = ['OC-50', 'OC-51', 'OC-52', 'OC-53', 'OC-54', 'OC-55', 'OC-56'];
  return [
    ...[...named]
      .filter((id) => !isShown(states.get(id)))
      .map((id) => `${path}: ${id} is ${states.get(id) ?? 'no rule'}`),
    ...advisories.filter((id) => !named.has(id)).map((id) => `${path} does not name ${id}`),
  ];
}

function isShown(state: RuleState | undefined): boolean {
  return state === 'done' || state === 'informative';
}

function brokenLinks(document: string): readonly string[] {
  const text = readFileSync(document, 'utf8').replaceAll(/```[\s\S]*?```/g, '');
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target.split('#')[0] ?? '')
    .filter((target) => target !== '' && !/^[a-z]+:/.test(target))
    .filter((target) => !existsSync(join(dirname(document), target)))
    .map((target) => `${document}: link to ${target} leads nowhere`);
}

/** Working papers that readers of the repository do not have; a name is free again once a file of the repository bears it. */
const papers = ['notary', 'experience', 'registry', 'oras-client', 'notation-cli', 'decisions', 'style'];

/** Names of documents and places that exist only where the project was written. Rules have IDs, decisions are in docs/decisions. */
function strangeNames(files: readonly string[]): readonly string[] {
  const own = new Set(files.map((file) => basename(file)));
  const absent = papers.filter((paper) => !own.has(`${paper}.md`));
  const pattern = new RegExp(
    `(?<![\\w./-])(?:${absent.join('|')})\\.md\\b|\\bdecisions? [0-9]|(?<![\\w.])/work[/]|/tmp[/]nv2`,
    'i',
  );
  // Put together, so that this file does not name them.
  const planted = [`see ${papers[0]}.md 3`, ['by decision', '4'].join(' '), ['in ', 'work', 'main'].join('/')];
  if (!planted.every((text) => pattern.test(text)))
    return ['the planted names were not found: this gate looks at nothing'];
  return files
    .filter((file) => /(?:\.(?:[cm]?[jt]s|md|json|txt|sh|ya?ml)|\.ci\/run)$/.test(file) && file !== 'package-lock.json')
    .flatMap((file) =>
      readFileSync(file, 'utf8')
        .split('\n')
        .flatMap((line, at) => {
          const found = pattern.exec(line)?.[0];
          return found === undefined ? [] : [`${file}:${at + 1}: ${JSON.stringify(found)} is not in the repository`];
        }),
    );
}

function lockFile(): readonly string[] {
  return readFileSync('package-lock.json', 'utf8').includes('"resolved": "http')
    ? ['package-lock.json carries registry addresses']
    : [];
}
