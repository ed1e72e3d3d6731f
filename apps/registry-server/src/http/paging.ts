import type { HeaderFields } from '@nv2/base';

/** C13: where the next page is: the same path, with every parameter that shapes the answer. */
export function nextLink(path: string, parameters: readonly (readonly [name: string, value: string])[]): HeaderFields {
  const query = parameters.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
  return [['Link', `<${path}?${query}>; rel="next"`]];
}
