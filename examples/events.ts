// What a verification tells while it works, as lines for a log. The library never prints.

import type { NotaryEvent, NotaryEventListener } from '@nv2/notary';

export function logEvents(write: (line: string) => void): NotaryEventListener {
  return (event) => {
    const line = lineOf(event);
    if (line !== undefined) write(line);
  };
}

function lineOf(event: NotaryEvent): string | undefined {
  switch (event.type) {
    case 'subject-resolved':
      return `subject ${event.subject.digest}`;
    case 'signatures-listed':
      return `${event.count} signatures`;
    case 'check-finished':
      return `${event.result.check}: ${event.result.status}`;
    case 'signature-judged':
      return `signature ${event.record.descriptor.digest}: ${event.record.outcome.verdict}`;
    case 'limit-reached':
      return `only ${event.maxSignatures} signatures are looked at`;
    default:
      return undefined;
  }
}
