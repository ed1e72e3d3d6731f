// One entry of the debug log.

export type LogLevel = 'debug' | 'info' | 'warning' | 'error';
export type Log = (level: LogLevel, message: string) => void;

/** Nanoseconds are what the form has room for, not what the clock gives. */
export function renderLogEntry(at: Date, level: LogLevel, message: string): string {
  return `time=${at.toISOString().replace('T', ' ').replace('Z', '000000Z')} level=${level} msg=${message}\n`;
}
