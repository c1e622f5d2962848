import { type Command, CommanderError } from 'commander';
import { vi } from 'vitest';
import { openOutput } from '../../cli/output.ts';
import { exitCodes } from '../../cli/report-error.ts';
import { SpinneretError } from '../../shared/errors.ts';
import type { Answer, CliFolder } from './call-cli.ts';

/**
 * Calls a command in this process, in the folder: what it prints, and the exit code that it asks for. An error with a code is in
 * stderr as `CODE message`; of wrong options, the words of the parser are. A test of what a command decides needs no process of its own.
 */
export async function callCommand(
  { path }: Pick<CliFolder, 'path'>,
  command: Command,
  ...args: string[]
): Promise<Answer> {
  const answer: Answer = { code: null, stdout: '', stderr: '' };
  const keep = (stream: 'stdout' | 'stderr') =>
    vi.spyOn(process[stream], 'write').mockImplementation((chunk, ...rest) => {
      answer[stream] += String(chunk);
      for (const done of rest) if (typeof done === 'function') done();
      return true;
    });
  const before = { folder: process.cwd(), exitCode: process.exitCode };
  const spies = [keep('stdout'), keep('stderr')];
  process.chdir(path);
  try {
    await command.exitOverride().parseAsync(args, { from: 'user' });
    return { ...answer, code: Number(process.exitCode) };
  } catch (error) {
    if (error instanceof CommanderError) return { ...answer, code: exitCodes.usage };
    if (!(error instanceof SpinneretError)) throw error;
    openOutput(false).note(`${error.code} ${error.message}`);
    return { ...answer, code: error.code === 'USAGE' ? exitCodes.usage : exitCodes.failed };
  } finally {
    process.chdir(before.folder);
    process.exitCode = before.exitCode;
    for (const spy of spies) spy.mockRestore();
  }
}
