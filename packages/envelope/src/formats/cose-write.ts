// Writing COSE envelopes in core deterministic CBOR, as the reference does (SIG-COSE-18).

import { type CborMap, CborTag, type CborValue, encodeCbor } from '@nv2/base';
import { attributeNames as names } from '../attribute-names.ts';
import { checkDraft } from '../draft.ts';
import type { SignedAttributes, UnsignedAttributes } from '../envelope.ts';
import type { Label } from '../signed-attributes.ts';
import { coseLabels } from './cose-names.ts';
import { encodeSigStructure } from './cose-sig-structure.ts';
import { toCborValue, toTime } from './cose-values.ts';
import type { EnvelopeDraft, PreparedEnvelope } from './format.ts';

/** @throws EnvelopeError `ENVELOPE_REQUEST_INVALID` */
export function prepareCose(draft: EnvelopeDraft): PreparedEnvelope {
  checkDraft(draft, isReserved);
  const payload = new Uint8Array(draft.payload);
  const protectedBytes = encodeCbor(protectedMap(draft));
  return {
    signedBytes: encodeSigStructure(protectedBytes, payload),
    seal: (signature, unsigned) =>
      encodeCbor(new CborTag(18, [protectedBytes, unprotectedMap(unsigned), payload, signature])),
  };
}

// Labels 0 to 12 are COSE's own; a chain among the protected headers would be taken for the real one by some readers.
function isReserved(label: Label): boolean {
  if (typeof label === 'string') return false;
  return !Number.isSafeInteger(label) || (label >= 0 && label <= 12) || label === coseLabels.x5chain;
}

function protectedMap({ algorithm, signed }: EnvelopeDraft): CborMap {
  const isAuthority = signed.signingScheme === 'notary.x509.signingAuthority';
  const map = new Map<Label, CborValue>([
    [coseLabels.algorithm, algorithm.coseId],
    [coseLabels.critical, criticalLabels(signed)],
    [coseLabels.contentType, signed.contentType],
    [names.signingScheme, signed.signingScheme],
    [isAuthority ? names.authenticSigningTime : names.signingTime, toTime(wholeSeconds(signed.signingTime))],
  ]);
  if (signed.expiry !== undefined) map.set(names.expiry, toTime(wholeSeconds(signed.expiry)));
  if (signed.verificationPlugin !== undefined) map.set(names.verificationPlugin, signed.verificationPlugin);
  if (signed.verificationPluginMinVersion !== undefined) {
    map.set(names.verificationPluginMinVersion, signed.verificationPluginMinVersion);
  }
  for (const { key, value } of signed.extended) map.set(key, toCborValue(value));
  return map;
}

function criticalLabels(signed: SignedAttributes): readonly Label[] {
  return [
    names.signingScheme,
    ...(signed.signingScheme === 'notary.x509.signingAuthority' ? [names.authenticSigningTime] : []),
    ...(signed.expiry === undefined ? [] : [names.expiry]),
    ...(signed.verificationPlugin === undefined ? [] : [names.verificationPlugin]),
    ...(signed.verificationPluginMinVersion === undefined ? [] : [names.verificationPluginMinVersion]),
    ...signed.extended.filter(({ isCritical }) => isCritical).map(({ key }) => key),
  ];
}

// SIG-COSE-09: no fractions.
function wholeSeconds(time: Date): Date {
  return new Date(Math.floor(time.getTime() / 1000) * 1000);
}

// SIG-COSE-11: an array even for a single certificate.
function unprotectedMap(unsigned: UnsignedAttributes): CborMap {
  const map = new Map<Label, CborValue>([[coseLabels.x5chain, unsigned.certificateChain]]);
  if (unsigned.timestampSignature) map.set(names.timestampSignature, unsigned.timestampSignature);
  if (unsigned.signingAgent !== undefined) map.set(names.signingAgent, unsigned.signingAgent);
  return map;
}
