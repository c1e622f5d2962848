import { join } from 'node:path';
import { type BuildOptions, build, type Metafile } from 'esbuild';

export const projectRoot = join(import.meta.dirname, '../..');

/** What is bundled: a file of `functions/`, or a module's text. */
export type Entry = { function: string } | { contents: string };

/** Bundles as the deployment does; `changes` are tried beside that. What went into the file, as esbuild tells it. */
export async function bundle(entry: Entry, outfile: string, changes: BuildOptions = {}): Promise<Metafile> {
  const source: BuildOptions =
    'function' in entry
      ? { entryPoints: [join(projectRoot, 'functions', `${entry.function}.ts`)] }
      : { stdin: { contents: entry.contents, resolveDir: projectRoot } };
  const { metafile } = await build({
    ...(await deployedBundling()),
    ...source,
    ...changes,
    outfile,
    metafile: true,
  });
  return metafile;
}

/** The deployment's options, in esbuild's own words. */
async function deployedBundling(): Promise<BuildOptions> {
  // Other benches need not wait for the CDK to load.
  const { bundling } = await import('../../infra/bundling.ts');
  const { target = '', define = {}, mainFields = [], banner = '', esbuildArgs = {} } = bundling;
  const options: BuildOptions & Required<Pick<BuildOptions, 'alias' | 'external'>> = {
    bundle: true,
    format: 'esm',
    platform: 'node',
    target,
    define,
    mainFields,
    banner: { js: banner },
    alias: {},
    external: [],
    logLevel: 'error',
  };
  for (const [argument, value] of Object.entries(esbuildArgs)) {
    const [, name, subject = ''] = /^--([a-z-]+)(?::(.+))?$/.exec(argument) ?? [];
    if (name === 'alias') options.alias[subject] = String(value);
    else if (name === 'external') options.external.push(subject);
    else if (name === 'minify-whitespace') options.minifyWhitespace = true;
    else if (name === 'minify-syntax') options.minifySyntax = true;
    else throw new Error(`${argument} is not known here`);
  }
  return options;
}
