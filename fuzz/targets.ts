// The one table of parsers under fuzzing. A new parser is a line here (or in the list of its area) and a seed in corpus/<name>/.

import type { FuzzTarget } from './target.ts';
import { archiveTargets } from './targets/archives.ts';
import { documentTargets } from './targets/documents.ts';
import { encodingTargets } from './targets/encodings.ts';
import { envelopeTargets } from './targets/envelopes.ts';
import { pluginTargets } from './targets/plugins.ts';
import { registryTargets } from './targets/registry.ts';
import { revocationTargets } from './targets/revocation.ts';
import { timestampTargets } from './targets/timestamps.ts';

export const fuzzTargets: readonly FuzzTarget[] = [
  ...encodingTargets,
  ...envelopeTargets,
  ...documentTargets,
  ...registryTargets,
  ...revocationTargets,
  ...archiveTargets,
  ...pluginTargets,
  ...timestampTargets,
];
