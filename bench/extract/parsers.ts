import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual, promisify } from 'node:util';
import type { Page } from '../../shared/extract/types.ts';
import { temporaryFolder } from '../../testing/temporary-folder.ts';
import { type InstallationSteps, install, npmSteps, pipSteps } from '../peers/install.ts';

/** What a parser's program prints. */
interface Measured {
  msPerPage: number;
  /** Of the first page. */
  first: unknown;
}

const python = join('venv', 'bin', 'python');

/** Programs on parsers that are not part of the project: what installs each, and what runs it in its folder. */
const programs: Record<string, { steps: InstallationSteps; command: [string, ...string[]] }> = {
  parsers: {
    steps: pipSteps,
    command: [`./${python}`, 'measure.py'],
  },
  cheerio: {
    steps: npmSteps,
    command: [process.execPath, 'measure.mjs'],
  },
};

/**
 * Milliseconds per page of a parser over the same pages, or why there are none: it can't be installed, or gives other values than
 * `wanted`, where that is given.
 */
export async function measureParser(
  { parser, feature }: { parser: string; feature: string },
  pages: Page[],
  rounds: number,
  wanted: unknown,
): Promise<number | string> {
  const name = parser === 'cheerio' ? 'cheerio' : 'parsers';
  const { steps, command } = programs[name] ?? { steps: [], command: [''] };
  const folder = temporaryFolder();
  try {
    const cwd = await install({ name, steps, signal: AbortSignal.timeout(300_000) });
    const input = join(folder.path, 'pages');
    mkdirSync(input);
    for (const [index, { body }] of pages.entries()) {
      writeFileSync(join(input, `${String(index).padStart(4, '0')}.html`), body);
    }
    const [program, ...args] = command;
    const all = [...args, parser, feature, input, String(rounds)];
    const { stdout } = await promisify(execFile)(program, all, { cwd, maxBuffer: 64 * 2 ** 20 });
    const { msPerPage, first }: Measured = JSON.parse(stdout);
    const isRight = wanted === undefined ? isFull(first) : isDeepStrictEqual(first, wanted);
    return isRight ? Math.round(msPerPage * 10_000) / 10_000 : `other values: ${JSON.stringify(first)}`;
  } catch (error) {
    return `not measured: ${error instanceof Error ? error.message : String(error)}`;
  } finally {
    folder.remove();
  }
}

/** Is there something in what a page gave? */
function isFull(first: unknown): boolean {
  return typeof first === 'string' ? first.length > 1_000 : JSON.stringify(first).includes('Lamp');
}
