/** `node orphan-parent.ts FOLDER EXPORT`: a parent that waits for a function that never ends by itself. */
import { openPool } from '../../shared/pool/pool.ts';
import { partial, task } from '../../shared/pool/task.ts';
import { listen, releaseWhenLeft, spin, square } from './tasks.ts';

const [, , folder = '', name = ''] = process.argv;
const module = new URL('./tasks.ts', import.meta.url);
const pool = openPool({ size: 1 });
// It is idle when this process has nothing more to do.
if (name === 'idle') console.log(await pool.map([2], task(module, square)));
if (name === 'spin') await pool.map([1], partial(task(module, spin), folder));
if (name === 'listen') await pool.map([1], partial(task(module, listen), folder));
if (name === 'releaseWhenLeft') await pool.map([1], partial(task(module, releaseWhenLeft), folder));

if (name === 'bounded') {
  // Ends with 0 by SIGUSR2, and with 3 if its process has crashed.
  const stop = new AbortController();
  process.on('SIGUSR2', () => stop.abort());
  const onExit = ({ crashed }: { crashed: boolean }) => {
    if (crashed) process.exit(3);
  };
  await using bounded = openPool({ size: 1, stuckAfterMs: 4_000, graceMs: Infinity, onExit });
  const listening = partial(task(module, listen), folder);
  await bounded.map([1], listening, { signal: stop.signal }).catch(() => undefined);
}
