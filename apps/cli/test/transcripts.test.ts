// What people see. `NV2_UPDATE_TRANSCRIPTS=1 npx vitest run apps/cli` rewrites the files; review the difference like code.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { playTranscript } from './support/transcript.ts';

const directory = join(import.meta.dirname, 'transcripts');

describe.concurrent('transcripts', () => {
  for (const name of readdirSync(directory).filter((file) => file.endsWith('.txt'))) {
    it(`replays ${name.replace('.txt', '')} word for word`, { timeout: 60_000 }, async ({ expect: check }) => {
      const path = join(directory, name);
      const source = readFileSync(path, 'utf8');
      const played = await playTranscript(source);
      if (process.env['NV2_UPDATE_TRANSCRIPTS'] === '1') writeFileSync(path, played);
      else check(played).toBe(source);
      expect(played).not.toContain('at Object.');
    });
  }
});
