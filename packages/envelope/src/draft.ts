// What may be asked to be written, checked before anything is signed.

import { quoteText } from '@nv2/base';
import { payloadContentType, signedAttributeNames } from './attribute-names.ts';
import type { ExtendedAttribute } from './envelope.ts';
import { notWritable } from './errors.ts';
import type { EnvelopeDraft } from './formats/format.ts';
import { isSemanticVersion } from './semantic-version.ts';
import { isZeroTime } from './signing-time.ts';
import { isPluginValue, type Label } from './signed-attributes.ts';

/**
 * Refuses a draft that no reader would accept.
 *
 * @param isReserved whether the format itself defines a header of that name
 * @throws EnvelopeError `ENVELOPE_REQUEST_INVALID` with the broken rule
 */
export function checkDraft(draft: EnvelopeDraft, isReserved: (label: Label) => boolean): void {
  const { signed } = draft;
  if (draft.payload.length === 0) throw notWritable('PAY-10', 'payload is empty');
  if (signed.contentType !== payloadContentType)
    throw notWritable('PAY-01', `content type is ${quoteText(signed.contentType)}`);
  if (isZeroTime(signed.signingTime)) throw notWritable('ATTR-08', 'signing time is zero');
  checkTime(signed.signingTime, 'signing time');
  if (signed.expiry !== undefined) checkTime(signed.expiry, 'expiry');
  if (signed.verificationPlugin?.trim() === '') throw notWritable('ATTR-12', 'verification plugin is blank');
  const version = signed.verificationPluginMinVersion;
  if (version !== undefined && !isSemanticVersion(version)) {
    throw notWritable('ATTR-13', `plugin version ${quoteText(version)} is not a semantic version`);
  }
  checkExtended(signed.extended, isReserved);
}

// RFC 3339 has four digits for the year.
function checkTime(time: Date, what: string): void {
  const year = time.getUTCFullYear();
  if (!(year >= 1 && year <= 9999)) throw notWritable('ATTR-08', `${what} is not a time between the years 1 and 9999`);
}

function checkExtended(extended: readonly ExtendedAttribute[], isReserved: (label: Label) => boolean): void {
  const keys = new Set<Label>();
  for (const { key, isCritical, value } of extended) {
    const shown = quoteText(String(key));
    if (signedAttributeNames.has(key) || isReserved(key))
      throw notWritable('ATTR-09', `attribute ${shown} is reserved`);
    if (keys.has(key)) throw notWritable('ATTR-09', `attribute ${shown} is given twice`);
    if (isCritical && !isPluginValue(value)) {
      throw notWritable('ATTR-17', `critical attribute ${shown} is not a string, a number or null`);
    }
    keys.add(key);
  }
}
