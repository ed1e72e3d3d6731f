// Every command of the `notation` face, one line each.

import { blobInspectCommand } from './blob-inspect.ts';
import { blobPolicyImportCommand } from './blob-policy-import.ts';
import { blobPolicyInitCommand } from './blob-policy-init.ts';
import { blobPolicyShowCommand } from './blob-policy-show.ts';
import { blobSignCommand } from './blob-sign.ts';
import { blobVerifyCommand } from './blob-verify.ts';
import { certificateAddCommand } from './certificate-add.ts';
import { certificateCleanupTestCommand } from './certificate-cleanup-test.ts';
import { certificateDeleteCommand } from './certificate-delete.ts';
import { certificateGenerateTestCommand } from './certificate-generate-test.ts';
import { certificateListCommand } from './certificate-list.ts';
import { certificateShowCommand } from './certificate-show.ts';
import type { NotationCommand } from './command.ts';
import { completionCommands } from './completion.ts';
import { inspectCommand } from './inspect.ts';
import { keyAddCommand } from './key-add.ts';
import { keyDeleteCommand } from './key-delete.ts';
import { keyListCommand } from './key-list.ts';
import { keyUpdateCommand } from './key-update.ts';
import { listCommand } from './list.ts';
import { loginCommand } from './login.ts';
import { logoutCommand } from './logout.ts';
import { pluginInstallCommand } from './plugin-install.ts';
import { pluginListCommand } from './plugin-list.ts';
import { pluginUninstallCommand } from './plugin-uninstall.ts';
import { policyImportCommand } from './policy-import.ts';
import { policyShowCommand } from './policy-show.ts';
import { signCommand } from './sign.ts';
import { verifyCommand } from './verify.ts';
import { versionCommand } from './version.ts';

export const notationCommands: readonly NotationCommand[] = [
  ...completionCommands(() => notationCommands),
  blobInspectCommand,
  blobPolicyImportCommand,
  blobPolicyInitCommand,
  blobPolicyShowCommand,
  blobSignCommand,
  blobVerifyCommand,
  certificateAddCommand,
  certificateCleanupTestCommand,
  certificateDeleteCommand,
  certificateGenerateTestCommand,
  certificateListCommand,
  certificateShowCommand,
  inspectCommand,
  keyAddCommand,
  keyDeleteCommand,
  keyListCommand,
  keyUpdateCommand,
  listCommand,
  loginCommand,
  logoutCommand,
  pluginInstallCommand,
  pluginListCommand,
  pluginUninstallCommand,
  policyImportCommand,
  policyShowCommand,
  signCommand,
  verifyCommand,
  versionCommand,
];
