import type { Certificate } from './certificate.ts';

/** The certificates that are not valid at an instant; both ends of their validity are inside (CERT-10). */
export function findCertificatesOutsideValidity(chain: readonly Certificate[], at: Date): readonly Certificate[] {
  const time = at.getTime();
  // Written so that an invalid date, which compares as false, is outside everything.
  return chain.filter(({ notBefore, notAfter }) => !(notBefore.getTime() <= time && time <= notAfter.getTime()));
}
