// Signatures as the reference writes them in JSON.

import type { Certificate } from '@nv2/pki';
import { type JsonMembers, type JsonText, sortedMembers } from '../reference-text/json.ts';
import { renderName } from '../reference-text/name.ts';
import { rfc3339 } from '../reference-text/time.ts';
import type { InspectedSignature } from './describe.ts';
import type { ShownTimestamp } from './timestamp.ts';

/** @param digest of the signature manifest; absent for a signature that is a file */
export function signatureJson(signature: InspectedSignature, digest?: string): JsonMembers {
  const { algorithm, envelopeType, target, certificates } = signature;
  const { annotations } = target;
  return members([
    ['digest', digest],
    ['signatureAlgorithm', algorithm],
    ['signatureEnvelopeType', envelopeType],
    ['signedAttributes', signedAttributes(signature)],
    ['userDefinedAttributes', annotations === undefined ? null : sortedMembers(Object.entries(annotations))],
    ['unsignedAttributes', unsignedAttributes(signature)],
    ['certificates', certificates.map(certificateJson)],
    [
      'signedArtifact',
      members([
        ['mediaType', target.mediaType],
        ['digest', target.digest],
        ['size', target.size],
      ]),
    ],
  ]);
}

function signedAttributes(signature: InspectedSignature): JsonMembers {
  const { contentType, signingScheme, signingTime, expiry, extended } = signature;
  const own: readonly (readonly [string, string])[] = [
    ['contentType', contentType],
    ['signingScheme', signingScheme],
    ['signingTime', rfc3339(signingTime)],
    ...(expiry === undefined ? [] : [['expiry', rfc3339(expiry)] as const]),
  ];
  return sortedMembers([...own, ...extended]);
}

function unsignedAttributes({ signingAgent, timestamp }: InspectedSignature): JsonMembers {
  return members([
    ['signingAgent', signingAgent],
    ['timestampSignature', timestamp === undefined ? undefined : timestampJson(timestamp)],
  ]);
}

function timestampJson(timestamp: ShownTimestamp): JsonMembers {
  if ('error' in timestamp) return members([['error', timestamp.error]]);
  const { earliest, latest, certificates } = timestamp;
  return members([
    ['timestamp', `[${rfc3339(earliest)}, ${rfc3339(latest)}]`],
    ['certificates', certificates.length === 0 ? undefined : certificates.map(certificateJson)],
  ]);
}

function certificateJson({ fingerprint, subject, issuer, notAfter }: Certificate): JsonMembers {
  return members([
    ['SHA256Fingerprint', fingerprint],
    ['issuedTo', renderName(subject)],
    ['issuedBy', renderName(issuer)],
    ['expiry', rfc3339(notAfter)],
  ]);
}

function members(entries: readonly (readonly [string, JsonText | undefined])[]): JsonMembers {
  return new Map(entries.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])));
}
