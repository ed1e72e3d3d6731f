import { archivePlace } from './archive.ts';
import { layoutPlace } from './layout.ts';
import type { Place } from './place.ts';
import { registryPlace } from './registry.ts';

export const builtinPlaces: readonly Place[] = [registryPlace, layoutPlace, archivePlace] as readonly Place[];
