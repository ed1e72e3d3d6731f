// Keys and certificates made with the openssl command line, in every PEM form that we read.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeWith, type Lab, openLab } from './lab.ts';
import { openPlace, type Place } from './places.ts';

const subject = '/C=US/ST=WA/O=Wabbit Networks/CN=wabbit-networks.io';
// Left to itself, openssl calls every self-signed certificate a CA.
const isNoCa = ['-addext', 'basicConstraints=critical,CA:FALSE'];
const forSigning = [...isNoCa, '-addext', 'keyUsage=critical,digitalSignature'];

const keyTypes: readonly (readonly [name: string, options: readonly string[]])[] = [
  ['RSA 2048', ['RSA', '-pkeyopt', 'rsa_keygen_bits:2048']],
  ['RSA 3072', ['RSA', '-pkeyopt', 'rsa_keygen_bits:3072']],
  ['P-256', ['EC', '-pkeyopt', 'ec_paramgen_curve:P-256']],
  ['P-384', ['EC', '-pkeyopt', 'ec_paramgen_curve:P-384']],
  ['P-521', ['EC', '-pkeyopt', 'ec_paramgen_curve:P-521']],
];

/** How a PKCS#8 file `plain.key` becomes another form, and the first line that says which it is. */
const forms: readonly (readonly [name: string, isFor: RegExp, options: readonly string[], begins: string])[] = [
  ['PKCS#8', /./, ['pkcs8', '-topk8', '-nocrypt'], '-----BEGIN PRIVATE KEY-----'],
  ['encrypted PKCS#8', /./, ['pkcs8', '-topk8', '-passout', 'pass:sesame'], '-----BEGIN ENCRYPTED PRIVATE KEY-----'],
  [
    'encrypted PKCS#8 with scrypt',
    /P-256/,
    ['pkcs8', '-topk8', '-scrypt', '-passout', 'pass:sesame'],
    '-----BEGIN ENCRYPTED PRIVATE KEY-----',
  ],
  ['PKCS#1', /RSA/, ['rsa', '-traditional'], '-----BEGIN RSA PRIVATE KEY-----'],
  ['SEC1', /P-/, ['ec'], '-----BEGIN EC PRIVATE KEY-----'],
];

describeWith(['openssl'], 'openssl', () => {
  let lab: Lab;
  let place: Place;
  const openssl = (...args: readonly string[]): Promise<string> => lab.ok('openssl', ...args);

  beforeAll(async () => {
    lab = await openLab({ NV2_KEY_PASSPHRASE: 'sesame' });
    place = await openPlace('our registry');
  });

  afterAll(async () => {
    await place[Symbol.asyncDispose]();
    await lab[Symbol.asyncDispose]();
  });

  describe.each(keyTypes)('%s', (type, options) => {
    const base = type.replace(' ', '-');

    beforeAll(async () => {
      await openssl('genpkey', '-algorithm', ...options, '-out', `${base}.pem`);
      const request = ['req', '-x509', '-new', '-key', `${base}.pem`, '-subj', subject, '-days', '30'];
      await openssl(...request, ...forSigning, '-out', `${base}.crt`);
    });

    it.each(forms.filter(([, isFor]) => isFor.test(type)))(
      'signs with a key in %s',
      async (form, _, convert, begins) => {
        const file = `${base}-${form.replaceAll(/[^A-Za-z0-9]/g, '-')}.key`;
        const [command = '', ...flags] = convert;
        await openssl(command, '-in', `${base}.pem`, '-out', file, ...flags);
        const { readFile } = await import('node:fs/promises');
        expect((await readFile(`${lab.directory}/${file}`, 'utf8')).startsWith(begins)).toBe(true);
        const { tagged, pinned } = await place.shelve(file.toLowerCase().replaceAll('.', '-'));
        await lab.ok('nv2', 'sign', '-k', file, '-c', `${base}.crt`, tagged);
        expect(await lab.ok('nv2', 'verify', '-c', `${base}.crt`, tagged)).toBe(`${pinned}\n`);
        expect(await lab.ok('nv2', 'verify', '-k', `${base}.crt`, tagged)).toBe(`${pinned}\n`);
      },
    );

    it('verifies by the public key alone, as openssl writes it', async () => {
      const file = `${base}.pub`;
      await openssl('pkey', '-in', `${base}.pem`, '-pubout', '-out', file);
      const { tagged, pinned } = await place.shelve(`public-${base.toLowerCase()}`);
      await lab.ok('nv2', 'sign', '-k', `${base}.pem`, '-c', `${base}.crt`, tagged);
      expect(await lab.ok('nv2', 'verify', '-k', file, tagged)).toBe(`${pinned}\n`);
    });
  });

  it('signs with a chain of three made by a certification authority', async () => {
    const name = (cn: string): string => `/C=US/ST=WA/O=Wabbit Networks/CN=${cn}`;
    const extensions = {
      ca: 'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n',
      leaf: 'basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=codeSigning\n',
    };
    await lab.write('ca.ext', extensions.ca);
    await lab.write('leaf.ext', extensions.leaf);
    const caOptions = ['-addext', 'basicConstraints=critical,CA:TRUE', '-addext', 'keyUsage=critical,keyCertSign'];
    await openssl(
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      'root.key',
      '-out',
      'root.pem',
      '-subj',
      name('Root'),
      ...caOptions,
    );
    const issue = async (who: string, issuer: string, kind: 'ca' | 'leaf'): Promise<void> => {
      await openssl(
        'req',
        '-new',
        '-newkey',
        'rsa:2048',
        '-nodes',
        '-keyout',
        `${who}.key`,
        '-out',
        `${who}.csr`,
        '-subj',
        name(who),
      );
      const by = ['-CA', `${issuer}.pem`, '-CAkey', `${issuer}.key`, '-CAcreateserial', '-extfile', `${kind}.ext`];
      await openssl('x509', '-req', '-in', `${who}.csr`, '-out', `${who}.pem`, '-days', '30', ...by);
    };
    await issue('intermediate', 'root', 'ca');
    await issue('leaf', 'intermediate', 'leaf');
    const { readFile } = await import('node:fs/promises');
    const parts = await Promise.all(
      ['leaf', 'intermediate', 'root'].map((part) => readFile(`${lab.directory}/${part}.pem`, 'utf8')),
    );
    await lab.write('chain.pem', parts.join(''));
    const { tagged, pinned } = await place.shelve('chain-of-three');
    for (const format of ['jws', 'cose']) {
      await lab.ok('nv2', 'sign', '-k', 'leaf.key', '-c', 'chain.pem', '--signature-format', format, tagged);
    }
    expect(await lab.ok('nv2', 'verify', '-c', 'root.pem', tagged)).toBe(`${pinned}\n`);
    // Without the intermediate there is no chain to sign with.
    await lab.write('broken.pem', `${parts[0]}${parts[2]}`);
    expect((await lab.run('nv2', 'sign', '-k', 'leaf.key', '-c', 'broken.pem', tagged)).status).toBe(2);
  });

  it('takes the pair of the first steps: RSA 2048, a subject with CN and O', async () => {
    const pair = ['-newkey', 'rsa:2048', '-nodes', '-keyout', 'first.key', '-out', 'first.crt'];
    await openssl('req', '-x509', ...pair, '-subj', '/O=Wabbit Networks/CN=wabbit-networks.io', ...forSigning);
    const { tagged, pinned } = await place.shelve('first');
    await lab.ok('nv2', 'sign', '-k', 'first.key', '-c', 'first.crt', '-r', tagged);
    await lab.ok('nv2', 'sign', '-k', 'first.key', '-r', tagged);
    expect(await lab.ok('nv2', 'verify', '-k', 'first.crt', '-r', tagged)).toBe(`${pinned}\n`);
  });

  it.each([
    ['nothing but a subject', [], /is a CA certificate/],
    ['no key usage', isNoCa, /key ?usage/i],
    ['another key usage', [...isNoCa, '-addext', 'keyUsage=critical,keyEncipherment'], /key ?usage.*digitalSignature/i],
    ['another purpose', [...forSigning, '-addext', 'extendedKeyUsage=serverAuth'], /extended ?key ?usage/i],
  ] as const)(
    'says what is wrong with a certificate of %s, and the line that makes a good one',
    async (title, options, reason) => {
      const name = title.replaceAll(' ', '-');
      const pair = ['-newkey', 'rsa:2048', '-nodes', '-keyout', `${name}.key`, '-out', `${name}.crt`];
      await openssl('req', '-x509', ...pair, '-subj', '/O=Wabbit Networks/CN=wabbit-networks.io', ...options);
      const { tagged, pinned } = await place.shelve(name);
      const refused = await lab.run('nv2', 'sign', '-k', `${name}.key`, '-c', `${name}.crt`, '-r', tagged);
      expect(refused).toMatchObject({ status: 2, stdout: '' });
      const [problem = '', ...hints] = refused.stderr.split('\n');
      expect(problem).toMatch(reason);
      // What it shows is what one types.
      const lines = hints.filter((line) => line.startsWith('next: openssl '));
      expect(lines).toHaveLength(1);
      const made = `${name}-signing.crt`;
      const words = splitWords(lines[0]?.slice('next: openssl '.length) ?? '');
      await openssl(...words.map((word) => (word === 'signing.crt' ? made : word)));
      await lab.ok('nv2', 'sign', '-k', `${name}.key`, '-c', made, '-r', tagged);
      expect(await lab.ok('nv2', 'verify', '-k', made, '-r', tagged)).toBe(`${pinned}\n`);
    },
  );

  it('refuses a wrong passphrase and a key too weak to sign', async () => {
    const wrong = await openLab({ NV2_KEY_PASSPHRASE: 'wrong' });
    try {
      await wrong.ok('openssl', 'genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', 'k.pem');
      await wrong.ok(
        'openssl',
        'req',
        '-x509',
        '-new',
        '-key',
        'k.pem',
        '-subj',
        subject,
        ...forSigning,
        '-out',
        'k.crt',
      );
      await wrong.ok('openssl', 'pkcs8', '-topk8', '-in', 'k.pem', '-passout', 'pass:sesame', '-out', 'k.key');
      const { tagged } = await place.shelve('wrong-passphrase');
      expect((await wrong.run('nv2', 'sign', '-k', 'k.key', '-c', 'k.crt', tagged)).status).toBe(2);
      const weak = ['-newkey', 'rsa:1024', '-nodes', '-keyout', 'weak.key', '-out', 'weak.crt'];
      await wrong.ok('openssl', 'req', '-x509', ...weak, '-subj', subject, ...forSigning);
      expect((await wrong.run('nv2', 'sign', '-k', 'weak.key', '-c', 'weak.crt', tagged)).status).toBe(2);
    } finally {
      await wrong[Symbol.asyncDispose]();
    }
  });
});

/** Words as a shell reads them. */
function splitWords(line: string): readonly string[] {
  return Array.from(line.matchAll(/'([^']*)'|(\S+)/g), ([, quoted, plain]) => quoted ?? plain ?? '');
}
