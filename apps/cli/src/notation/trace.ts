// Requests and responses in the debug log, as the reference writes them.

import { type Exchange, headerText, withoutSecrets } from '../http-trace.ts';

export function traceExchange(exchange: Exchange, debug: (message: string) => void): void {
  const { id, headers } = exchange;
  const fields = headers.map(([name, value]) => `   ${quote(canonical(name))}: ${quote(headerText(name, value))}`);
  const lines =
    exchange.kind === 'request'
      ? [
          `Request #${id}`,
          `> Request: ${quote(exchange.method)} ${quote(withoutSecrets(exchange.url))}`,
          '> Request headers:',
        ]
      : [`Response #${id}`, `< Response status: ${quote(statusText(exchange.status))}`, '< Response headers:'];
  // The reference's trace sets exchanges apart by empty lines.
  debug([...lines, ...fields, '', '', ''].join('\n'));
}

const quote = (text: string): string => JSON.stringify(text);

/** `content-type` as `Content-Type`. */
function canonical(name: string): string {
  return name.toLowerCase().replaceAll(/(?:^|-)[a-z]/g, (start) => start.toUpperCase());
}

const phrases: ReadonlyMap<number, string> = new Map([
  [200, 'OK'],
  [201, 'Created'],
  [202, 'Accepted'],
  [204, 'No Content'],
  [206, 'Partial Content'],
  [301, 'Moved Permanently'],
  [302, 'Found'],
  [307, 'Temporary Redirect'],
  [308, 'Permanent Redirect'],
  [400, 'Bad Request'],
  [401, 'Unauthorized'],
  [403, 'Forbidden'],
  [404, 'Not Found'],
  [405, 'Method Not Allowed'],
  [412, 'Precondition Failed'],
  [429, 'Too Many Requests'],
  [500, 'Internal Server Error'],
  [502, 'Bad Gateway'],
  [503, 'Service Unavailable'],
]);

function statusText(status: number): string {
  const phrase = phrases.get(status);
  return phrase === undefined ? String(status) : `${status} ${phrase}`;
}
