import type { Command } from '../command.ts';
import { blobInspectCommand } from './blob-inspect.ts';
import { blobSignCommand } from './blob-sign.ts';
import { blobVerifyCommand } from './blob-verify.ts';
import { certAddCommand } from './cert-add.ts';
import { certDeleteCommand } from './cert-delete.ts';
import { certGenerateCommand } from './cert-generate.ts';
import { certGenerateTestCommand } from './cert-generate-test.ts';
import { certLintCommand } from './cert-lint.ts';
import { certListCommand } from './cert-list.ts';
import { certShowCommand } from './cert-show.ts';
import { completionCommand } from './completion.ts';
import { copyCommand } from './copy.ts';
import { inspectCommand } from './inspect.ts';
import { keyAddCommand } from './key-add.ts';
import { keyDefaultCommand } from './key-default.ts';
import { keyDeleteCommand } from './key-delete.ts';
import { keyListCommand } from './key-list.ts';
import { listCommand } from './list.ts';
import { loginCommand } from './login.ts';
import { logoutCommand } from './logout.ts';
import { pluginInstallCommand } from './plugin-install.ts';
import { pluginListCommand } from './plugin-list.ts';
import { pluginUninstallCommand } from './plugin-uninstall.ts';
import { policyImportCommand } from './policy-import.ts';
import { policyInitCommand } from './policy-init.ts';
import { policyLintCommand } from './policy-lint.ts';
import { policySetCommand } from './policy-set.ts';
import { policyShowCommand } from './policy-show.ts';
import { policyTestCommand } from './policy-test.ts';
import { serveRegistryCommand } from './serve-registry.ts';
import { signCommand } from './sign.ts';
import { signatureDeleteCommand } from './signature-delete.ts';
import { signaturePruneCommand } from './signature-prune.ts';
import { treeCommand } from './tree.ts';
import { verifyCommand } from './verify.ts';
import { versionCommand } from './version.ts';

export const builtinCommands: readonly Command[] = [
  signCommand,
  verifyCommand,
  listCommand,
  inspectCommand,
  treeCommand,
  copyCommand,
  signatureDeleteCommand,
  signaturePruneCommand,
  blobSignCommand,
  blobVerifyCommand,
  blobInspectCommand,
  loginCommand,
  logoutCommand,
  keyListCommand,
  keyAddCommand,
  keyDeleteCommand,
  keyDefaultCommand,
  certAddCommand,
  certListCommand,
  certShowCommand,
  certLintCommand,
  certDeleteCommand,
  certGenerateCommand,
  certGenerateTestCommand,
  policyInitCommand,
  policySetCommand,
  policyShowCommand,
  policyImportCommand,
  policyLintCommand,
  policyTestCommand,
  pluginInstallCommand,
  pluginListCommand,
  pluginUninstallCommand,
  serveRegistryCommand,
  completionCommand(() => builtinCommands),
  versionCommand,
];
