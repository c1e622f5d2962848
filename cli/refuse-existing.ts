import { existsSync } from 'node:fs';
import { usageError } from './usage-error.ts';

/** Throws USAGE if the file exists, since it may have been edited. For commands with `--force`. */
export function refuseExisting(file: string): void {
  if (existsSync(file))
    throw usageError(`${file} is there already: --force replaces it, or name another place with --output`);
}
