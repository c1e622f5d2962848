import { existsSync } from 'node:fs';
import { createRequire, findPackageJSON } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

// Where the product's own files are: TypeScript in a clone, JavaScript below `dist` in an installed package. Whatever is
// found by its path, and not by an import, is named here, so that the build knows it too.

/** Modules that are started, or bundled, by their path; relative to the root, without an extension. */
export const ownModules = [
  'cli/main',
  'cli/local/begin-runs',
  'shared/local-run/worker',
  'cli/doctor/process',
  'shared/pool/process-main',
  'shared/extract/handlers/thread/thread-main',
  'shared/extract/aside/aside-thread',
  'infra/app',
  'functions/start',
  'functions/worker',
  'functions/browser',
  'functions/finish',
  'functions/dead-letter',
  'functions/watchdog',
] as const;
export type OwnModule = (typeof ownModules)[number];

/** Modules of threads that a bundled function has as files beside its own one, by their names there. */
export const threadFiles: { readonly [Path in OwnModule]?: string } = {
  'shared/extract/handlers/thread/thread-main': 'handler-thread.mjs',
  'shared/extract/aside/aside-thread': 'aside-thread.mjs',
};

/** Files that are read, or handed to another tool, as they are; relative to the root. */
export type OwnFile =
  | 'package.json'
  | 'cdk.json'
  | 'config/quickstart.yaml'
  | 'docs/job.schema.json'
  | 'functions/credentials.mjs'
  | 'functions/event-streams.mjs'
  | 'functions/http.cjs'
  | 'functions/zod.mjs'
  | 'shared/places/boundaries/natural-earth.br';

/** Whether this is the built package, which any Node that it supports can run. */
export const isBuilt: boolean = !import.meta.filename.endsWith('.ts');

/** The folder that holds package.json. */
export function ownRoot(): string {
  let folder = import.meta.dirname;
  while (!existsSync(join(folder, 'package.json')) && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
}

export function ownFile(path: OwnFile): string {
  return join(ownRoot(), path);
}

export function ownModule(path: OwnModule): string {
  return join(ownRoot(), isBuilt ? join('dist', `${path}.js`) : `${path}.ts`);
}

/** Where a module is that is started by its path: beside a bundled function, in a clone, or in the package. */
export function ownModuleUrl(path: OwnModule): URL {
  const name = threadFiles[path];
  const beside = name === undefined ? undefined : new URL(`./${name}`, import.meta.url);
  return beside !== undefined && existsSync(beside) ? beside : pathToFileURL(ownModule(path));
}

/**
 * What a module of a package exports, loaded where it is called for. By the module's path in the package, so that no function's bundle
 * has it: there it may be a file beside the bundle (`infra/bundling.ts`), and packages that are exported to `import` alone need not be waited for.
 */
export function loadFromPackage<Exports>(name: string, ...path: string[]): Exports {
  const found = findPackageJSON(name, import.meta.url);
  if (found === undefined) throw new Error(`the package ${name} is not installed`);
  return createRequire(import.meta.url)(join(dirname(found), ...path)) as Exports;
}
