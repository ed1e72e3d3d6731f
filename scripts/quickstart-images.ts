// The images of the quickstart: real layers and configurations, made from bytes, as OCI image layouts.

import { join } from 'node:path';
import { openLayout } from '@nv2/oci-layout';
import { pushArtifact, testImage } from '@nv2/testing';

/** Writes `net-monitor` and `impostor` below `directory`, each a layout with the tag `v1`. */
export async function makeQuickstartImages(directory: string): Promise<void> {
  for (const name of ['net-monitor', 'impostor']) {
    await using layout = await openLayout(join(directory, name), { create: true });
    const image = testImage({ name });
    await pushArtifact(layout, image);
    await layout.tagManifest(image.manifest.descriptor, 'v1');
  }
}
