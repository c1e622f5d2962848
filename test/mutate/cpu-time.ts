import { readFileSync } from 'node:fs';

/** Linux counts in hundredths of a second for programs, whatever its own clock does (proc_pid_stat(5), sysconf(3)). */
const msPerTick = 10;
/** `cutime` and `cstime` are the 16th and 17th field; these follow the name in brackets, which is the second. */
const childTicks = [13, 14];

/**
 * What this process has taken of a processor, and those that it started and that have ended: milliseconds. A busy
 * machine makes it hardly longer. Where there is no `/proc`, of this process alone.
 */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return Math.round((user + system) / 1_000 + childrenMs());
}

function childrenMs(): number {
  let stat: string;
  try {
    stat = readFileSync('/proc/self/stat', 'utf8');
  } catch {
    return 0;
  }
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return childTicks.reduce((sum, index) => sum + Number(fields[index]) * msPerTick, 0);
}
