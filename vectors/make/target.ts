// What the signatures are about.

import { encodeUtf8 } from '@nv2/base';
import { digestOf, mediaTypes } from '@nv2/oci';
import type { SubjectFile } from '../case.ts';
import type { Recorder } from './recorder.ts';

const manifest = encodeUtf8(
  JSON.stringify({
    schemaVersion: 2,
    mediaType: mediaTypes.ociManifest,
    artifactType: 'application/vnd.nv2.vector',
    config: {
      mediaType: mediaTypes.emptyJson,
      digest: 'sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a',
      size: 2,
    },
    layers: [],
  }),
);

export const target = { mediaType: mediaTypes.ociManifest, digest: digestOf(manifest), size: manifest.length };

/** A payload about the target; `change` replaces or adds members of its descriptor. */
export function payload(change: object = {}): string {
  return JSON.stringify({ targetArtifact: { ...target, ...change } });
}

export function recordTarget(recorder: Recorder): SubjectFile {
  return { file: recorder.file('target/manifest.json', manifest), mediaType: mediaTypes.ociManifest };
}
