import { globSync } from 'node:fs';
import { join } from 'node:path';

/** A file by its name, wherever a copy of the corpus has it. */
export function findFile(folder: string, name: string): string {
  const [file] = globSync(`**/${name}`, { cwd: folder });
  if (file === undefined) throw new Error(`${folder} has no ${name}`);
  return join(folder, file);
}
