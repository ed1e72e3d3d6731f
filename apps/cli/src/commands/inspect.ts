import { defineCommand } from '../command.ts';
import { limitOptions, referenceOptions, registryOptions, trustOptions } from '../options.ts';
import { renderTree } from '../output/table.ts';
import { readRegistryAccess } from '../registry-access.ts';
import { chooseSubject } from './subject-argument.ts';

export const inspectCommand = defineCommand({
  path: ['inspect'],
  summary: 'show everything that the signatures of an artifact say',
  description: 'What a signature says is a claim of whoever made it, unless its state is trusted.',
  arguments: [
    {
      name: 'subject',
      description: 'host/repository:tag, host/repository@digest, oci-layout:DIR[:tag]',
      isOptional: true,
    },
  ],
  options: { ...referenceOptions, ...trustOptions, ...limitOptions, ...registryOptions },
  examples: [
    'inspect registry.wabbit-networks.io/net-monitor:v1',
    'inspect --format json oci-layout:carried/net-monitor:v1',
  ],
  run: async (values, args, context) => {
    const { io, services } = context;
    const subject = await chooseSubject(args, values.reference);
    const [{ examineSignatures }, { openSubject, resolveSubject }, access] = await Promise.all([
      import('../examine-signatures.ts'),
      import('../stores/open.ts'),
      readRegistryAccess(values, context),
    ]);
    await using opened = await openSubject(subject, { services, access, cwd: io.cwd, create: false });
    const { descriptor, name } = await resolveSubject(opened, { signal: io.signal });
    const { describeInspection, drawInspection } = await import('../output/inspection.ts');
    const examination = await examineSignatures({ subject, opened, descriptor, flags: values }, context);
    const { decidedBy, isLimitReached } = examination;
    if (isLimitReached)
      context.warn(`only ${values.maxSignatures} signatures were examined, there are more (--max-signatures)`);
    const signatures = examination.signatures.map(describeInspection);
    const { mediaType, digest, size } = descriptor;
    return {
      conclusion: 'done',
      report: {
        subject: name,
        descriptor: { mediaType, digest, size },
        decidedBy,
        limitReached: isLimitReached,
        signatures,
      },
      result: renderTree(drawInspection(name, signatures)),
      text: signatures.length === 0 ? [`nv2: ${name}: no signatures`] : [],
    };
  },
});
