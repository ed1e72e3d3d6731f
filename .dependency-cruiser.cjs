'use strict';

const { rows, pure, cryptoFile, thirdParty } = require('./architecture.cjs');

const tests = '(\\.test\\.ts$|/test/)';
const escape = (text) => text.replace(/[.\\/]/g, '\\$&');
const folder = (name) =>
  /^(packages|apps)\//.test(name) ? name : Object.keys(rows).find((row) => row.endsWith(`/${name}`));

// One rule a row: the picture in ARCHITECTURE.md and this check cannot drift.
const layers = Object.entries(rows).map(([from, allowed]) => ({
  name: `layers: ${from}`,
  severity: 'error',
  from: { path: `^${from}/`, pathNot: tests },
  to: { path: '^(packages|apps)/', pathNot: [from, 'packages/base', ...allowed.map(folder)].map((row) => `^${row}/`) },
}));

const libraries = Object.entries(thirdParty).map(([library, file]) => ({
  name: `one importer: ${library}`,
  severity: 'error',
  from: { path: '^(packages|apps)/', pathNot: [`^${escape(file)}$`, tests, '^packages/testing/'] },
  to: { path: `(^|/)node_modules/${escape(library)}/` },
}));

module.exports = {
  forbidden: [
    ...layers,
    ...libraries,
    { name: 'no cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'front door only',
      severity: 'error',
      from: { path: '^(packages|apps)/([^/]+)/' },
      to: { path: '^(packages|apps)/[^/]+/', pathNot: ['^(packages|apps)/[^/]+/src/index\\.ts$', '^$1/$2/'] },
    },
    {
      name: 'never the own front door',
      severity: 'error',
      from: { path: '^(packages|apps)/([^/]+)/src/', pathNot: tests },
      to: { path: '^$1/$2/src/index\\.ts$' },
    },
    {
      name: 'no node:* in values, domain, workflow and client',
      severity: 'error',
      from: { path: `^packages/(${pure.join('|')})/src/`, pathNot: [tests, `^${escape(cryptoFile)}$`] },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'tests only: testing',
      severity: 'error',
      from: { path: '^(packages|apps)/', pathNot: [tests, '^packages/testing/'] },
      to: { path: '^packages/testing/' },
    },
    {
      name: 'third-party libraries are in the table',
      severity: 'error',
      from: { path: '^(packages|apps)/[^/]+/(src|bin)/', pathNot: [tests, '^packages/testing/'] },
      to: {
        path: '(^|/)node_modules/',
        pathNot: Object.keys(thirdParty).map((library) => `(^|/)node_modules/${escape(library)}/`),
      },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // Build output of our own only: a library's dist/ must stay visible to the rules above.
    exclude: { path: '^((packages|apps)/[^/]+/dist|\\.build|\\.cache)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['source', 'import', 'node', 'default'] },
  },
};
