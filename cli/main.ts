/** The command line: parses the arguments, runs the command, reports errors. Started by `spinneret.js`. */
import { setFlagsFromString } from 'node:v8';
import { makeProgram } from './program.ts';
import { reportError } from './report-error.ts';

// The command mostly waits: what starting it leaves behind should not be kept as room for new objects.
setFlagsFromString('--semi-space-growth-factor=1');

// The store's driver and the types of handlers are experimental in Node 22, and a handler's package.json may lack
// a type.
const [printWarning] = process.listeners('warning');
process.removeAllListeners('warning');
process.on('warning', (warning) => {
  const { name, code } = warning as Error & { code?: string };
  if (name !== 'ExperimentalWarning' && code !== 'MODULE_TYPELESS_PACKAGE_JSON') printWarning?.(warning);
});

// `spinneret export … | head` closes the pipe early.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

try {
  await (await makeProgram(process.argv.slice(2))).parseAsync();
} catch (error) {
  process.exitCode = reportError(error, process.argv.includes('--json'));
}
