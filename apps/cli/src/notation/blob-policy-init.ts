import { encodeUtf8 } from '@nv2/base';
import { noArguments } from './arguments.ts';
import { boolFlag, type NotationCommand, NotationError, type NotationContext, textFlag, textFlags } from './command.ts';
import { forceFlag } from './flags.ts';
import { checkPolicy } from './policy.ts';
import { replacePolicy } from './policy-commands.ts';
import { type JsonText, renderJson } from './reference-text/json.ts';

export const blobPolicyInitCommand: NotationCommand = {
  path: ['blob', 'policy', 'init'],
  aliases: [],
  usage: '[flags] --name <policy_name> --trust-store <store_type>:<store_name> --trusted-identity <trusted_identity>',
  summary: 'Write a trust policy of blobs with one statement',
  examples: [
    'blob policy init --name example --trust-store ca:acme --trusted-identity "x509.subject: C=US, ST=WA, O=acme-rockets.io"',
  ],
  flags: [
    { name: 'name', short: 'n', kind: 'string', help: 'name of the statement', isRequired: true },
    {
      name: 'trust-store',
      kind: 'strings',
      help: 'trust store, as ca:acme; may be given many times',
      isRequired: true,
    },
    { name: 'trusted-identity', kind: 'strings', help: 'who may sign; may be given many times', isRequired: true },
    { name: 'global', kind: 'bool', help: 'use the statement where none is named' },
    forceFlag,
  ],
  checkArguments: noArguments,
  run: async (context) => {
    const bytes = encodeUtf8(composePolicy(context));
    const checked = await checkPolicy(bytes, 'blob');
    if (checked.status === 'refused') throw new NotationError(`invalid blob policy: ${checked.refusal.text}`);
    const written = await replacePolicy(bytes, 'blob', context);
    if (written !== undefined) context.out(`Successfully initialized blob trust policy file to ${written.path}.`);
  },
};

/** JSON as the reference writes it, without a newline at the end. */
function composePolicy({ flags }: NotationContext): string {
  const statement = new Map<string, JsonText>([
    ['name', textFlag(flags, 'name') ?? ''],
    ['signatureVerification', new Map([['level', 'strict']])],
    ['trustStores', textFlags(flags, 'trust-store')],
    ['trustedIdentities', textFlags(flags, 'trusted-identity')],
    ...(boolFlag(flags, 'global') ? [['globalPolicy', true] as const] : []),
  ]);
  const document = new Map<string, JsonText>([
    ['version', '1.0'],
    ['trustPolicies', [statement]],
  ]);
  return renderJson(document).trimEnd();
}
