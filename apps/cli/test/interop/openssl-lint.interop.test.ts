// `cert lint` over certificates that openssl made badly: what it prints is typed as it stands, and the result has no findings.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { caExtensions as authority, mintChain, toPem } from '@nv2/testing';
import { describeWith, type Lab, openLab } from './lab.ts';

const subject = "'/C=US/ST=WA/O=Wabbit Networks/CN=signer'";
const leafExtensions = '-addext basicConstraints=critical,CA:FALSE -addext keyUsage=critical,digitalSignature';
const caExtensions = '-addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign';
const key = '-newkey rsa:2048 -noenc';

describeWith(['openssl'], 'openssl and cert lint', () => {
  let lab: Lab;
  const shell = async (line: string): Promise<void> => {
    await promisify(execFile)('sh', ['-c', line], { cwd: lab.directory });
  };

  beforeAll(async () => {
    lab = await openLab();
    await shell(
      `openssl req -x509 ${key} -keyout ca.key -out ca.crt -days 30 -subj /O=Example/CN=Root ${caExtensions}`,
    );
  });
  afterAll(async () => lab[Symbol.asyncDispose]());

  /** Lints, types the one line that was printed, and lints what it made. */
  async function mend(files: readonly string[], made: string, rules: readonly string[], ...options: readonly string[]) {
    const found = await lab.run('nv2', 'cert', 'lint', ...options, ...files);
    expect(found).toMatchObject({ status: 16, stdout: '' });
    for (const rule of rules) expect(found.stderr).toContain(`(${rule})`);
    const lines = found.stderr.split('\n').filter((line) => line.startsWith('next: openssl '));
    expect(lines).toHaveLength(1);
    await shell((lines[0] ?? '').slice('next: '.length));
    const clean = await lab.run('nv2', 'cert', 'lint', ...options, made);
    expect(clean).toMatchObject({ status: 0, stderr: expect.stringContaining('no findings') });
  }

  const purposeOf = (extension: string): string => `${leafExtensions} -addext extendedKeyUsage=${extension}`;

  it.each<readonly [what: string, rules: readonly string[], options: string]>([
    ['no extension of its own', ['CERT-16', 'CERT-17'], ''],
    ['no key usage', ['CERT-17'], '-addext basicConstraints=critical,CA:FALSE'],
    ['a key usage that is not critical', ['CERT-17'], leafExtensions.replace('keyUsage=critical,', 'keyUsage=')],
    ['another key usage', ['CERT-18'], leafExtensions.replace('digitalSignature', 'keyEncipherment')],
    ['one key usage too many', ['CERT-18'], leafExtensions.replace('digitalSignature', 'digitalSignature,cRLSign')],
    ['the purpose of a server', ['CERT-19'], purposeOf('serverAuth,codeSigning')],
    ['every purpose', ['CERT-19'], purposeOf('anyExtendedKeyUsage')],
    ['a SHA-1 signature', ['CERT-07'], `-sha1 ${leafExtensions}`],
    ['an RSA key of 1024 bits', ['CERT-22'], `${leafExtensions} -newkey rsa:1024`],
    ['several defects', ['CERT-16', 'CERT-17', 'CERT-19', 'CERT-07'], '-sha1 -addext extendedKeyUsage=clientAuth'],
  ])('a certificate with %s', async (what, rules, options) => {
    const name = what.replaceAll(/[^a-z0-9]/gi, '-');
    const files = `-keyout ${name}.key -out ${name}.crt -days 30 -subj ${subject}`;
    await shell(`openssl req -x509 ${options.includes('newkey') ? '-noenc' : key} ${files} ${options}`);
    await mend([`${name}.crt`], `${name}-fixed.crt`, rules, '--role', 'leaf');
    // The same below an authority, whose file is named too.
    const own = `issued-${name}`;
    const issued = `-keyout ${own}.key -out ${own}.crt -days 30 -subj ${subject} -CA ca.crt -CAkey ca.key`;
    await shell(`openssl req -x509 ${options.includes('newkey') ? '-noenc' : key} ${issued} ${options}`);
    await mend([`${own}.crt`, 'ca.crt'], `${own}-fixed.crt`, rules, '--role', 'leaf');
  });

  it.each<readonly [what: string, rules: readonly string[], options: string]>([
    ['no key usage', ['CERT-14'], '-addext basicConstraints=critical,CA:TRUE'],
    ['a key usage that signs nothing', ['CERT-14'], caExtensions.replace('keyCertSign,', '')],
    ['constraints that are not critical', ['CERT-12'], caExtensions.replace('critical,CA:TRUE', 'CA:TRUE')],
    ['no constraints', ['CERT-12'], leafExtensions],
    ['an RSA key of 1024 bits', ['ALG-06'], `${caExtensions} -newkey rsa:1024`],
  ])('an authority with %s', async (what, rules, options) => {
    const name = `authority-${what.replaceAll(/[^a-z0-9]/gi, '-')}`;
    const files = `-keyout ${name}.key -out ${name}.crt -days 30 -subj /O=Example/CN=Authority`;
    await shell(`openssl req -x509 ${options.includes('newkey') ? '-noenc' : key} ${files} ${options}`);
    await mend([`${name}.crt`], `${name}-fixed.crt`, rules, '--role', 'authority');
  });

  it.each<readonly [what: string, rules: readonly string[], options: string]>([
    ['no purpose', ['CERT-21'], leafExtensions],
    ['a purpose that is not critical', ['CERT-21'], purposeOf('timeStamping')],
    ['two purposes', ['CERT-21'], purposeOf('critical,timeStamping,codeSigning')],
    [
      'name constraints',
      ['CERT-08'],
      `${purposeOf('critical,timeStamping')} -addext 'nameConstraints=critical,permitted;DNS:a'`,
    ],
  ])('a time-stamping certificate with %s', async (what, rules, options) => {
    const name = `tsa-${what.replaceAll(/[^a-z0-9]/gi, '-')}`;
    const files = `-keyout ${name}.key -out ${name}.crt -days 30 -subj ${subject}`;
    await shell(`openssl req -x509 ${key} ${files} ${options}`);
    await mend([`${name}.crt`], `${name}-fixed.crt`, rules, '--purpose', 'timestamping', '--role', 'leaf');
  });

  it('an expired certificate, and a chain without its root', async () => {
    // Authorities have key identifiers, and openssl wants to name the issuer's.
    const other = [{ oid: '2.5.29.14', isCritical: false, value: new Uint8Array([4, 4, 1, 2, 3, 4]) }];
    const old = await mintChain({
      notAfter: new Date('2021-01-01T00:00:00Z'),
      subject: 'C=US,ST=WA,O=Example,CN=old',
      tweak: (options, index) => (index === 0 ? options : { ...options, extensions: { ...authority, other } }),
    });
    const [leaf = '', root = ''] = old.certificates.map(({ der }) => toPem('CERTIFICATE', der));
    await lab.write('old.crt', leaf);
    await lab.write('old.key', old.key.pkcs8Pem, 0o600);
    await lab.write('old-ca.crt', root);
    await lab.write('old-ca.key', old.keys[1]?.pkcs8Pem ?? '', 0o600);
    const expired = await lab.run('nv2', 'cert', 'lint', 'old.crt', 'old-ca.crt');
    expect(expired.stderr.match(/\(CERT-10\)/g)).toHaveLength(2);
    for (const line of expired.stderr.split('\n').filter((one) => one.startsWith('next: openssl '))) {
      await shell(line.slice('next: '.length));
    }
    const renewed = await lab.run('nv2', 'cert', 'lint', 'old-fixed.crt', 'old-ca-fixed.crt');
    expect(renewed).toMatchObject({ status: 0 });
    await shell(
      `openssl req -x509 ${key} -keyout sub.key -out sub.crt -subj /CN=Sub ${caExtensions} -CA ca.crt -CAkey ca.key`,
    );
    await shell(
      `openssl req -x509 ${key} -keyout end.key -out end.crt -subj /CN=End ${leafExtensions} -CA sub.crt -CAkey sub.key`,
    );
    await shell('cat end.crt sub.crt > chain.crt');
    await mend(['chain.crt', 'ca.crt'], 'chain.crt', ['CERT-03']);
  });

  it('certificates in a container of another kind', async () => {
    await shell('openssl crl2pkcs7 -nocrl -certfile ca.crt -out bundle.p7b');
    await mend(['bundle.p7b'], 'bundle-certificates.pem', ['CERT-23']);
    await shell('openssl pkcs12 -export -inkey ca.key -in ca.crt -passout pass: -out bundle.p12');
    const found = await lab.run('nv2', 'cert', 'lint', 'bundle.p12');
    expect(found.stderr).toContain('next: openssl pkcs12 -in bundle.p12 -nokeys -out bundle-certificates.pem');
  });
});
