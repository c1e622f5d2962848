import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { temporaryFolder } from '../../testing/temporary-folder.ts';

export interface TreeCopy extends Disposable {
  path: string;
  /** Every file, from its root. */
  files: string[];
}

/**
 * A copy of the work tree, changes that are not committed included, in a temporary folder. Each package is linked, not
 * the folder of them all: what tools write beside packages, such as caches, is written in the copy.
 */
export function copyTree(root: string): TreeCopy {
  const { path, remove } = temporaryFolder();
  const listed = execFileSync('git', ['ls-files', '-z', '-co', '--exclude-standard'], { cwd: root });
  const files = [...new Set(listed.toString().split('\0'))].filter(
    (file) => file !== '' && existsSync(join(root, file)),
  );
  for (const file of files) {
    mkdirSync(join(path, dirname(file)), { recursive: true });
    copyFileSync(join(root, file), join(path, file));
  }
  const packages = join(path, 'node_modules');
  mkdirSync(packages);
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (!/^\.(?!bin$)/.test(name)) symlinkSync(join(root, 'node_modules', name), join(packages, name));
  }
  return { path, files, [Symbol.dispose]: remove };
}
