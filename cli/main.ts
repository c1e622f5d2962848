/** The command line: parses the arguments, runs the command, tells what went wrong. */
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

// Halves the time to start, of worker processes too. It must come before what it is to keep is loaded.
const cacheDir = join(import.meta.dirname, '../node_modules/.cache/spinneret');
enableCompileCache(cacheDir);
process.env['NODE_COMPILE_CACHE'] ??= cacheDir;
const { makeProgram } = await import('./program.ts');
const { reportError } = await import('./report-error.ts');

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
