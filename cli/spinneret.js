#!/usr/bin/env node
/**
 * The `spinneret` command. An installed package holds main.js, which the caller's own Node runs; a clone main.ts, for
 * which it brings Node 24 along.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const main = join(dirname(fileURLToPath(import.meta.url)), 'main.ts');

if (!existsSync(main)) {
  await import('../dist/cli/main.js');
} else if (Number(process.versions.node.split('.')[0]) >= 24) {
  await import('./main.ts');
} else {
  restart(ownNode());
}

function ownNode() {
  try {
    const folder = dirname(createRequire(import.meta.url).resolve('node/package.json'));
    return join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  } catch {
    console.error(`error: Spinneret needs Node 24; this is ${process.version}, and its own is not installed`);
    console.error('what to do: run npm ci in the folder of Spinneret, or use Node 24');
    process.exit(1);
  }
}

/** @param {string} node */
function restart(node) {
  const child = spawn(node, [main, ...process.argv.slice(2)], { stdio: 'inherit' });
  // Whoever signals this process means the child; main.ts takes a Ctrl-C that arrives twice for one.
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => child.kill(signal));
  }
  child.once('error', (error) => {
    console.error(`error: ${node} cannot be started: ${error.message}`);
    process.exit(1);
  });
  child.once('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}
