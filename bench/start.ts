import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { type SmallCrawl, smallCrawl } from './start/small-crawl.ts';
import { leastOf, timed } from './start/timed.ts';

const project = join(import.meta.dirname, '..');
/** The minimum of so many measurements is reported, since other work of the machine only adds time. */
const repeats = 10;
const crawls: SmallCrawl[] = [
  { pages: 100, gapMs: 50, answerMs: 100 },
  { pages: 100, gapMs: 0, answerMs: 100 },
  { pages: 100, gapMs: 0, answerMs: 0 },
];

/**
 * How long the command takes to start: its help, by this Node, by an older one that has to start this one, and by npx;
 * the time to the first request of a run; and crawls so small that starting and ending are much of them, which other checkouts
 * or installed packages (`beside`) do in turn.
 */
export async function start({ runs, beside }: { runs: number; beside: string[] }): Promise<object> {
  const command = commandOf(project);
  const older = olderNode();
  const helpBy = async (program: string, ...args: string[]) =>
    leastOf(repeats, () => timed(program, [...args, '--help'], { cwd: project }));
  const help = {
    [`node ${process.versions.node}`]: await helpBy(process.execPath, command),
    ...(older === undefined ? {} : { [`${older}, older`]: await helpBy(older, command) }),
    npx: await helpBy('npx', '--no-install', 'spinneret'),
    'node alone': await leastOf(repeats, () => timed(process.execPath, ['--eval', '0'], { cwd: project })),
  };
  const commands = [command, ...beside.map((folder) => commandOf(resolve(folder)))];
  const small: object[] = [];
  for (const crawl of crawls) {
    small.push(...(await smallCrawl(crawl, commands, runs)));
    console.error(JSON.stringify(small.slice(-commands.length)));
  }
  return { bench: 'start', repeats, help, small };
}

/** The program of a checkout, or of a package that is installed there. */
function commandOf(folder: string): string {
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return join(folder, bin.spinneret);
}

/** The first Node of the path that is not this project's own, as `npm run` has put that before it. */
function olderNode(): string | undefined {
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter((folder) => !folder.includes('node_modules'))
    .map((folder) => join(folder, 'node'))
    .find((file) => existsSync(file));
}
