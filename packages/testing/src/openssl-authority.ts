// OpenSSL's own certification authority and responder in one directory: its files, and the arguments of the program, for whoever
// runs it. Nothing of ours decides anything here.

const nameOf = (commonName: string): string => `/C=US/ST=WA/O=Wabbit Networks/CN=${commonName}`;

/** What `openssl ca` keeps in its directory: file name and content. `settings` are lines of its section, `sections` further ones. */
export function opensslAuthorityFiles(options: {
  readonly settings: string;
  readonly sections: string;
}): readonly (readonly [name: string, content: string])[] {
  const configuration = `
[ca]
default_ca = authority
[authority]
dir = .
database = index.txt
serial = serial
crlnumber = crlnumber
new_certs_dir = .
certificate = ca.crt
private_key = ca.key
default_md = sha256
policy = anything
unique_subject = no
${options.settings}
[anything]
countryName = optional
stateOrProvinceName = optional
organizationName = optional
commonName = supplied
${options.sections}`;
  return [
    ['ca.cnf', configuration],
    ['index.txt', ''],
    ['serial', '01\n'],
    ['crlnumber', '10\n'],
  ];
}

/** Certifies `ca.key` as an authority. */
export function opensslRoot(days: number): readonly string[] {
  const about = ['-out', 'ca.crt', '-days', String(days), '-subj', nameOf('authority')];
  const extensions = ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign,cRLSign'];
  return ['req', '-x509', '-key', 'ca.key', ...about, ...extensions.flatMap((each) => ['-addext', each])];
}

/** Makes `{name}.pem` for `{name}.key`, with the extensions of a section: two runs, one after the other. */
export function opensslIssue(name: string, section: string): readonly (readonly string[])[] {
  return [
    ['req', '-new', '-key', `${name}.key`, '-out', `${name}.csr`, '-subj', nameOf(name)],
    [
      'ca',
      '-batch',
      '-config',
      'ca.cnf',
      '-extensions',
      section,
      '-notext',
      '-in',
      `${name}.csr`,
      '-out',
      `${name}.pem`,
    ],
  ];
}

export interface OpensslAnswer {
  /** Files of the responder: certificate and private key. */
  readonly responder: readonly [certificate: string, key: string];
  /** Names of the certificates that are asked about. */
  readonly about: readonly string[];
  readonly days: number;
  /** Where the response goes. */
  readonly out: string;
  readonly more?: readonly string[];
}

/** Asks about certificates and answers, without a connection: two runs, one after the other. */
export function opensslAnswer({
  responder,
  about,
  days,
  out,
  more = [],
}: OpensslAnswer): readonly (readonly string[])[] {
  const asked = about.flatMap((name) => ['-cert', `${name}.pem`]);
  return [
    ['ocsp', '-issuer', 'ca.crt', ...asked, '-no_nonce', '-reqout', 'request.der'],
    ['ocsp', ...opensslResponder(responder, days), ...more, '-reqin', 'request.der', '-respout', out],
  ];
}

/** Who answers for this authority, and for how long an answer is valid: arguments of `openssl ocsp`. */
export function opensslResponder([certificate, key]: OpensslAnswer['responder'], days: number): readonly string[] {
  return ['-index', 'index.txt', '-CA', 'ca.crt', '-rsigner', certificate, '-rkey', key, '-ndays', String(days)];
}
