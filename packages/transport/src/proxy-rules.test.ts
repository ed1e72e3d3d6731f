import { describe, expect, it } from 'vitest';
import { type Environment, findProxy } from './proxy-rules.ts';

function proxyFor(url: string, env: Environment): string | undefined {
  return findProxy(new URL(url), env)?.href;
}

const both = { HTTP_PROXY: 'http://plain:1', HTTPS_PROXY: 'http://secure:2' };

describe('the proxy of a request', () => {
  it.each([
    ['http://example.com/', both, 'http://plain:1/'],
    ['https://example.com/', both, 'http://secure:2/'],
    ['https://example.com/', { HTTP_PROXY: 'http://plain:1' }, undefined],
    ['https://example.com/', { https_proxy: 'http://lower:3' }, 'http://lower:3/'],
    ['https://example.com/', { ...both, https_proxy: 'http://lower:3' }, 'http://secure:2/'],
    ['https://example.com/', { HTTPS_PROXY: '', https_proxy: 'http://lower:3' }, 'http://lower:3/'],
    ['https://example.com/', { HTTPS_PROXY: 'proxy:3128' }, 'http://proxy:3128/'],
    ['https://example.com/', { HTTPS_PROXY: 'https://user:pass@proxy' }, 'https://user:pass@proxy/'],
    ['https://example.com/', {}, undefined],
    ['https://localhost/', both, undefined],
    ['https://localhost:5000/', both, undefined],
    ['http://127.0.0.1/', both, undefined],
    ['http://127.9.9.9:80/', both, undefined],
    ['http://[::1]:80/', both, undefined],
    ['http://localhost.example.com/', both, 'http://plain:1/'],
    ['http://10.0.0.1/', both, 'http://plain:1/'],
  ])('to %s with %j is %s', (url, env, expected) => {
    expect(proxyFor(url, env)).toBe(expected);
  });

  it.each([
    ['https://example.com/', 'example.com', true],
    ['https://sub.example.com/', 'example.com', true],
    ['https://badexample.com/', 'example.com', false],
    ['https://example.com/', '.example.com', false],
    ['https://sub.example.com/', '.example.com', true],
    ['https://sub.example.com/', '*.example.com', true],
    ['https://example.com/', '*.example.com', false],
    ['https://EXAMPLE.com/', 'Example.COM', true],
    ['https://example.com/', 'other.org, example.com ', true],
    ['https://example.com/', '*', true],
    ['https://example.com/', 'a,*', true],
    ['https://example.com/', 'example.com:443', true],
    ['https://example.com:8443/', 'example.com:443', false],
    ['https://example.com:8443/', 'example.com:8443', true],
    ['https://10.1.2.3/', '10.0.0.0/8', true],
    ['https://11.1.2.3/', '10.0.0.0/8', false],
    ['https://10.1.2.3/', '10.1.2.3', true],
    ['https://10.1.2.3/', '10.1.2.3:443', true],
    ['https://10.1.2.3/', '10.1.2.3:80', false],
    ['https://10.1.2.3/', '10.1.2.0/33', false],
    ['https://[2001:db8::5]/', '2001:db8::/32', true],
    ['https://[2001:db8::5]/', '2001:db8::5', true],
    ['https://[2001:db8::5]/', '[2001:db8::5]:443', true],
    ['https://[2001:db8::5]/', '[2001:db8::5]:80', false],
    ['https://[2001:db9::5]/', '2001:db8::/32', false],
    ['https://example.com/', '10.0.0.0/8', false],
    ['https://example.com/', ',,:443,/,a/b,', false],
    ['https://example.com/', 'example', false],
    ['https://example.com/', 'e*', false],
  ])('%s with NO_PROXY=%s is direct: %s', (url, noProxy, isDirect) => {
    expect(proxyFor(url, { ...both, NO_PROXY: noProxy }) === undefined).toBe(isDirect);
    expect(proxyFor(url, { ...both, no_proxy: noProxy }) === undefined).toBe(isDirect);
  });

  it.each([
    ['another scheme', { HTTPS_PROXY: 'socks5://proxy:1080' }],
    ['no host', { HTTPS_PROXY: 'http://' }],
    ['a port that is none', { HTTPS_PROXY: 'proxy:99999' }],
  ])('with %s is an error that does not show the value', (_, env) => {
    expect(() => proxyFor('https://example.com/', { ...env, SECRET: 'x' })).toThrow(
      expect.objectContaining({ code: 'TRANSPORT_PROXY_INVALID' }),
    );
  });

  it('never shows the password of a bad variable', () => {
    expect(() => proxyFor('https://example.com/', { HTTPS_PROXY: 'http://user:hush@:99999' })).toThrow(/^(?!.*hush)/);
  });

  it('is not taken from HTTP_PROXY inside a CGI program', () => {
    const cgi = { ...both, REQUEST_METHOD: 'GET' };
    expect(() => proxyFor('http://example.com/', cgi)).toThrow(
      expect.objectContaining({ code: 'TRANSPORT_PROXY_INVALID' }),
    );
    expect(proxyFor('https://example.com/', cgi)).toBe('http://secure:2/');
    expect(proxyFor('http://localhost/', cgi)).toBeUndefined();
  });
});
