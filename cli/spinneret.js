#!/usr/bin/env node
/**
 * The `spinneret` command. An installed package holds main.js, which the caller's own Node runs; a clone main.ts, for
 * which it brings Node 24 along.
 */
import { existsSync } from 'node:fs';
import module, { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const own = fileURLToPath(import.meta.url);
const root = dirname(dirname(own));

if (!existsSync(join(root, 'cli/main.ts'))) {
  // An installed package is in node_modules itself.
  cacheCode('../.cache/spinneret');
  await import('../dist/cli/main.js');
} else if (Number(process.versions.node.split('.')[0]) >= 24) {
  cacheCode('node_modules/.cache/spinneret');
  await import('./main.ts');
} else {
  await restart(ownNode());
}

/**
 * Halves the start-up time, also of worker processes. It must come before the modules that it is to cache: for a single
 * file of TypeScript that is not cached, Node loads its compiler, which takes 20 ms and 25 MB. If the folder cannot be
 * written, Node goes on without a cache.
 * @param {string} folder relative to the root
 */
function cacheCode(folder) {
  const cacheDir = join(root, folder);
  module.enableCompileCache(cacheDir);
  process.env['NODE_COMPILE_CACHE'] ??= cacheDir;
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
async function restart(node) {
  const { spawn } = await import('node:child_process');
  const child = spawn(node, [own, ...process.argv.slice(2)], { stdio: 'inherit' });
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
