import { CommanderError } from 'commander';
import { type Code, SpinneretError } from '../shared/errors.ts';
import { paintFor } from '../shared/text/paint.ts';
import { printable } from './output.ts';
import { RefusedError, refusalOf } from './refusal.ts';
import { remedyWhere, remedyWithin } from './remedy-text.ts';

/** 0 done, 1 an error with a code, 2 wrong usage, 70 a fault of Spinneret, 130 interrupted. */
export const exitCodes = { done: 0, failed: 1, usage: 2, fault: 70, interrupted: 130 } as const;

/** Prints the error on stderr, and returns the exit code. */
export function reportError(error: unknown, isJson: boolean): number {
  if (error instanceof CommanderError) return reportUsage(error, isJson);
  if (error instanceof SpinneretError) {
    const refusal = error instanceof RefusedError ? error.refusal : refusalOf(error);
    print({ ...refusal, remedy: remedyWhere(process.argv.slice(2), refusal.remedy) }, isJson);
    return error.code === 'USAGE' ? exitCodes.usage : exitCodes.failed;
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const remedy = 'This is a fault of Spinneret: please report it with the lines above.';
  print({ code: 'UNEXPECTED', message: stack, remedy }, isJson);
  return exitCodes.fault;
}

/**
 * Something that the user should know, but that stops nothing: one line on stderr, with JSON an object with
 * `warning`.
 */
export function reportWarning(code: Code, message: string, isJson: boolean): void {
  const paint = paintFor(process.stderr);
  const text = isJson
    ? JSON.stringify({ warning: { code, message } })
    : printable(`${paint('yellow', `warning ${code}`)}: ${message}`);
  process.stderr.write(`${text}\n`);
}

/** Requested help is no error, and is printed already. */
function reportUsage(error: CommanderError, isJson: boolean): number {
  if (error.exitCode === 0) return exitCodes.done;
  const message = error.message
    .replace(/^error: /, '')
    .replace(/\n\(Did you mean (.*)\?\)$/s, '; did you mean $1?');
  const isHelp = error.code === 'commander.help';
  if (!isHelp) print({ code: 'USAGE', message, remedy: 'Read the help: spinneret --help' }, isJson);
  return exitCodes.usage;
}

interface Report {
  code: string;
  message: string;
  remedy: string;
}

function print(report: Report, isJson: boolean): void {
  if (isJson) {
    process.stderr.write(`${JSON.stringify({ error: report })}\n`);
    return;
  }
  const paint = paintFor(process.stderr);
  const remedy = remedyWithin(process.argv[2] ?? '', report.remedy);
  const advice = remedy === '' ? '' : `\nwhat to do: ${remedy}`;
  const text = `${paint('red', `error ${report.code}`)}: ${report.message}${advice}`;
  process.stderr.write(`${printable(text)}\n`);
}
