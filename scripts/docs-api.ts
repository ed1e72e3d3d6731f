// `npm run docs:api`: writes the API reference as pages for a browser.

import { apiFolder, buildApiReference } from './api-reference.ts';

const { looked, problems } = await buildApiReference({ out: apiFolder });
for (const problem of problems) console.error(problem);
console.log(`wrote ${apiFolder}/index.html: ${looked} declarations`);
process.exitCode = problems.length === 0 ? 0 : 1;
