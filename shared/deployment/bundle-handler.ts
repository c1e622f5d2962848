import { extname } from 'node:path';
import { type BuildFailure, build, type Format } from 'esbuild';
import { HaltError } from '../errors.ts';

/** CommonJS code that is bundled into an ES module calls `require`, which Node does not define there. */
const requireBanner =
  "import { createRequire as spinneretCreateRequire } from 'node:module'; const require = spinneretCreateRequire(import.meta.url);";

/**
 * Bundles a handler file with its imports into one file without dependencies: the functions on AWS have neither
 * the project's folder nor its packages. An ES module; for `.cjs` and `.cts`, CommonJS, as Node reads files with
 * these names. Throws `HaltError` HANDLER_INVALID with the first mistake.
 */
export async function bundleHandler(path: string): Promise<Uint8Array> {
  const format = formatOf(path);
  try {
    const { outputFiles } = await build({
      entryPoints: [path],
      bundle: true,
      write: false,
      platform: 'node',
      target: 'node24',
      format,
      logLevel: 'silent',
      ...(format === 'esm' ? { banner: { js: requireBanner } } : {}),
    });
    return outputFiles[0]?.contents ?? new Uint8Array();
  } catch (error) {
    throw new HaltError('HANDLER_INVALID', `${path} cannot be bundled: ${firstMistake(error)}`, {
      cause: error,
    });
  }
}

function formatOf(path: string): Format {
  return ['.cjs', '.cts'].includes(extname(path)) ? 'cjs' : 'esm';
}

function firstMistake(error: unknown): string {
  const [first] = (error as Partial<BuildFailure>).errors ?? [];
  if (first === undefined) return error instanceof Error ? error.message : String(error);
  const { text, location } = first;
  return location === null ? text : `${text} (${location.file}:${location.line})`;
}
