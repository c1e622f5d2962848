import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

export type InstallationSteps = [program: string, ...args: string[]][];

/** What the package.json of the folder names, without scripts of others. */
export const npmSteps: InstallationSteps = [
  ['npm', 'install', '--no-audit', '--no-fund', '--no-package-lock', '--ignore-scripts'],
];

/** What the requirements.txt of the folder names, for `venv/bin/python`. */
export const pipSteps: InstallationSteps = [
  ['python3', '-m', 'venv', 'venv'],
  [
    './venv/bin/python',
    '-m',
    'pip',
    'install',
    '--quiet',
    '--disable-pip-version-check',
    '-r',
    'requirements.txt',
  ],
];

export interface Installation {
  /** Folder in here with the program's sources and what pins its dependencies. */
  name: string;
  /** Run in a copy of that folder: programs with their arguments. */
  steps: InstallationSteps;
  signal: AbortSignal;
}

/**
 * Installs a peer outside the repository, once for the same sources. Returns its folder; throws a line that says
 * which step failed, as where its language or a registry can't be had.
 */
export async function install({ name, steps, signal }: Installation): Promise<string> {
  const sources = join(import.meta.dirname, name);
  const folder = join(cacheFolder(), `${name}-${hashOf(sources, steps)}`);
  const isWhole = join(folder, '.installed');
  if (existsSync(isWhole)) return folder;
  rmSync(folder, { recursive: true, force: true });
  cpSync(sources, folder, { recursive: true });
  for (const [program, ...args] of steps) await runStep(program, args, { cwd: folder, signal });
  writeFileSync(isWhole, '');
  return folder;
}

function cacheFolder(): string {
  return join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'spinneret-bench');
}

function hashOf(folder: string, steps: string[][]): string {
  const hash = createHash('sha256').update(JSON.stringify(steps));
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  for (const file of files.sort()) hash.update(file.slice(folder.length)).update(readFileSync(file));
  return hash.digest('hex').slice(0, 12);
}

async function runStep(
  program: string,
  args: string[],
  options: { cwd: string; signal: AbortSignal },
): Promise<void> {
  try {
    await promisify(execFile)(program, args, options);
  } catch (error) {
    options.signal.throwIfAborted();
    const { code, stderr } = error as { code?: unknown; stderr?: string };
    if (code === 'ENOENT') throw new Error(`${program} is not installed`);
    const lines = stderr?.trim().split('\n') ?? [];
    throw new Error(`${program} ${args.join(' ')}: ${lines.at(-1) || String(error)}`);
  }
}
