import type { Certificate } from '@nv2/pki';
import { mintCertificate, type TestName } from '@nv2/testing';
import { describe, expect, it } from 'vitest';
import { checkIdentity, type IdentityOutcome } from './check-identity.ts';
import { parseIdentity } from './identity.ts';

const certificate = (subject: TestName): Promise<Certificate> => mintCertificate({ subject });

async function check(subject: TestName, ...identities: readonly string[]): Promise<IdentityOutcome> {
  return checkIdentity(await certificate(subject), identities.map(parseIdentity));
}

const subject = 'C=US,ST=WA,L=Seattle,O=Example,OU=Release,CN=signer';
const plain = (type: string, value: string, as: 'utf8' | 'printable' | 't61' | 'bmp' = 'utf8') => [{ type, value, as }];

describe('the identity of a signer passes', () => {
  it.each([
    ['the whole subject [+ID-08]', 'x509.subject: CN=signer, OU=Release, O=Example, L=Seattle, ST=WA, C=US'],
    ['a part of the subject [+ID-08]', 'x509.subject: C=US, ST=WA, O=Example'],
    ['a part with S for ST [+ID-04]', 'x509.subject: C=US, S=WA, O=Example, CN=signer'],
    ['anybody [+ID-01]', '*'],
  ])('%s', async (_, identity) => {
    expect(await check(subject, identity)).toMatchObject({ status: 'passed' });
  });

  it('one of several, and says which [+ID-02 +ID-08]', async () => {
    const matching = 'x509.subject: C=US,ST=WA,O=Example,CN=signer';
    const outcome = await check(subject, 'other:thing', 'x509.subject: C=US,ST=WA,O=Example,CN=b', matching);
    expect(outcome).toMatchObject({ status: 'passed', identity: { text: matching } });
  });

  it.each(['C', 'ST', 'L', 'O', 'OU', 'CN', 'STREET', 'POSTALCODE', 'SERIALNUMBER'])(
    'the attribute %s by its name in the specification [+ID-09]',
    async (type) => {
      const others = ['C', 'ST', 'O'].filter((other) => other !== type).map((other) => plain(other, 'x'));
      const text = ['C', 'ST', 'O'].filter((other) => other !== type).map((other) => `${other}=x`);
      const outcome = await check(
        [...others, plain(type, 'value')],
        `x509.subject: ${[...text, `${type}=value`].join(',')}`,
      );
      expect(outcome.status).toBe('passed');
    },
  );

  it.each(['printable', 'utf8', 'bmp', 't61'] as const)('the same characters as %s string [+ID-13]', async (as) => {
    const name = [plain('C', 'US', as), plain('ST', 'WA', as), plain('O', 'Example', as)];
    expect(await check(name, 'x509.subject: C=US,ST=WA,O=Example')).toMatchObject({ status: 'passed' });
  });

  it('a subject with attributes outside the nine names, by those or without them [+OC-24]', async () => {
    const name = `${subject},emailAddress=a@example.com,UID=7,2.5.4.15=Private`;
    expect(await check(name, 'x509.subject: C=US,ST=WA,O=Example')).toMatchObject({ status: 'passed' });
    const text = 'x509.subject: C=US,ST=WA,O=Example,emailAddress=a@example.com,2.5.4.15=Private';
    expect(await check(name, text)).toMatchObject({ status: 'passed' });
  });
});

describe('the identity of a signer fails', () => {
  it.each([
    ['another value [-ID-08]', 'x509.subject: C=US,ST=WA,O=Example,CN=somebody'],
    ['a value in other letter case [-ID-08]', 'x509.subject: C=US,ST=WA,O=EXAMPLE'],
    ['a value that only begins alike [-ID-08]', 'x509.subject: C=US,ST=WA,O=Exam'],
    ['an attribute that the subject lacks [-ID-08 -ID-12 -OC-13]', 'x509.subject: C=US,ST=WA,O=Example,STREET=Main'],
    ['a type in other letter case [-ID-09]', 'x509.subject: C=US,ST=WA,O=Example,cn=signer'],
    ['a named type by its number [-ID-09]', 'x509.subject: C=US,ST=WA,O=Example,2.5.4.3=signer'],
    ['an identity that only a plugin understands [-ID-02]', 'spiffe: signer'],
  ])('for %s', async (_, identity) => {
    const outcome = await check(subject, identity);
    expect(outcome).toMatchObject({ status: 'failed', found: 'CN=signer,OU=Release,O=Example,L=Seattle,ST=WA,C=US' });
  });

  it('with no identity at all [-ID-01]', async () => {
    expect(await check(subject)).toMatchObject({ status: 'failed', rule: 'ID-02' });
  });

  it.each([
    ['its first common name', 'CN=a'],
    ['its last common name', 'CN=b'],
  ])('when the subject repeats a type, whether asked for %s or not [-ID-10 -OC-13]', async (_, attribute) => {
    const outcome = await check('C=US,ST=WA,O=Example,CN=a,CN=b', `x509.subject: C=US,ST=WA,O=Example,${attribute}`);
    expect(outcome).toMatchObject({ status: 'failed', rule: 'ID-10' });
  });

  it('when a repeated type is not even asked for [-ID-10]', async () => {
    const outcome = await check('C=US,ST=WA,O=Example,OU=a,OU=b', 'x509.subject: C=US,ST=WA,O=Example');
    expect(outcome).toMatchObject({ status: 'failed', rule: 'ID-10' });
  });

  it('when the repetition is hidden in one multi-valued part [-ID-10]', async () => {
    const outcome = await check('C=US,ST=WA,O=Example,CN=a+CN=b', 'x509.subject: C=US,ST=WA,O=Example,CN=a');
    expect(outcome).toMatchObject({ status: 'failed', rule: 'ID-10' });
  });

  it('when a value of the subject holds the mark of a hexadecimal value, asked for or not [-ID-06]', async () => {
    const marked = [plain('C', 'US'), plain('ST', 'WA'), plain('O', 'Example'), plain('CN', 'a=#b')];
    const outcome = await check(marked, 'x509.subject: C=US,ST=WA,O=Example');
    expect(outcome).toMatchObject({ status: 'failed', rule: 'ID-06' });
    expect(await check(marked, '*')).toMatchObject({ status: 'passed' });
  });

  it.each(['a#b', '#b', 'a=b', 'a= #b'])('but not when a value is %s [+ID-06]', async (value) => {
    const name = [plain('C', 'US'), plain('ST', 'WA'), plain('O', 'Example'), plain('CN', value)];
    expect(await check(name, 'x509.subject: C=US,ST=WA,O=Example')).toMatchObject({ status: 'passed' });
  });

  it('but not when all types of a multi-valued part differ [+ID-10]', async () => {
    expect(await check('C=US+ST=WA,O=Example+CN=a', 'x509.subject: C=US,ST=WA,O=Example,CN=a')).toMatchObject({
      status: 'passed',
    });
  });

  it('for characters that only look alike or normalise alike [-ID-13]', async () => {
    const decomposed = [plain('C', 'US'), plain('ST', 'WA'), plain('O', 'Cafe\u0301')];
    expect(await check(decomposed, 'x509.subject: C=US,ST=WA,O=Caf\u00e9')).toMatchObject({
      status: 'failed',
      rule: 'ID-08',
    });
  });

  it('for a value of no string type, which equals nothing [-OC-24]', async () => {
    const leaf = await certificate(subject);
    const rdns = leaf.subject.rdns.map((rdn) =>
      rdn.map((attribute) => (attribute.oid === '2.5.4.3' ? { ...attribute, value: undefined } : attribute)),
    );
    const strange = { ...leaf, subject: { ...leaf.subject, rdns } };
    const identity = (text: string) => [parseIdentity(`x509.subject: C=US,ST=WA,O=Example${text}`)];
    expect(checkIdentity(strange, identity(',CN=signer')).status).toBe('failed');
    expect(checkIdentity(strange, identity('')).status).toBe('passed');
  });
});
