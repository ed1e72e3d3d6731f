// Writes the names of the tests that ran (docs/spec-map.md is generated from them) and a plain closing line.

import { mkdirSync, writeFileSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';

interface TestRecord {
  readonly file: string;
  readonly name: string;
  readonly state: string;
}

export default class ClosingLineReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const records: TestRecord[] = [];
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        records.push({ file: module.relativeModuleId, name: test.fullName, state: test.result().state });
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
    console.log(
      `${count('passed')} passed, ${count('failed') + brokenFiles} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`,
    );
  }
}
