/** The command line: parses the arguments, runs the command, tells what went wrong. */
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { isBuilt, ownRoot } from '../shared/own-files.ts';

// Halves the time to start, of worker processes too. It must come before what it is to keep is loaded.
// An installed package is in node_modules itself. Where nobody may write, Node goes on without.
const cacheDir = join(ownRoot(), isBuilt ? '../.cache/spinneret' : 'node_modules/.cache/spinneret');
enableCompileCache(cacheDir);
process.env['NODE_COMPILE_CACHE'] ??= cacheDir;
const { makeProgram } = await import('./program.ts');
const { reportError } = await import('./report-error.ts');

// Of the store's driver and the types of handlers, experimental in Node 22, and of a handler's package.json without a type.
const [printWarning] = process.listeners('warning');
process.removeAllListeners('warning');
process.on('warning', (warning) => {
  const { name, code } = warning as Error & { code?: string };
  if (name !== 'ExperimentalWarning' && code !== 'MODULE_TYPELESS_PACKAGE_JSON') printWarning?.(warning);
});

// `spinneret export … | head` closes the pipe when it has seen enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

try {
  await makeProgram().parseAsync();
} catch (error) {
  process.exitCode = reportError(error, process.argv.includes('--json'));
}
