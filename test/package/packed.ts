import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { temporaryFolder } from '../../testing/temporary-folder.ts';
import { installOnce, projectRoot } from '../aws/cached-install.ts';

const execute = promisify(execFile);

/** What the package is made of: everything but tests, benches and what git ignores. */
const notSource = [
  'node_modules',
  'test',
  'bench',
  'dist',
  'output',
  'cdk.out',
  '.git',
  '.spinneret',
  'coverage',
];

/** The package, installed as anybody would. */
export interface InstalledPackage {
  /** The tarball. */
  file: string;
  /** The folder it is installed in, which had nothing but a package.json. */
  path: string;
  /** Paths in the tarball, without `package/`. */
  entries: string[];
  remove(): void;
}

/** Against what never ends: to install the package beside aws-cdk-lib takes half a minute on an idle machine, and minutes on a busy one. */
const maxRunMs = 900_000;

/** Runs a program in a folder by that Node; resolves to what it wrote to stdout, rejects when it fails. */
export async function runBy(
  nodeDir: string,
  cwd: string,
  command: string,
  ...args: string[]
): Promise<string> {
  const env = { ...process.env, PATH: `${nodeDir}${delimiter}${process.env['PATH'] ?? ''}` };
  const { stdout } = await execute(command, args, { cwd, env, timeout: maxRunMs, maxBuffer: 10_000_000 });
  return stdout;
}

/** The folder of the Node that runs this test. */
export const ownNodeDir = dirname(process.execPath);

/** Packs a copy, so that the work tree stays as it is, and installs it with other packages if they are named. */
export async function installPackage(...others: string[]): Promise<InstalledPackage> {
  const { path, remove } = temporaryFolder();
  const source = join(path, 'source');
  mkdirSync(source);
  for (const name of readdirSync(projectRoot).filter((entry) => !notSource.includes(entry))) {
    cpSync(join(projectRoot, name), join(source, name), { recursive: true });
  }
  symlinkSync(join(projectRoot, 'node_modules'), join(source, 'node_modules'));
  const packed = await runBy(ownNodeDir, source, 'npm', 'pack', '--json', '--pack-destination', path);
  const { filename, files } = manifestOf(packed);
  const app = join(path, 'app');
  mkdirSync(app);
  writeFileSync(join(app, 'package.json'), '{ "private": true, "type": "module" }');
  const file = join(path, filename);
  const quietly = ['--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];
  await runBy(ownNodeDir, app, 'npm', 'install', ...quietly, file, ...others);
  return { file, path: app, entries: files.map((entry) => entry.path), remove };
}

interface Manifest {
  filename: string;
  files: { path: string }[];
}

/** npm writes what scripts print before it, and a list or, from its version 12 on, an object by name. */
function manifestOf(output: string): Manifest {
  const parsed: Manifest[] | Record<string, Manifest> = JSON.parse(output.slice(output.search(/^[[{]/m)));
  const [manifest] = Object.values(parsed);
  if (manifest === undefined) throw new Error(`npm pack says nothing of what it made: ${output}`);
  return manifest;
}

/** The folder of the oldest Node that the package supports a major version of. */
export async function nodeDir22(): Promise<string> {
  const folder = await installOnce('node-22.23.3', async (draft) => {
    mkdirSync(draft, { recursive: true });
    writeFileSync(join(draft, 'package.json'), '{ "private": true, "allowScripts": { "node": true } }');
    await runBy(ownNodeDir, draft, 'npm', 'install', '--no-audit', '--no-fund', 'node@22.23.3');
  });
  return join(folder, 'node_modules/node/bin');
}
