import { createRequire, findPackageJSON } from 'node:module';
import { dirname, join } from 'node:path';
import type { eld } from 'eld/extrasmall';

let loaded: typeof eld | undefined;

/**
 * Loaded by the first text whose language nothing states: a megabyte of sequences of letters. By its path, since the package is
 * exported to `import` alone, which would not wait; in a function it is a file beside the bundle (`infra/bundling.ts`).
 */
export function loadEld(): typeof eld {
  if (loaded === undefined) {
    const found = findPackageJSON('eld', import.meta.url);
    if (found === undefined) throw new Error('the package eld is not installed');
    const file = join(dirname(found), 'src', 'entries', 'static.extrasmall.js');
    loaded = createRequire(import.meta.url)(file).eld as typeof eld;
  }
  return loaded;
}
