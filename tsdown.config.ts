import { cp } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ownModules } from './shared/own-files.ts';

/** What can be imported, by its name in `exports` of package.json. */
const library = ['index', 'coordination', 'pool', 'handler', 'testing'];

const outDir = join(import.meta.dirname, 'dist');
const libraryEntries = Object.fromEntries(library.map((name) => [name, `library/${name}.ts`]));

const common = {
  outDir,
  format: 'esm',
  platform: 'node',
  target: 'node22.19',
  // The package is of type module: .js and .d.ts.
  fixedExtension: false,
  hash: false,
  report: false,
  logLevel: 'warn',
  checks: { pluginTimings: false },
};

/**
 * The package. JavaScript of what is imported by name or started by its path, with what they share in chunks; then the
 * declarations of what is imported by name. Dependencies stay outside of both, but for the schemas of jobs: the 95 files of zod
 * take a quarter of the time that a run takes to load.
 */
export default [
  {
    ...common,
    name: 'code',
    entry: { ...libraryEntries, ...Object.fromEntries(ownModules.map((path) => [path, `${path}.ts`])) },
    sourcemap: true,
    dts: false,
    deps: { alwaysBundle: isLoadedByEachRun },
    // Where an error comes from is in the maps without the sources, which would be a quarter of the package.
    outputOptions: { chunkFileNames: 'chunks/[name].js', sourcemapExcludeSources: true },
    plugins: [commonJsAsItIs()],
  },
  { ...common, name: 'declarations', entry: libraryEntries, clean: false, dts: { dtsOnly: true } },
];

/** The library knows the user's own schemas by the zod that both import. */
function isLoadedByEachRun(id: string, importer: string | undefined): boolean {
  return id === 'zod' && importer?.endsWith('library/define-job.ts') === false;
}

/**
 * CommonJS files of ours name parts of packages by `require`, for the loader and for the bundler of the functions to see:
 * they are copied, and stay outside.
 */
function commonJsAsItIs() {
  const marker = 'own-common-js:';
  const copied = new Set<string>();
  return {
    name: 'common-js-as-it-is',
    resolveId(source: string, importer: string | undefined) {
      if (!source.endsWith('.cjs') || importer === undefined) return null;
      const path = join(dirname(importer), source);
      const other = [...copied].find((known) => known !== path && basename(known) === basename(path));
      if (other !== undefined) throw new Error(`${path} and ${other} would be one file of the package`);
      copied.add(path);
      return { id: `${marker}${basename(source)}`, external: true };
    },
    renderChunk(code: string, { fileName }: { fileName: string }) {
      if (!code.includes(marker)) return null;
      const toRoot = '../'.repeat(fileName.split('/').length - 1);
      // The specifier of an import, which no position of a source leads to.
      return { code: code.replaceAll(marker, toRoot === '' ? './' : toRoot), map: null };
    },
    async writeBundle() {
      for (const file of copied) await cp(file, join(outDir, basename(file)));
    },
  };
}
