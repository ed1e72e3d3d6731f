// One expectation about the Notary Project's test data, named after its input.

import type { VectorCase, VectorInput } from './case.ts';

export const at = '2026-11-20T12:00:00Z';

export const vector = (expect: string, input: VectorInput, source = 'index of the set'): VectorCase => ({
  name: `${input.kind} ${labelOf(input)}`,
  source,
  expect,
  ...input,
});

function labelOf(input: VectorInput): string {
  if ('file' in input)
    return `${input.file}${'tsa' in input ? ' with a tsa store' : ''}${'revocation' in input ? ' and nobody revoked' : ''}${'roots' in input && input.roots.length === 0 ? ' without roots' : ''}${'use' in input ? ` using ${input.use || 'the default key'}` : ''}${'level' in input && input.level ? ` at level ${input.level}` : ''}${'at' in input && input.at !== at ? ` on ${input.at}` : ''}${'verifyTimestamp' in input ? ` looked at ${input.verifyTimestamp}` : ''}${'store' in input && input.store !== undefined ? ` from store type ${input.store}` : ''}${'userMetadata' in input ? ` wanting ${JSON.stringify(input.userMetadata)}` : ''}`;
  if ('certificates' in input)
    return `${input.certificates.map((file) => file.split('/').pop()).join(' → ')}${'purpose' in input && input.purpose ? ` for ${input.purpose}` : ''}${input.at ? ` at ${input.at}` : ''}`;
  if ('certificate' in input) return `${input.certificate} against ${input.identities.join(' | ')}`;
  return `${input.directory}${'plant' in input ? ` with a ${input.plant}` : ''}`;
}
