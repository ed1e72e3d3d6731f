// E01: the first key, and what it does not do by itself.

import { spawnSync } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { findPeer, mintChain, caExtensions } from '@nv2/testing';
import { describe, expect, it } from 'vitest';
import { openWorldFor, shelve } from './publisher.ts';
import { expectFailure, nextLines, shellWords } from './refusals.ts';
import { allowBusyMachine, type World } from './world.ts';

allowBusyMachine();

const openssl = findPeer('openssl');

function runOpenssl(world: World, words: readonly string[]): void {
  const ran = spawnSync(openssl?.path ?? '', words, { cwd: world.directory, encoding: 'utf8' });
  expect(ran.status, ran.stderr).toBe(0);
}

describe.concurrent('E01 — first key', () => {
  it('writes a pair, lists it as the default, says how others would trust it, and trusts nothing', async () => {
    await using world = await openWorldFor('referrers API');
    const ran = await world.nv2('cert', 'generate-test', '--default', 'wabbit-networks.io');
    expect(ran, ran.stderr).toMatchObject({ status: 0 });
    const [key, certificate] = ['key', 'crt'].map((end) => join(world.directory, `wabbit-networks.io.${end}`));
    expect(ran.stdout).toBe(`${key}\n${certificate}\n`);
    expect((await stat(key ?? '')).mode & 0o777).toBe(0o600);
    expect(ran.stderr.match(/nv2 cert add --type ca --store wabbit-networks\.io \S+/g)).toHaveLength(1);
    expect(ran.stderr).not.toContain('PRIVATE KEY');
    const [keys, certificates] = await Promise.all([world.nv2('key', 'list'), world.nv2('cert', 'list')]);
    expect(keys.stdout).toMatch(/wabbit-networks\.io/);
    expect(certificates.stdout).not.toContain('wabbit-networks.io');

    // The default key signs without being named; one-line verification needs nothing else.
    const shelf = await shelve(world, 'net-monitor');
    expect((await world.nv2('sign', shelf.tagged)).status).toBe(0);
    expect(await world.nv2('verify', '-k', 'wabbit-networks.io.crt', shelf.tagged)).toMatchObject({
      stdout: `${shelf.pinned}\n`,
    });
    expect((await world.nv2('verify', shelf.tagged)).status).toBe(12);
  });

  it('refuses to overwrite, and leaves everything as it was', async () => {
    await using world = await openWorldFor('referrers API');
    await world.nv2('cert', 'generate-test', 'wabbit');
    const before = await readFile(join(world.directory, 'wabbit.key'));
    expectFailure(await world.nv2('cert', 'generate-test', 'wabbit'), 2, /wabbit/);
    expect(await readFile(join(world.directory, 'wabbit.key'))).toEqual(before);
    // Not in the list, but on the disk.
    await world.write('other.crt', 'something of mine');
    expectFailure(await world.nv2('cert', 'generate-test', 'other'), 2, /other\.crt/);
    expect(await readFile(join(world.directory, 'other.crt'), 'utf8')).toBe('something of mine');
  });

  it.skipIf(openssl === undefined)('takes an RSA pair made with OpenSSL that may sign', async () => {
    await using world = await openWorldFor('referrers API');
    const subject = '/C=US/ST=WA/O=Wabbit Networks/CN=wabbit-networks.io';
    const words =
      'req -x509 -newkey rsa:2048 -nodes -sha256 -days 30 -addext basicConstraints=critical,CA:false ' +
      '-addext keyUsage=critical,digitalSignature -keyout own.key -out own.crt';
    runOpenssl(world, [...words.split(' '), '-subj', subject]);
    const shelf = await shelve(world, 'net-monitor');
    const signed = await world.nv2('sign', '-k', 'own.key', '-c', 'own.crt', shelf.tagged);
    expect(signed, signed.stderr).toMatchObject({ status: 0 });
    expect(await world.nv2('verify', '-k', 'own.crt', shelf.tagged)).toMatchObject({ status: 0 });
  });

  it('names the extension that a certificate lacks, and an OpenSSL line that makes a usable one', async () => {
    await using world = await openWorldFor('referrers API');
    const shelf = await shelve(world, 'net-monitor');
    const chain = await mintChain({ length: 1, keyIndex: 33, tweak: (mint) => ({ ...mint, extensions: {} }) });
    await world.write('plain.key', chain.key.pkcs8Pem, 0o600);
    await world.write('plain.crt', chain.pem);
    const ran = await world.nv2('sign', '-k', 'plain.key', '-c', 'plain.crt', shelf.tagged);
    expectFailure(ran, 2, /keyUsage/);
    const [line = ''] = nextLines(ran);
    expect(line).toContain('openssl req -x509');
    expect(line).toContain('keyUsage=critical,digitalSignature');
    if (openssl === undefined) return;
    const [program, ...words] = shellWords(line.slice(line.indexOf('openssl')));
    expect(program).toBe('openssl');
    runOpenssl(world, words);
    const made = words[words.indexOf('-out') + 1] ?? '';
    const again = await world.nv2('sign', '-k', words[words.indexOf('-key') + 1] ?? '', '-c', made, shelf.tagged);
    expect(again, again.stderr).toMatchObject({ status: 0 });
  });

  it('does not sign with a certificate authority', async () => {
    await using world = await openWorldFor('referrers API');
    const shelf = await shelve(world, 'net-monitor');
    const chain = await mintChain({
      length: 1,
      keyIndex: 34,
      tweak: (mint) => ({ ...mint, extensions: caExtensions }),
    });
    await world.write('ca.key', chain.key.pkcs8Pem, 0o600);
    await world.write('ca.crt', chain.pem);
    expectFailure(await world.nv2('sign', '-k', 'ca.key', shelf.tagged), 2, /certificate|keyUsage/);
  });
});
