import { createRequire, findPackageJSON } from 'node:module';
import { dirname, join } from 'node:path';

type Warcio = Pick<typeof import('warcio'), 'WARCRecord' | 'WARCSerializer' | 'WARCParser'>;

let loaded: Warcio | undefined;

/**
 * Loaded by the first page that is kept, or read from where it was kept. By its path, as `extract/words/eld.ts` does, so that no
 * function's bundle has it.
 */
export function loadWarcio(): Warcio {
  if (loaded === undefined) {
    const found = findPackageJSON('warcio', import.meta.url);
    if (found === undefined) throw new Error('the package warcio is not installed');
    loaded = createRequire(import.meta.url)(join(dirname(found), 'dist', 'index.cjs')) as Warcio;
  }
  return loaded;
}
