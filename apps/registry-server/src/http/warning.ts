// Warning header fields (distribution-spec, "Warnings"): code 299, no agent, no date.

import type { HeaderFields } from '@nv2/base';
import { plainText } from '@nv2/base';
import { maxWarningBytes } from '../limits.ts';

/** One field for each text, as long as all together stay within 4096 bytes. Printable ASCII; quotes are escaped. */
export function toWarnings(texts: readonly string[]): HeaderFields {
  let remaining = maxWarningBytes;
  const fields: (readonly [string, string])[] = [];
  for (const text of texts) {
    const ascii = plainText(text, 1000).replace(/[^\x20-\x7e]/g, '?');
    const value = `299 - "${ascii.replace(/["\\]/g, '\\$&')}"`;
    remaining -= value.length;
    if (remaining < 0) break;
    fields.push(['Warning', value]);
  }
  return fields;
}
