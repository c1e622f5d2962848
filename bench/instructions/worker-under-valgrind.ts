/** Loaded before a command (`--import`) whose one worker process is to run under Valgrind, which writes to `valgrind.log`. */
import { ChildProcess } from 'node:child_process';
import { join } from 'node:path';

// A worker inherits what its command has loaded.
if (process.send === undefined) {
  const valgrind = [
    ...['--tool=cachegrind', '--cache-sim=no', '--cachegrind-out-file=/dev/null'],
    // V8 writes its code while the program runs.
    ...['--smc-check=all-non-file', `--log-file=${join(process.cwd(), 'valgrind.log')}`],
  ];
  process.execArgv = [...valgrind, process.execPath, ...process.execArgv];
  process.execPath = 'valgrind';
  // So slow a worker would be killed at its end, and Valgrind counts to the end.
  ChildProcess.prototype.kill = () => true;
}
