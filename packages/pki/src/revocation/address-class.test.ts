import { describe, expect, it } from 'vitest';
import { type AddressClass, classifyAddress, classifyHost, mayRedirect } from './address-class.ts';

describe('an address', () => {
  // First and last of each block, and the neighbours outside.
  it.each<[string, AddressClass]>([
    ['0.0.0.0', 'unusable'],
    ['0.255.255.255', 'unusable'],
    ['1.0.0.0', 'public'],
    ['9.255.255.255', 'public'],
    ['10.0.0.0', 'private'],
    ['10.255.255.255', 'private'],
    ['11.0.0.0', 'public'],
    ['100.63.255.255', 'public'],
    ['100.64.0.0', 'private'],
    ['100.127.255.255', 'private'],
    ['100.128.0.0', 'public'],
    ['126.255.255.255', 'public'],
    ['127.0.0.0', 'loopback'],
    ['127.0.0.1', 'loopback'],
    ['127.255.255.255', 'loopback'],
    ['128.0.0.0', 'public'],
    ['169.253.255.255', 'public'],
    ['169.254.0.0', 'unusable'],
    ['169.254.169.254', 'unusable'],
    ['169.254.255.255', 'unusable'],
    ['169.255.0.0', 'public'],
    ['172.15.255.255', 'public'],
    ['172.16.0.0', 'private'],
    ['172.31.255.255', 'private'],
    ['172.32.0.0', 'public'],
    ['191.255.255.255', 'public'],
    ['192.0.0.0', 'private'],
    ['192.0.0.255', 'private'],
    ['192.0.1.0', 'public'],
    ['192.0.2.0', 'private'],
    ['192.0.2.255', 'private'],
    ['192.0.3.0', 'public'],
    ['192.167.255.255', 'public'],
    ['192.168.0.0', 'private'],
    ['192.168.255.255', 'private'],
    ['192.169.0.0', 'public'],
    ['198.17.255.255', 'public'],
    ['198.18.0.0', 'private'],
    ['198.19.255.255', 'private'],
    ['198.20.0.0', 'public'],
    ['198.51.99.255', 'public'],
    ['198.51.100.0', 'private'],
    ['198.51.100.255', 'private'],
    ['198.51.101.0', 'public'],
    ['203.0.112.255', 'public'],
    ['203.0.113.0', 'private'],
    ['203.0.113.255', 'private'],
    ['203.0.114.0', 'public'],
    ['223.255.255.255', 'public'],
    ['224.0.0.0', 'unusable'],
    ['239.255.255.255', 'unusable'],
    ['240.0.0.0', 'unusable'],
    ['255.255.255.255', 'unusable'],
  ])('of IPv4, %s, is %s [-OC-12]', (address, expected) => {
    expect(classifyAddress(address)).toBe(expected);
    // Whatever IPv6 address carries it is as near as it is.
    expect(classifyAddress(`::ffff:${address}`)).toBe(expected);
    expect(classifyAddress(`64:ff9b::${address}`)).toBe(expected);
    const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number);
    const groups = [(a << 8) | b, (c << 8) | d].map((group) => group.toString(16)).join(':');
    expect(classifyAddress(`::ffff:${groups}`)).toBe(expected);
    expect(classifyAddress(`2002:${groups}::1`)).toBe(expected);
  });

  it.each<[string, AddressClass]>([
    ['::', 'unusable'],
    ['::1', 'loopback'],
    ['0:0:0:0:0:0:0:1', 'loopback'],
    ['::2', 'unusable'],
    ['::127.0.0.1', 'unusable'],
    ['::fffe:8.8.8.8', 'unusable'],
    ['::1:ffff:8.8.8.8', 'unusable'],
    ['64:ff9b:0:0:0:1:808:808', 'unusable'],
    ['64:ff9b:1::', 'private'],
    ['64:ff9b:1:ffff:ffff:ffff:ffff:ffff', 'private'],
    ['64:ff9b:2::', 'unusable'],
    ['1fff:ffff::', 'unusable'],
    ['2000::', 'public'],
    ['2001::', 'unusable'],
    ['2001:0:ffff:ffff:ffff:ffff:ffff:ffff', 'unusable'],
    ['2001:1::', 'public'],
    ['2001:db7:ffff::', 'public'],
    ['2001:db8::', 'private'],
    ['2001:db8:ffff:ffff:ffff:ffff:ffff:ffff', 'private'],
    ['2001:db9::', 'public'],
    ['2001:4860:4860::8888', 'public'],
    ['2001:ffff:ffff::', 'public'],
    ['2003::', 'public'],
    ['3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 'public'],
    ['4000::', 'unusable'],
    ['fbff::', 'unusable'],
    ['fc00::', 'private'],
    ['FD12::1', 'private'],
    ['fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 'private'],
    ['fe00::', 'unusable'],
    ['fe7f::', 'unusable'],
    ['fe80::1', 'unusable'],
    ['febf::1', 'unusable'],
    ['fec0::', 'private'],
    ['feff:ffff::', 'private'],
    ['ff00::', 'unusable'],
    ['ff02::1', 'unusable'],
  ])('of IPv6, %s, is %s [-OC-12]', (address, expected) => {
    expect(classifyAddress(address)).toBe(expected);
    // The zone says which interface, not how near.
    expect(classifyAddress(`${address}%eth0`)).toBe(expected);
    expect(classifyAddress(`${address}%a\nb%c`)).toBe(expected);
  });

  it.each([
    '',
    'example.com',
    '8.8.8',
    '8.8.8.8.8',
    '8.8.8.256',
    '8.8.8.08',
    '08.8.8.8',
    '0x8.8.8.8',
    ' 8.8.8.8',
    '8.8.8.8 ',
    '8.8.8.8\n',
    '2000',
    '2000:1',
    '2000:0:0:0:0:0:0',
    '2000:0:0:0:0:0:0:0:0',
    '2000::1::2',
    '2000::0:0:0:0:0:0:0',
    '2000:::1',
    '2000::12345',
    '2000::g',
    '2000::-1',
    '2000::1 ',
    '8.8.8.8::',
    '2000::8.8.8.8:1',
    '2000::8.8.8',
    '%eth0',
    '2000:0:0:0:0:0:0:8.8.8.8',
  ])('that is none, %j, is unusable [-OC-12]', (text) => {
    expect(classifyAddress(text)).toBe('unusable');
  });

  it('may leave out groups of zeros, but not fewer than one', () => {
    expect(classifyAddress('2000::1:2:3:4:5:6')).toBe('public');
    expect(classifyAddress('2000:1:2:3:4:5:6::')).toBe('public');
    expect(classifyAddress('2000:1:2:3:4:5:6:7')).toBe('public');
    expect(classifyAddress('2000:1:2:3:4:5:8.8.8.8')).toBe('public');
  });
});

describe('the host of a URL', () => {
  it.each<[string, AddressClass | undefined]>([
    ['localhost', 'loopback'],
    ['LOCALHOST', 'loopback'],
    ['localhost.', 'loopback'],
    ['a.localhost', 'loopback'],
    ['notlocalhost', undefined],
    ['localhost.example', undefined],
    ['127.0.0.1', 'loopback'],
    ['127.0.0.1.', 'loopback'],
    ['8.8.8.8', 'public'],
    ['8.8.8.256', undefined],
    ['[::1]', 'loopback'],
    ['[2000::1]', 'public'],
    ['[fe80::1%25eth0]', 'unusable'],
    ['example.com', undefined],
    ['', undefined],
  ])('%j is %s [-OC-12]', (host, expected) => {
    expect(classifyHost(host)).toBe(expected);
  });
});

describe('a redirect', () => {
  const classes: readonly AddressClass[] = ['public', 'private', 'loopback', 'unusable'];

  it('leads away from this machine or stays as near as it is, never nearer [-OC-12]', () => {
    const allowed = classes.flatMap((from) =>
      classes.filter((to) => mayRedirect(from, to)).map((to) => `${from} ${to}`),
    );
    expect(allowed).toEqual([
      'public public',
      'private public',
      'private private',
      'loopback public',
      'loopback private',
      'loopback loopback',
    ]);
  });
});
