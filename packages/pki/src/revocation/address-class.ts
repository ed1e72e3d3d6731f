// How close to this machine an address is (RFC 6890): decides where a redirect may lead (OC-12). Pure text, so that what a
// connection really leads to can be judged wherever that is known.

/** `unusable`: no revocation service is there: link-local (where clouds keep credentials), multicast, unspecified, reserved. */
export type AddressClass = 'public' | 'private' | 'loopback' | 'unusable';

type Octets = readonly number[];

interface Block {
  readonly network: Octets;
  readonly bits: number;
  readonly class: AddressClass;
}

const blocks4: readonly Block[] = [
  block4('0.0.0.0', 8, 'unusable'),
  block4('10.0.0.0', 8, 'private'),
  block4('100.64.0.0', 10, 'private'), // shared by the customers of a carrier
  block4('127.0.0.0', 8, 'loopback'),
  block4('169.254.0.0', 16, 'unusable'),
  block4('172.16.0.0', 12, 'private'),
  block4('192.0.0.0', 24, 'private'),
  block4('192.0.2.0', 24, 'private'), // documentation, as the next two that are not networks of anybody
  block4('192.168.0.0', 16, 'private'),
  block4('198.18.0.0', 15, 'private'),
  block4('198.51.100.0', 24, 'private'),
  block4('203.0.113.0', 24, 'private'),
  block4('224.0.0.0', 4, 'unusable'),
  block4('240.0.0.0', 4, 'unusable'),
];

const blocks6: readonly Block[] = [
  block6('::1', 128, 'loopback'),
  block6('64:ff9b:1::', 48, 'private'),
  block6('2001::', 32, 'unusable'), // tunnels to an address that is written in disguise
  block6('2001:db8::', 32, 'private'),
  block6('2000::', 3, 'public'),
  block6('fc00::', 7, 'private'),
  block6('fec0::', 10, 'private'),
];

/** Where an IPv6 address carries an IPv4 one: prefix, and the octet at which it starts. */
const embeddings: readonly { readonly block: Block; readonly at: number }[] = [
  { block: block6('::ffff:0:0', 96, 'public'), at: 12 },
  { block: block6('64:ff9b::', 96, 'public'), at: 12 },
  { block: block6('2002::', 16, 'public'), at: 2 },
];

/** Classifies an address as text; what is no address is `unusable`. */
export function classifyAddress(text: string): AddressClass {
  const four = parse4(text);
  if (four !== undefined) return classify4(four);
  const six = parse6(text.replace(/%.*$/s, ''));
  if (six === undefined) return 'unusable';
  const carrier = embeddings.find(({ block }) => isInside(six, block));
  if (carrier !== undefined) return classify4(six.slice(carrier.at, carrier.at + 4));
  return blocks6.find((block) => isInside(six, block))?.class ?? 'unusable';
}

/** What the host of a URL says by itself: `undefined` for a name that only a resolver knows. */
export function classifyHost(hostname: string): AddressClass | undefined {
  const host = hostname
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
    .toLowerCase();
  if (host === 'localhost' || host.endsWith('.localhost')) return 'loopback';
  return parse4(host) !== undefined || host.includes(':') ? classifyAddress(host) : undefined;
}

const distance = { public: 0, private: 1, loopback: 2 } as const;

/** Whether a redirect may lead from one class to another: never closer to this machine. */
export function mayRedirect(from: AddressClass, to: AddressClass): boolean {
  return from !== 'unusable' && to !== 'unusable' && distance[to] <= distance[from];
}

function classify4(octets: Octets): AddressClass {
  return blocks4.find((block) => isInside(octets, block))?.class ?? 'public';
}

function isInside(octets: Octets, { network, bits }: Block): boolean {
  if (octets.length !== network.length) return false;
  return octets.every((octet, index) => {
    const counted = Math.max(0, Math.min(8, bits - index * 8));
    return (octet ^ (network[index] ?? 0)) >> (8 - counted) === 0;
  });
}

function parse4(text: string): Octets | undefined {
  if (!/^(?:0|[1-9][0-9]{0,2})(?:\.(?:0|[1-9][0-9]{0,2})){3}$/.test(text)) return undefined;
  const octets = text.split('.').map(Number);
  return octets.every((octet) => octet < 256) ? octets : undefined;
}

function parse6(text: string): Octets | undefined {
  const [head, tail, ...more] = text.split('::');
  if (head === undefined || more.length > 0) return undefined;
  const left = parseGroups(head);
  const right = tail === undefined ? [] : parseGroups(tail);
  if (left === undefined || right === undefined) return undefined;
  const missing = 16 - left.length - right.length;
  if (tail === undefined ? missing !== 0 : missing < 2) return undefined;
  return [...left, ...Array.from({ length: missing }, () => 0), ...right];
}

/** Groups of hexadecimal digits, the last of which may be a dotted IPv4 address. */
function parseGroups(text: string): Octets | undefined {
  if (text === '') return [];
  const groups = text.split(':');
  const octets: number[] = [];
  for (const [index, group] of groups.entries()) {
    const four = index === groups.length - 1 ? parse4(group) : undefined;
    if (four !== undefined) octets.push(...four);
    else if (/^[0-9a-f]{1,4}$/i.test(group))
      octets.push(Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255);
    else return undefined;
  }
  return octets;
}

function block4(network: string, bits: number, kind: AddressClass): Block {
  return { network: parse4(network) ?? [], bits, class: kind };
}

function block6(network: string, bits: number, kind: AddressClass): Block {
  return { network: parse6(network) ?? [], bits, class: kind };
}
