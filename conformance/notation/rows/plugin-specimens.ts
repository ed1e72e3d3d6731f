// What the rows about plugins have in common.

import { testPluginScript } from '@nv2/testing';
import type { ArchiveMember, Step } from '../row.ts';

export const executable = (version = '1.0.0', mode = 0o755): ArchiveMember => ({
  name: 'notation-e2e-plugin',
  text: testPluginScript('e2e-plugin', version),
  mode,
});
export const licence: ArchiveMember = { name: 'LICENSE', text: 'free' };
export const packageStep = (path: string, version = '1.0.0'): Step => ({
  archive: path,
  members: [executable(version), licence],
});
/** An executable alone. */
export const bare: Step = { file: 'notation-e2e-plugin', text: testPluginScript('e2e-plugin', '1.0.0'), mode: 0o755 };
export const installed: Step = {
  file: '{libexec}/plugins/e2e-plugin/notation-e2e-plugin',
  text: testPluginScript('e2e-plugin', '1.0.0'),
  mode: 0o755,
};

/** Of an empty list. */
export const header = 'NAME   DESCRIPTION   VERSION   CAPABILITIES   ERROR   \n';
export const done = 'Successfully installed plugin e2e-plugin, version 1.0.0\n';
export const tooLarge = 'Error: plugin installation failed: total file size reached the 256 MiB size limit\n';
export const home = '{libexec}/plugins/e2e-plugin';
export const trusting = { SSL_CERT_FILE: '{site-ca}' };
