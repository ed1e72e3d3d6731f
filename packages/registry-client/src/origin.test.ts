import { describe, expect, it } from 'vitest';
import { findRefusal, isInternalHost, redactUrl, registryOrigin } from './origin.ts';

describe('where a registry is', () => {
  it.each([
    ['registry.example.com', undefined, 'https://registry.example.com'],
    ['registry.example.com:443', undefined, 'https://registry.example.com'],
    ['registry.example.com:5000', undefined, 'https://registry.example.com:5000'],
    ['localhost:5000', undefined, 'http://localhost:5000'],
    ['127.0.0.1:5000', undefined, 'http://127.0.0.1:5000'],
    ['[::1]:5000', undefined, 'http://[::1]:5000'],
    ['localhost.example.com', undefined, 'https://localhost.example.com'],
    ['127.0.0.1.example.com', undefined, 'https://127.0.0.1.example.com'],
    ['10.0.0.1:5000', undefined, 'https://10.0.0.1:5000'],
    ['localhost:5000', false, 'https://localhost:5000'],
    ['registry.example.com', true, 'http://registry.example.com'],
    ['docker.io', undefined, 'https://registry-1.docker.io'],
  ])('talks to %s (plain http: %s) at %s', (registry, plainHttp, expected) => {
    expect(registryOrigin(registry, plainHttp)).toBe(expected);
  });

  it.each(['', 'a/b', 'user@host', 'https://host', 'host:99999', 'ho st', '[2:1]:443', '999.1.1.1'])(
    'refuses %j as a registry',
    (registry) => {
      expect(() => registryOrigin(registry)).toThrow(expect.objectContaining({ code: 'REGISTRY_REFUSED' }));
    },
  );
});

describe('where a registry may send us', () => {
  const secure = 'https://registry.example.com';
  it.each([
    ['to a public host', secure, 'https://cdn.example.net/x'],
    ['from http to https', 'http://localhost:5000', 'https://cdn.example.net/x'],
    ['to its own internal address', 'https://10.1.2.3', 'https://10.1.2.3:444/x'],
    ['from this machine to this machine', 'http://localhost:5000', 'http://127.0.0.1:6000/token'],
  ])('goes %s', (_, origin, target) => {
    expect(findRefusal(origin, new URL(target))).toBeUndefined();
  });

  it.each([
    ['from https to http', secure, 'http://registry.example.com/x'],
    ['to another scheme', secure, 'file:///etc/passwd'],
    ['with credentials in the URL', secure, 'https://user:pass@cdn.example.net/x'],
    ['to a loopback address', secure, 'https://127.0.0.1/x'],
    ['to localhost by name', secure, 'https://localhost/x'],
    ['to localhost with its final dot', secure, 'https://localhost./x'],
    ['to a name below localhost with its final dot', secure, 'https://app.localhost./x'],
    ['to a private address', secure, 'https://192.168.1.1/x'],
    ['to a cloud metadata address', secure, 'https://169.254.169.254/x'],
    ['to a mapped IPv6 address', secure, 'https://[::ffff:10.0.0.1]/x'],
    ['to a unique local IPv6 address', secure, 'https://[fd00::1]/x'],
    ['to a number that is an address', secure, 'https://2130706433/x'],
    ['from this machine to the network it is in', 'http://localhost:5000', 'http://10.0.0.1/x'],
  ])('does not go %s', (_, origin, target) => {
    expect(findRefusal(origin, new URL(target))).toBeTypeOf('string');
  });

  it.each(['8.8.8.8', '172.32.0.1', '100.128.0.1', '192.169.0.1', 'example.com', '[2001:db8::1]'])(
    'knows that %s is not internal',
    (host) => {
      expect(isInternalHost(host)).toBe(false);
    },
  );
});

describe('URLs for people', () => {
  it('hides every parameter but those of the protocol, and credentials', () => {
    const url = new URL('https://user:secret@host/p?X-Amz-Signature=abc&digest=sha256:00&n=5&%F0%9F%94%91=1');
    expect(redactUrl(url)).toBe('https://host/p?X-Amz-Signature=*****&digest=sha256:00&n=5&%F0%9F%94%91=*****');
  });
});
