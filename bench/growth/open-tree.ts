import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { cpuMsOf } from '../watch-processes.ts';
import type { ServedTree, TreeSite } from './tree-site.ts';

export interface OpenTree extends ServedTree, AsyncDisposable {
  /** User and system time of the server since its start. */
  serverCpuMs(): number;
}

/** Serves the site from a process of its own, on the core of this one; it ends with this process at the latest. */
export async function openTree(site: TreeSite): Promise<OpenTree> {
  const args = [join(import.meta.dirname, 'tree-server.ts'), JSON.stringify(site)];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const closed = once(child, 'close');
  const [line] = await Promise.race([once(createInterface({ input: child.stdout }), 'line'), closed]);
  if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}`);
  return {
    ...site,
    port: Number(line),
    serverCpuMs: () => cpuMsOf(child.pid ?? 0),
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      await closed;
    },
  };
}
