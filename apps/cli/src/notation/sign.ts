import { referenceArgument } from './arguments.ts';
import { firstArgument, type NotationCommand } from './command.ts';
import { layoutFlag, loggingFlags, referrersApiFlag, registryFlags } from './flags.ts';
import { checkSigningFlags, prepareSigning, signingFlags, signingGroups } from './signing.ts';
import { nameByDigest, openSubject, resolveSubject, warnAboutTag } from './subject.ts';

export const signCommand: NotationCommand = {
  path: ['sign'],
  aliases: [],
  usage: '[flags] <reference>',
  summary: 'Sign an artifact',
  examples: [
    'sign <registry>/<repository>@<digest>',
    'sign --key <name> --signature-format cose <registry>/<repository>@<digest>',
  ],
  flags: [
    ...signingFlags,
    ...registryFlags,
    ...loggingFlags,
    { name: 'force-referrers-tag', kind: 'bool', help: 'store the signature with the referrers tag schema' },
    layoutFlag,
    {
      ...referrersApiFlag,
      deprecated: `${referrersApiFlag.deprecated?.replace(/\.$/, '')}, use '--force-referrers-tag=false' instead.`,
    },
  ],
  groups: [...signingGroups, { kind: 'exclusive', names: ['oci-layout', 'force-referrers-tag'] }],
  checkArguments: referenceArgument('sign'),
  checkEarly: checkSigningFlags,
  run: async (context) => {
    const { flags, out } = context;
    const options = await prepareSigning(context);
    await using subject = await openSubject(firstArgument(flags), context);
    const descriptor = await resolveSubject(subject, context);
    warnAboutTag(subject, 'sign', context);
    const { sign } = await import('@nv2/notary');
    const { signature } = await sign({
      ...options,
      store: subject.store,
      subject: descriptor,
      // What the reference writes, and nothing it does not (ADR 9).
      inlineEnvelope: false,
      form: subject.signatureForm,
    });
    out(`Successfully signed ${nameByDigest(subject, descriptor.digest)}`);
    out(`Pushed the signature to ${nameByDigest(subject, signature.digest)}`);
  },
};
