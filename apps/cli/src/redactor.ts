// Keeps secrets out of everything that is printed, with --debug too, and out of logs and warnings what would steer a terminal: much in
// them is what a stranger wrote.

export interface Redactor {
  /** From now on this text is replaced wherever it would be printed. */
  hide(secret: string | undefined): void;
  /** Line breaks and tabs stay. */
  redact(text: string): string;
}

/** Shorter ones would blank out ordinary words and protect nothing. */
const minSecretChars = 4;

// Control characters, and those that change the direction of text.
// oxlint-disable-next-line no-control-regex -- exactly what must not reach a terminal
const steering = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

export function createRedactor(): Redactor {
  const hidden = new Set<string>();
  return {
    hide: (secret) => {
      if (secret !== undefined && secret.length >= minSecretChars) hidden.add(secret);
    },
    redact: (text) =>
      [...hidden].reduce((clean, secret) => clean.replaceAll(secret, '*****'), text).replace(steering, '\uFFFD'),
  };
}
