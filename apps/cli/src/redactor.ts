// Keeps secrets out of everything that is printed, with --debug too.

export interface Redactor {
  /** From now on this text is replaced wherever it would be printed. */
  hide(secret: string | undefined): void;
  redact(text: string): string;
}

/** Shorter ones would blank out ordinary words and protect nothing. */
const minSecretChars = 4;

export function createRedactor(): Redactor {
  const hidden = new Set<string>();
  return {
    hide: (secret) => {
      if (secret !== undefined && secret.length >= minSecretChars) hidden.add(secret);
    },
    redact: (text) => [...hidden].reduce((clean, secret) => clean.replaceAll(secret, '*****'), text),
  };
}
