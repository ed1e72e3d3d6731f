// Signing with plugins that do not do as they should, in the reference's words, which scripts look for.

import { describeError, type Nv2Error } from '@nv2/base';

/** @returns `undefined` for what is no failure of that kind */
export function wordPluginSigning(error: Nv2Error): string | undefined {
  const detail = (name: string): string => {
    const value = error.details[name];
    return typeof value === 'string' ? value : '';
  };
  switch (error.code) {
    case 'PLUGIN_NOT_FOUND':
      return `plugin executable file is either not found or inaccessible: stat ${detail('path')}: no such file or directory`;
    case 'PLUGIN_CAPABILITY_MISSING':
      return 'plugin does not have signing capabilities';
    case 'PLUGIN_RESPONSE_MISMATCH':
      return wordMismatch(detail);
    case 'PLUGIN_REQUEST_REFUSED':
    case 'PLUGIN_CONTRACT_REFUSED':
    case 'PLUGIN_ACCESS_DENIED':
    case 'PLUGIN_BUSY':
    case 'PLUGIN_FAILED':
      return `failed to execute the ${detail('command')} command for plugin ${detail('plugin')}: ${detail('errorCode')}: ${detail('errorMessage')}`;
    case 'ENVELOPE_KEY_MISMATCH':
      if (detail('rule') !== 'ALG-05') return `${unverified} ${describeError(error)}`;
      return `${unverified} signature is invalid. Error: ${verificationError(detail('algorithm'))}`;
    case 'ENVELOPE_CHAIN_INVALID':
      if (detail('rule') === 'ATTR-14') return `${unverified} certificate chain is not present`;
      return detail('rule') === 'CERT-01' ? 'x509: malformed certificate' : undefined;
    case 'NOTARY_ENVELOPE_REFUSED':
      return `${unverified} ${describeError(error)}`;
    default:
      return undefined;
  }
}

const unverified = 'generated signature failed verification:';

function wordMismatch(detail: (name: string) => string): string | undefined {
  const member = detail('member') === 'keyId' ? 'keyID' : detail('member');
  const command = detail('command').replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return `${member} in ${command} response ${JSON.stringify(detail('answered'))} does not match request ${JSON.stringify(detail('asked'))}`;
}

function verificationError(algorithm: string): string {
  return algorithm.startsWith('ES') ? 'ecdsa: verification failure' : 'crypto/rsa: verification error';
}
