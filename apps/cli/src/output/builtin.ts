import { json } from './json.ts';
import type { Renderer } from './renderer.ts';
import { text } from './text.ts';

export const builtinRenderers: readonly Renderer[] = [text, json];
