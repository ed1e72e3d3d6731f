// Every file of rows, one line each.

import type { Row } from '../row.ts';
import { blobInspectRows } from './blob-inspect.ts';
import { blobPolicyRows } from './blob-policy.ts';
import { blobSignRows } from './blob-sign.ts';
import { blobVerifyRows } from './blob-verify.ts';
import { certificateTestKeyRows } from './certificate-test-key.ts';
import { certificateRows } from './certificate.ts';
import { inspectRows } from './inspect.ts';
import { keyRows } from './key.ts';
import { listRows } from './list.ts';
import { loginRows } from './login.ts';
import { pluginInstallRows } from './plugin-install.ts';
import { pluginPackageRows } from './plugin-package.ts';
import { pluginUrlRows } from './plugin-url.ts';
import { pluginRows } from './plugin.ts';
import { policyRows } from './policy.ts';
import { processRows } from './process.ts';
import { referenceRows } from './reference.ts';
import { signRows } from './sign.ts';
import { trustPolicyRows } from './trust-policy.ts';
import { revocationRows } from './revocation.ts';
import { timestampRows } from './timestamp.ts';
import { verifyLogRows } from './verify-log.ts';
import { verifyRows } from './verify.ts';

export const builtinRows: readonly Row[] = [
  ...blobInspectRows,
  ...blobPolicyRows,
  ...blobSignRows,
  ...blobVerifyRows,
  ...certificateRows,
  ...certificateTestKeyRows,
  ...inspectRows,
  ...keyRows,
  ...listRows,
  ...loginRows,
  ...pluginInstallRows,
  ...pluginPackageRows,
  ...pluginRows,
  ...pluginUrlRows,
  ...policyRows,
  ...processRows,
  ...referenceRows,
  ...revocationRows,
  ...signRows,
  ...timestampRows,
  ...trustPolicyRows,
  ...verifyLogRows,
  ...verifyRows,
];
