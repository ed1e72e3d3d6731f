// Plugins for tests of whole programs: shell scripts that say what they are, alone and in packages.

import { gzipSync } from 'node:zlib';
import { encodeUtf8 } from '@nv2/base';
import { testTar, testZip } from './archives.ts';

/** An executable whose only answer is what it is. It fails where it can see registry credentials or passphrases. */
export function testPluginScript(name: string, version: string): string {
  const metadata = {
    name,
    description: `The ${name} plugin for tests`,
    version,
    url: 'https://example.com/plugin',
    supportedContractVersions: ['1.0'],
    capabilities: ['SIGNATURE_VERIFIER.TRUSTED_IDENTITY', 'SIGNATURE_VERIFIER.REVOCATION_CHECK'],
  };
  return [
    '#!/bin/sh',
    'if env | grep -Eq "^(NOTATION|NV2)_(USERNAME|PASSWORD|KEY_PASSPHRASE)="; then exit 9; fi',
    `cat <<'END'\n${JSON.stringify(metadata)}\nEND`,
    '',
  ].join('\n');
}

/** A package with the executable of {@link testPluginScript} and a licence. */
export function testPluginPackage(form: 'zip' | 'tar.gz', name: string, version: string): Uint8Array {
  const script = { name: `notation-${name}`, bytes: encodeUtf8(testPluginScript(name, version)), mode: 0o755 };
  const licence = { name: 'LICENSE', bytes: encodeUtf8('free\n') };
  if (form === 'zip') return testZip([{ ...script, mode: 0o100755 }, licence]);
  return new Uint8Array(gzipSync(testTar([script, licence])));
}
