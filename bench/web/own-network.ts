import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Runs this very program again, with its arguments, in a network and a mount namespace of its own (Linux): nothing
 * but loopback, every port free, and an /etc/resolv.conf that names 127.0.0.1. So every program resolves names as it
 * always does, whatever its resolver, at the same DNS server. It is told by `--inside` which folder to use. Returns
 * what it prints as JSON.
 */
export async function runInside(
  folder: string,
  { env, signal }: { env: Record<string, string>; signal: AbortSignal },
): Promise<object> {
  const resolver = join(folder, 'resolv.conf');
  writeFileSync(resolver, 'nameserver 127.0.0.1\n');
  const script = `mount --bind "$0" /etc/resolv.conf && ip link set lo up && exec "$@"`;
  // Other users than root become root inside of a user namespace of their own.
  const asRoot = process.getuid?.() === 0 ? [] : ['--map-root-user'];
  const again = [process.execPath, ...process.argv.slice(1), '--inside', folder];
  const child = spawn('unshare', [...asRoot, '--net', '--mount', 'sh', '-c', script, resolver, ...again], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const stop = () => child.kill('SIGTERM');
  signal.addEventListener('abort', stop);
  try {
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      stdout += chunk;
    });
    const [code] = await once(child, 'close');
    signal.throwIfAborted();
    if (stdout === '')
      throw new Error(`in a network of its own (unshare, mount, ip) the bench ended with ${code}`);
    if (code !== 0) process.exitCode = 1;
    return JSON.parse(stdout);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
