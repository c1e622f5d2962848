import { readdirSync, readFileSync } from 'node:fs';

/**
 * Ends with SIGKILL, as if their machine had died, the functions whose name matches and whose
 * environment has the entry `marked`. Returns how many.
 */
export function killFunctions(marked: string, named: RegExp): number {
  let killed = 0;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    if (!isFunction(pid, marked, named)) continue;
    process.kill(Number(pid), 'SIGKILL');
    killed += 1;
  }
  return killed;
}

function isFunction(pid: string, marked: string, named: RegExp): boolean {
  try {
    const environment = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
    const name = environment.find((entry) => entry.startsWith('AWS_LAMBDA_FUNCTION_NAME='));
    return environment.includes(marked) && name !== undefined && named.test(name);
  } catch {
    // Gone meanwhile, or another user's.
    return false;
  }
}
