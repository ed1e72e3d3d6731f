// Every file of rows, one line each.
import type { Row } from '../row.ts';
import { blobInspectRows } from './blob-inspect.ts';
import { blobSignRows } from './blob-sign.ts';
import { blobVerifyRows } from './blob-verify.ts';
import { certificateRows } from './certificate.ts';
import { certificateTestKeyRows } from './certificate-test-key.ts';
import { inspectRows } from './inspect.ts';
import { keyRows } from './key.ts';
import { pluginRows } from './plugin.ts';
import { pluginInstallRows } from './plugin-install.ts';
import { pluginPackageRows } from './plugin-package.ts';
import { pluginUrlRows } from './plugin-url.ts';
import { processRows } from './process.ts';
import { blobPolicyRows } from './blob-policy.ts';
import { loginRows } from './login.ts';
import { policyRows } from './policy.ts';
import { verifyLogRows } from './verify-log.ts';

export const builtinRows: readonly Row[] = [
  ...processRows,
  ...inspectRows,
  ...verifyLogRows,
  ...keyRows,
  ...certificateRows,
  ...certificateTestKeyRows,
  ...pluginRows,
  ...pluginInstallRows,
  ...pluginPackageRows,
  ...pluginUrlRows,
  ...blobSignRows,
  ...blobVerifyRows,
  ...blobInspectRows,
  ...blobPolicyRows,
  ...loginRows,
  ...policyRows,
];
