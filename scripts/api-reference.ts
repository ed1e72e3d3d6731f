// The API reference, from the comments of what packages export.

import { Application, LogLevel, type TypeDocOptions } from 'typedoc';
import { existsSync } from 'node:fs';
import { workspaceFolders } from './workspace.ts';

/** Where `npm run docs:api` writes the pages; made, not kept. */
export const apiFolder = 'docs/api';

export interface ApiReference {
  /** Declarations that the reference describes. */
  readonly looked: number;
  /** An export without a comment, a type that is used and not exported, a link that leads nowhere. */
  readonly problems: readonly string[];
}

export interface ApiReferenceOptions {
  /** Default: every package's front door. */
  readonly entryPoints?: readonly string[];
  readonly tsconfig?: string;
  /** Where to write the pages; absent: nowhere. */
  readonly out?: string;
}

/** Reads the exports of packages, says which lack a comment, and writes the reference. */
export async function buildApiReference(request: ApiReferenceOptions = {}): Promise<ApiReference> {
  const { entryPoints = frontDoors(), tsconfig = 'tsconfig.json', out } = request;
  const problems: string[] = [];
  const options: TypeDocOptions = {
    name: 'nv2',
    entryPoints: [...entryPoints],
    tsconfig,
    readme: 'none',
    excludePrivate: true,
    disableSources: true,
    disableGit: true,
    sort: ['source-order'],
    validation: { notDocumented: true, notExported: false, invalidLink: true },
    requiredToBeDocumented: ['Class', 'Function', 'Interface', 'TypeAlias', 'Variable'],
    skipErrorChecking: true,
    logLevel: LogLevel.Warn,
  };
  const app = await Application.bootstrap(options);
  app.logger.warn = (message: string): void => void problems.push(message);
  app.logger.error = (message: string): void => void problems.push(message);
  const project = await app.convert();
  if (project === undefined) return { looked: 0, problems: [...problems, 'nothing could be read'] };
  app.validate(project);
  if (out !== undefined) await app.generateDocs(project, out);
  return { looked: Object.keys(project.reflections).length, problems };
}

/** The packages that a program imports; the command line and the servers have guides instead. */
function frontDoors(): readonly string[] {
  return workspaceFolders()
    .filter((folder) => folder.startsWith('packages/') && folder !== 'packages/testing')
    .map((folder) => `${folder}/src/index.ts`)
    .filter((file) => existsSync(file));
}
