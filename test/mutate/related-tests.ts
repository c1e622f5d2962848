import { readFileSync } from 'node:fs';
import { basename, dirname, join, normalize } from 'node:path';

/** Files of a tree by those that import them; paths from its root. */
export type Importers = Map<string, string[]>;

/** Whatever is named by its path is run, imported or as a process of its own; what is of types alone runs nothing. */
const imports = /'(\.\.?\/[^']+\.(?:ts|cjs|mjs|js))'/g;
const typeImports = /\b(?:import|export)\s+type\s[^;]*?from\s*'[^']+'/g;
/** A worker's module is named by its path from the root, without its ending. */
const ownModules = /ownModuleUrl\('([^']+)'/g;

export function readImporters(root: string, files: readonly string[]): Importers {
  const importers: Importers = new Map();
  // The command itself is JavaScript, and names what it runs.
  for (const file of files.filter((name) => /\.[cm]?[jt]s$/.test(name))) {
    const text = readFileSync(join(root, file), 'utf8').replaceAll(typeImports, '');
    const imported = [...text.matchAll(imports)].map(([, path = '']) => normalize(join(dirname(file), path)));
    const named = [...text.matchAll(ownModules)].map(([, path = '']) => `${path}.ts`);
    for (const target of [...imported, ...named]) {
      importers.set(target, [...(importers.get(target) ?? []), file]);
    }
  }
  return importers;
}

/**
 * Tests that come to run a file: those of its own folder first, then those whose names share a word with its own, which say
 * more than imports where a test starts the whole command, then by how many imports they are away.
 */
export function relatedTests(file: string, importers: Importers): string[] {
  const distances = new Map([[file, 0]]);
  for (const [name, distance] of distances) {
    for (const importer of importers.get(name) ?? []) {
      if (!distances.has(importer)) distances.set(importer, distance + 1);
    }
  }
  const tests = [...distances].filter(([name]) => name.endsWith('.test.ts'));
  const own = (name: string) => (name.startsWith(ownFolder(file)) ? 0 : 1);
  const words = wordsOf(file);
  const unlike = (name: string) => (wordsOf(name).some((word) => words.includes(word)) ? 0 : 1);
  return tests
    .toSorted(
      ([a, near], [b, far]) => own(a) - own(b) || unlike(a) - unlike(b) || near - far || (a < b ? -1 : 1),
    )
    .map(([name]) => name);
}

/** Of a file's name: `test/cli/cached.test.ts` shares one with `shared/engine/cached-answers.ts`. */
function wordsOf(file: string): string[] {
  const [name = ''] = basename(file).split('.');
  return name.split('-');
}

/** Tests mirror the tree: `shared/engine/turns/pace.ts` has its own in `test/engine/turns`. */
export function ownFolder(file: string): string {
  return join('test', dirname(file.replace(/^shared\//, '')));
}
