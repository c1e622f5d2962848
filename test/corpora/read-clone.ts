import { execFileSync, type StdioOptions } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { CorpusSource, FoundCorpus } from './corpus-source.ts';

type Repository = Extract<CorpusSource, { repository: string }>;

/**
 * Unpacks what is read of a clone into the cache: of the recorded commit where the clone has it, else of the newest. `undefined`: the clone has
 * neither with these paths.
 */
export function readClone(
  clone: string,
  { repository, commit, paths }: Repository,
  cache: string,
): FoundCorpus | undefined {
  const newest = git(clone, 'rev-parse', 'HEAD');
  const read = [commit, newest].find((one) => one !== undefined && hasPaths(clone, one, paths));
  if (read === undefined) return undefined;
  const name = [repository, read.slice(0, 7), ...paths].join('-').replaceAll('/', '+');
  const folder = join(cache, name);
  if (!existsSync(folder)) unpack(clone, read, paths, folder);
  return {
    folder,
    version: `${repository} at ${read.slice(0, 7)}`,
    isRecorded: read.startsWith(commit),
  };
}

function hasPaths(clone: string, commit: string, paths: readonly string[]): boolean {
  return paths.every((path) => git(clone, 'cat-file', '-e', `${commit}:${path}`) !== undefined);
}

function unpack(clone: string, commit: string, paths: readonly string[], folder: string): void {
  const part = `${folder}.part`;
  rmSync(part, { recursive: true, force: true });
  mkdirSync(part, { recursive: true });
  // Not by `git archive`, which reads every object of the commit: a clone may lack some that nothing here needs.
  const index = `${part}.index`;
  const what = [commit, '--', ...(paths.length > 0 ? paths : ['.'])];
  const options = { env: { ...process.env, GIT_INDEX_FILE: index }, stdio: quiet };
  execFileSync('git', ['-C', clone, `--work-tree=${part}`, 'checkout', ...what], options);
  rmSync(index, { force: true });
  renameSync(part, folder);
}

const quiet: StdioOptions = ['ignore', 'pipe', 'ignore'];

function git(clone: string, ...args: string[]): string | undefined {
  try {
    return execFileSync('git', ['-C', clone, ...args], {
      encoding: 'utf8',
      stdio: quiet,
    }).trim();
  } catch {
    return undefined;
  }
}
