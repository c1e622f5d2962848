/**
 * Runs every test and ends with the plain line that CI reads, counted from the runner's own report.
 * Arguments go to vitest: `npm test -- test/engine`. What costs much and is proved elsewhere too is left to
 * `npm run test:aws`.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../testing/temporary-folder.ts';

interface Report {
  numPassedTests: number;
  numFailedTests: number;
  numFailedTestSuites: number;
  numPendingTests: number;
  numTodoTests: number;
}

/** The contracts that two other emulators are held to as well; the deployment, from the package as from the clone. */
const onlyWhenNamed = ['test/stores/aws/moto.test.ts', 'test/aws/package.test.ts'];

const args = process.argv.slice(2);
const isAll = args.every((argument) => argument.startsWith('-'));
if (isAll) console.log(`left to npm run test:aws: ${onlyWhenNamed.join(', ')}`);

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
    ...(isAll ? onlyWhenNamed.map((file) => `--exclude=${file}`) : []),
    ...args,
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
