import { deleteManifest } from './manifest-delete.ts';
import { readManifest } from './manifest-read.ts';
import { writeManifest } from './manifest-write.ts';
import type { Route } from './route.ts';

export const manifest: Route = {
  name: 'manifest',
  path: '/v2/*/manifests/:',
  methods: { GET: readManifest, PUT: writeManifest, DELETE: deleteManifest },
};
