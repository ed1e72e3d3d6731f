// How one thing in a JWS envelope is changed.

import { encodeBase64Url, parseBase64Url } from '@nv2/base';
import { type HandMadeJws, type Members, schemeName, toAuthority } from '../../packages/envelope/test/hand-made-jws.ts';

export type Row = readonly [name: string, rules: string, change: HandMadeJws, expect: string];

export const critical =
  (...names: string[]) =>
  (members: Members): void =>
    void (members['crit'] = [schemeName, ...names]);
export const set = (name: string, value: unknown, ...criticalNames: string[]): HandMadeJws => ({
  protect: (members) => {
    members[name] = value;
    if (name !== 'crit') critical(...criticalNames)(members);
  },
});
export const drop = (name: string): HandMadeJws => ({ protect: (members) => delete members[name] });
export const inHeader = (name: string, value: unknown): HandMadeJws => ({
  header: (members) => void (members[name] = value),
});
export const inEnvelope = (name: string, value: unknown): HandMadeJws => ({
  envelope: (members) => void (members[name] = value),
});
export const edit = (name: string, change: (text: string) => string): HandMadeJws => ({
  envelope: (members) => void (members[name] = change(String(members[name]))),
});
export const text = (change: (text: string) => string): HandMadeJws => ({ text: change });
export const authority = (change: (members: Members) => unknown = () => undefined): HandMadeJws => ({
  protect: (members) => {
    toAuthority(members);
    change(members);
  },
});
export const flattened = (envelope: string): Members => JSON.parse(envelope);
export const flip = (encoded: string, at: number): string =>
  encodeBase64Url(parseBase64Url(encoded).map((byte, index) => (index === at ? byte ^ 1 : byte)));
export const malformed = (rule: string): string => `untrusted integrity malformed ${rule}`;
export const altered = (rule: string): string => `untrusted integrity altered ${rule}`;
export const pluginRequired = 'untrusted plugin plugin-required';
export const criticalAttribute = 'untrusted criticalAttributes critical-attribute';
