// One command line from argv to exit code.

import { parseArgv } from './argv.ts';
import { commandGroups } from './commands/groups.ts';
import { builtinCommands } from './commands/builtin.ts';
import { compose } from './compose.ts';
import type { Context } from './context.ts';
import { CliError } from './errors.ts';
import { exitCodeOf, exitCodeOfError } from './exit-codes.ts';
import { createTrace } from './http-trace.ts';
import type { Io } from './io.ts';
import { commonOptions } from './options.ts';
import { builtinRenderers } from './output/builtin.ts';
import { createProgress } from './output/progress.ts';
import type { Renderer, Rendered } from './output/renderer.ts';
import { paint, styleFor } from './output/style.ts';
import { text as textRenderer } from './output/text.ts';
import { createRedactor } from './redactor.ts';
import { reportFailure } from './report-failure.ts';

/**
 * Runs one command of the `nv2` face. Never throws: whatever goes wrong is printed and becomes the exit code.
 *
 * @param argv the words after the program name
 */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const { columns } = io.stdout;
  const parsed = parseArgv(argv, {
    name: 'nv2',
    description: 'Sign container artifacts, verify them, find and move their signatures.',
    commands: builtinCommands,
    groups: commandGroups,
    ...(columns === undefined ? {} : { columns: Math.min(columns, 100) }),
  });
  if (parsed.kind === 'help') {
    io.stdout.write(parsed.text);
    return 0;
  }
  const renderer = rendererOf(parsed.kind === 'run' ? parsed.values['format'] : undefined);
  if (parsed.kind === 'usage') {
    const report = { code: 'CLI_USAGE', kind: 'usage', message: parsed.message, next: parsed.next };
    return print(io, rendererOf(wordAfter(argv, '--format')).renderError(report, 2), 2);
  }
  const isDebug = parsed.values['debug'] === true;
  const redactor = createRedactor();
  const progress = createProgress(io.stderr);
  const say = (line: string): void => {
    progress.clear();
    io.stderr.write(line);
  };
  const debug = (message: string): void => (isDebug ? say(`debug: ${redactor.redact(message)}\n`) : undefined);
  const at = io.now();
  const warn = (message: string): void => say(`nv2: warning: ${redactor.redact(message)}\n`);
  const services = compose({ io, redactor, debug, warn, ...(isDebug ? { trace: createTrace(debug, io.now) } : {}) });
  const context: Context = {
    io,
    format: renderer.name,
    at,
    services,
    debug,
    warn,
    progress: (message) => progress.say(message),
  };
  try {
    commonOptions.format.parse(parsed.values['format']);
    const result = await parsed.command.execute(parsed.values, parsed.args, context);
    progress.stop();
    const code = exitCodeOf(result.conclusion);
    return print(io, renderer.renderResult(result, code), code);
  } catch (error) {
    progress.stop();
    const thrown = io.signal.aborted ? new CliError('CLI_INTERRUPTED', 'stopped before the end') : error;
    const code = exitCodeOfError(thrown);
    if (isDebug && error instanceof Error) debug(error.stack ?? '');
    const report = reportFailure(thrown, parsed.command.path.join(' '));
    const rendered = renderer.renderError(report, code);
    return print(io, { stdout: redactor.redact(rendered.stdout), stderr: redactor.redact(rendered.stderr) }, code);
  } finally {
    await services.close();
  }
}

function print(io: Io, rendered: Rendered, code: number): number {
  if (rendered.stderr !== '') io.stderr.write(paint(rendered.stderr, styleFor(io.stderr, io.env)));
  if (rendered.stdout !== '') io.stdout.write(rendered.stdout);
  return code;
}

function rendererOf(format: unknown): Renderer {
  return builtinRenderers.find((renderer) => renderer.name === format) ?? textRenderer;
}

/** The value of an option on a command line that could not be parsed. */
function wordAfter(argv: readonly string[], option: string): string | undefined {
  const at = argv.indexOf(option);
  return at < 0 ? argv.find((word) => word.startsWith(`${option}=`))?.slice(option.length + 1) : argv[at + 1];
}
