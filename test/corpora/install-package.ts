import { execFileSync } from 'node:child_process';
import {
  existsSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { FoundCorpus } from './corpus-source.ts';

/** A package of npm with what it depends on: that of the project where it has this version. */
export function installNpm({ npm, version }: { npm: string; version: string }, cache: string): FoundCorpus {
  const found = { version: `npm ${npm} ${version}`, isRecorded: true };
  const own = join(import.meta.dirname, '../../node_modules', npm);
  if (versionIn(own) === version) return { ...found, folder: own };
  const folder = once(cache, `npm-${npm.replace('/', '+')}-${version}`, (part) => {
    writeFileSync(join(part, 'package.json'), '{"private": true}');
    run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', `${npm}@${version}`], part);
  });
  return { ...found, folder: join(folder, 'node_modules', npm) };
}

function versionIn(folder: string): string | undefined {
  const file = join(folder, 'package.json');
  if (!existsSync(file)) return undefined;
  return (JSON.parse(readFileSync(file, 'utf8')) as { version?: string }).version;
}

/** The source distribution, which has the tests that wheels lack. */
export function installPypi(
  { pypi, version }: { pypi: string; version: string },
  cache: string,
): FoundCorpus {
  const folder = once(cache, `pypi-${pypi}-${version}`, (part) => {
    // Of the package alone: what it is built with need not be built itself.
    const options = ['--quiet', '--no-deps', '--no-binary', pypi, '--disable-pip-version-check'];
    run('python3', ['-m', 'pip', 'download', ...options, `${pypi}==${version}`], part);
    for (const name of readdirSync(part)) run('tar', ['-xf', name, '--strip-components=1'], part);
  });
  return { folder, version: `PyPI ${pypi} ${version}`, isRecorded: true };
}

/** Packages unpacked, not installed, in the version that the machine's package sources have. */
export function installDebian(packages: Readonly<Record<string, string>>, cache: string): FoundCorpus {
  const names = Object.keys(packages);
  const folder = once(cache, `debian-${names.join('+')}`, (part) => {
    run('apt-get', ['download', '--quiet', ...names], part);
    for (const file of globSync('*.deb', { cwd: part })) run('dpkg-deb', ['--extract', file, '.'], part);
  });
  const found = Object.fromEntries(
    globSync('*.deb', { cwd: folder }).map((file) => decodeURIComponent(file).split('_').slice(0, 2)),
  ) as Record<string, string>;
  return {
    folder,
    version: `Debian ${names.map((name) => `${name} ${found[name]}`).join(', ')}`,
    isRecorded: names.every((name) => found[name] === packages[name]),
  };
}

/** Makes a folder of the cache whole, or not at all. */
function once(cache: string, name: string, fill: (part: string) => void): string {
  const folder = join(cache, name);
  if (existsSync(folder)) return folder;
  const part = `${folder}.part`;
  rmSync(part, { recursive: true, force: true });
  mkdirSync(part, { recursive: true });
  fill(part);
  renameSync(part, folder);
  return folder;
}

/** Throws the last line of what the program says. */
function run(program: string, args: string[], cwd: string): void {
  try {
    execFileSync(program, args, { cwd, stdio: ['ignore', 'ignore', 'pipe'] });
  } catch (error) {
    const { code, stderr } = error as { code?: unknown; stderr?: Buffer };
    const said = code === 'ENOENT' ? 'is not installed' : stderr?.toString().trim().split('\n').at(-1);
    throw new Error(`${program} ${args[0] ?? ''}: ${said || String(error)}`);
  }
}
