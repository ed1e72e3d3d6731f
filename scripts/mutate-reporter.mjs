// What `npm run mutate` learns from its tool: one line of JSON for each mutant, written at once, so that a run that is stopped still
// says what it has tried. Loaded by the tool, in its own process.

import { appendFileSync } from 'node:fs';

class LinesReporter {
  constructor() {
    this.file = process.env['NV2_MUTATE_LINES'];
  }

  onMutationTestingPlanReady({ mutantPlans }) {
    this.write({ planned: mutantPlans.length });
  }

  onMutantTested({ status, fileName, mutatorName, replacement, location }) {
    this.write({ status, fileName, mutatorName, replacement, location });
  }

  write(line) {
    appendFileSync(this.file, `${JSON.stringify(line)}\n`);
  }
}

export const strykerPlugins = [{ kind: 'Reporter', name: 'lines', injectableClass: LinesReporter }];
