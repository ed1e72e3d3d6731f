// Signatures as the reference draws them. All text in the leaves is a stranger's, so what would steer a terminal is replaced.

import { plainText } from '@nv2/base';
import type { Certificate } from '@nv2/pki';
import type { TreeNode } from '../../output/table.ts';
import { sortedMembers } from '../reference-text/json.ts';
import { renderName } from '../reference-text/name.ts';
import { asctime } from '../reference-text/time.ts';
import type { InspectedSignature } from './describe.ts';
import type { ShownTimestamp } from './timestamp.ts';

/** @param name the root: digest of the signature manifest, or path of the signature file */
export function drawSignature(name: string, signature: InspectedSignature): TreeNode {
  const { algorithm, envelopeType, target, certificates } = signature;
  return node(name, [
    pair('signature algorithm', algorithm),
    pair('signature envelope type', envelopeType),
    node('signed attributes', signedAttributes(signature)),
    node('user defined attributes', userAttributes(target.annotations ?? {})),
    node('unsigned attributes', unsignedAttributes(signature)),
    drawCertificates(certificates),
    node('signed artifact', [
      pair('media type', target.mediaType),
      pair('digest', target.digest),
      pair('size', String(target.size)),
    ]),
  ]);
}

function signedAttributes(signature: InspectedSignature): readonly TreeNode[] {
  const { contentType, signingScheme, signingTime, expiry, extended } = signature;
  return [
    pair('content type', contentType),
    pair('signing scheme', signingScheme),
    pair('signing time', asctime(signingTime)),
    ...(expiry === undefined ? [] : [pair('expiry', asctime(expiry))]),
    ...extended.map(([key, value]) => pair(key, value)),
  ];
}

function userAttributes(annotations: Readonly<Record<string, string>>): readonly TreeNode[] {
  const sorted = Array.from(sortedMembers(Object.entries(annotations)), ([key, value]) => pair(key, value));
  return sorted.length === 0 ? [node('(empty)')] : sorted;
}

function unsignedAttributes({ signingAgent, timestamp }: InspectedSignature): readonly TreeNode[] {
  return [
    ...(signingAgent === undefined ? [] : [pair('signing agent', signingAgent)]),
    ...(timestamp === undefined ? [] : [node('timestamp signature', drawTimestamp(timestamp))]),
  ];
}

function drawTimestamp(timestamp: ShownTimestamp): readonly TreeNode[] {
  if ('error' in timestamp) return [pair('error', timestamp.error)];
  const { earliest, latest, certificates } = timestamp;
  return [pair('timestamp', `[${asctime(earliest)}, ${asctime(latest)}]`), drawCertificates(certificates)];
}

function drawCertificates(certificates: readonly Certificate[]): TreeNode {
  return node(
    'certificates',
    certificates.map(({ fingerprint, subject, issuer, notAfter }) =>
      pair('SHA256 fingerprint', fingerprint, [
        pair('issued to', renderName(subject)),
        pair('issued by', renderName(issuer)),
        pair('expiry', asctime(notAfter)),
      ]),
    ),
  );
}

function pair(key: string, value: string, children: readonly TreeNode[] = []): TreeNode {
  return node(`${key}: ${value}`, children);
}

function node(label: string, children: readonly TreeNode[] = []): TreeNode {
  return { label: plainText(label, label.length), children };
}
