import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** The names of the bench's hosts, at 127.0.0.1 port 53 of its own network. */
export interface OpenNames extends AsyncDisposable {
  /** Since the start, of all types. */
  queries(): Promise<number>;
}

/** Starts the DNS server, on the cores of this process. */
export async function openNames(): Promise<OpenNames> {
  const child = fork(join(import.meta.dirname, 'name-server.ts'));
  const [first] = await Promise.race([once(child, 'message'), once(child, 'exit')]);
  if (first !== 'ready') throw new Error('the DNS server of the bench did not start: port 53 is needed');
  return {
    async queries() {
      child.send('count');
      const [count] = await once(child, 'message');
      return Number(count);
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    },
  };
}
