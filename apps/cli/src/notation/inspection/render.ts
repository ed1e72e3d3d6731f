// All signatures of an artifact, as one text for standard output.

import { plainText } from '@nv2/base';
import { renderTree } from '../../output/table.ts';
import { renderJson } from '../reference-text/json.ts';
import type { InspectedSignature, NamedSignature } from './describe.ts';
import { signatureJson } from './json.ts';
import { drawSignature } from './tree.ts';

/** @param name the artifact by digest */
export function renderInspectionTree(name: string, signatures: readonly NamedSignature[]): string {
  if (signatures.length === 0) return `${name} has no associated signature\n`;
  const children = signatures.map(({ digest, signature }) => drawSignature(digest, signature));
  const tree = {
    label: plainText(name, name.length),
    children: [{ label: 'application/vnd.cncf.notary.signature', children }],
  };
  return `${['Inspecting all signatures for signed artifact', ...renderTree(tree)].join('\n')}\n`;
}

/** @param mediaType of the artifact */
export function renderInspectionJson(mediaType: string, signatures: readonly NamedSignature[]): string {
  return renderJson(
    new Map<string, Parameters<typeof renderJson>[0]>([
      ['mediaType', mediaType],
      ['signatures', signatures.map(({ digest, signature }) => signatureJson(signature, digest))],
    ]),
  );
}

/** The signature of a file: its own tree, and in JSON an object without `digest`. */
export function renderBlobInspectionTree(path: string, signature: InspectedSignature): string {
  return `${renderTree(drawSignature(path, signature)).join('\n')}\n`;
}

export function renderBlobInspectionJson(signature: InspectedSignature): string {
  return renderJson(signatureJson(signature));
}
