import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';

/** `passed`: nothing failed. */
export type TestEnd = 'passed' | 'failed' | 'timed out';

interface FileReport {
  name: string;
  status: string;
  startTime: number;
  endTime: number;
}

/** Runs tests of a tree until the first fails, in a process group of its own, which is gone by the time it returns. */
export async function runTests(root: string, files: string[], limitMs: number): Promise<TestEnd> {
  return (await callVitest(root, [...files, '--bail=1', '--reporter=dot'], limitMs)).end;
}

/** Which of them pass by themselves, as the tree is, with how long each takes. */
export async function passingTests(
  root: string,
  files: string[],
  limitMs: number,
): Promise<Map<string, number>> {
  const report = join(root, 'mutate-report.json');
  rmSync(report, { force: true });
  const { output } = await callVitest(root, [...files, '--reporter=json', `--outputFile=${report}`], limitMs);
  if (!existsSync(report))
    throw new Error(`the tests of the tree as it is did not end:\n${output.slice(-2_000)}`);
  const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as { testResults: FileReport[] };
  return new Map(
    testResults
      .filter(({ status }) => status === 'passed')
      .map(({ name, startTime, endTime }) => [relative(root, name), endTime - startTime]),
  );
}

async function callVitest(
  root: string,
  args: string[],
  limitMs: number,
): Promise<{ end: TestEnd; output: string }> {
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const child = spawn(process.execPath, [vitest, 'run', ...args], { cwd: root, detached: true });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const exited = once(child, 'exit');
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    endGroup(child.pid);
  }, limitMs);
  const stop = () => endGroup(child.pid);
  process.once('exit', stop);
  const [code] = await exited;
  clearTimeout(timer);
  process.off('exit', stop);
  // A mutant may leave processes behind that its tests would have ended.
  endGroup(child.pid);
  return { end: isLate ? 'timed out' : code === 0 ? 'passed' : 'failed', output };
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}
