// Writes the names of the tests that ran (docs/spec-map.md is generated from them) and a plain closing line.

import { mkdirSync, writeFileSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';

interface TestRecord {
  readonly file: string;
  readonly name: string;
  readonly state: string;
}

const longestMessage = 600;

export default class ClosingLineReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const records: TestRecord[] = [];
    const failures: string[] = [];
    for (const module of modules) {
      const file = module.relativeModuleId;
      for (const error of module.errors()) failures.push(`${file}: ${oneLine(error.message)}`);
      for (const test of module.children.allTests()) {
        const { state, errors } = test.result();
        records.push({ file, name: test.fullName, state });
        if (state === 'failed') failures.push(`${file} > ${test.fullName}: ${oneLine(errors[0]?.message ?? '')}`);
      }
    }
    const count = (state: string): number => records.filter((record) => record.state === state).length;
    const brokenFiles = modules.filter((module) => module.state() === 'failed' && module.errors().length > 0).length;
    const output = process.env['NV2_TEST_RECORD'];
    if (output !== undefined) {
      mkdirSync('.cache', { recursive: true });
      writeFileSync(output, `${JSON.stringify(records, undefined, 1)}\n`);
    }
    const skipped = count('skipped');
    for (const record of records) if (record.state === 'skipped') console.log(`skipped: ${record.name}`);
    for (const failure of failures) console.log(`failed: ${failure}`);
    console.log(
      `${count('passed')} passed, ${count('failed') + brokenFiles} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`,
    );
  }
}

// Short and without line breaks, so that the end of a long log still tells what happened.
function oneLine(message: string): string {
  return message.replaceAll(/\s+/g, ' ').slice(0, longestMessage);
}
