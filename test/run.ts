/**
 * Runs every test and ends with the plain line that CI reads, counted from the runner's own report.
 * Arguments go to vitest: `npm test -- test/engine`.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from './temporary-folder.ts';

interface Report {
  numPassedTests: number;
  numFailedTests: number;
  numFailedTestSuites: number;
  numPendingTests: number;
  numTodoTests: number;
}

const folder = temporaryFolder();
const outputFile = join(folder.path, 'report.json');
const vitest = join(import.meta.dirname, '../node_modules/vitest/vitest.mjs');
const { status } = spawnSync(
  process.execPath,
  [
    vitest,
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${outputFile}`,
    ...process.argv.slice(2),
  ],
  { stdio: 'inherit' },
);

const report: Report = JSON.parse(readFileSync(outputFile, 'utf8'));
folder.remove();
const failed =
  report.numFailedTests === 0 && status !== 0
    ? Math.max(1, report.numFailedTestSuites)
    : report.numFailedTests;
console.log(
  `${report.numPassedTests} passed, ${failed} failed, ${report.numPendingTests + report.numTodoTests} skipped`,
);
process.exitCode = status ?? 1;
