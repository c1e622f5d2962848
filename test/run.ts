/**
 * Runs every test and ends with the plain line that CI reads, counted from the runner's own report.
 * Arguments go to vitest: `npm test -- test/engine`. What costs much and is proved elsewhere too is left to
 * `npm run test:aws`.
 *
 * A few files that fail are run once more, one after the other: a test that fails only beside others, on a busy
 * machine, says nothing of the product. It counts as passed then, and is named with its error, for it has to be mended.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { type FileReport, leftOutVariable, type RunReport, reportVariable } from './run-report.ts';

/**
 * The contracts that two other emulators are held to as well; the deployment, from the package as from the clone; many functions in one
 * session, whose parts other tests have.
 */
const onlyWhenNamed = [
  'test/stores/aws/moto.test.ts',
  'test/aws/package.test.ts',
  'test/aws/sessions.test.ts',
];

/** More files than this do not fail by chance. */
const maxRepeated = 3;

const args = process.argv.slice(2);
const isAll = args.every((argument) => argument.startsWith('-'));
if (isAll) console.log(`left to npm run test:aws: ${onlyWhenNamed.join(', ')}`);

const first = runVitest(args);
const { report, isGreen } = repeatIfUnsteady(first);
const sum = (count: (file: FileReport) => number) =>
  report.files.reduce((total, file) => total + count(file), 0);
const failed = sum(({ failures }) => failures.length);
console.log(
  `${sum(({ passed }) => passed)} passed, ${isGreen ? failed : Math.max(1, failed)} failed, ${sum(({ skipped }) => skipped)} skipped`,
);
process.exitCode = isGreen ? 0 : 1;

interface Run {
  report: RunReport;
  isGreen: boolean;
}

/** The run, with the second result of the files that failed. */
function repeatIfUnsteady(run: Run): Run {
  const suspects = run.report.files.filter(({ failures }) => failures.length > 0);
  const isByChance = suspects.length > 0 && suspects.length <= maxRepeated;
  if (!isAll || !isByChance || run.report.unhandled.length > 0) return run;
  const names = suspects.map(({ file }) => file);
  console.log(`run once more, one after the other: ${names.join(', ')}`);
  const again = runVitest(['--maxWorkers=1', ...names]);
  if (again.isGreen) for (const suspect of suspects) console.log(describe(suspect));
  const others = run.report.files.filter(({ file }) => !names.includes(file));
  return { ...again, report: { ...again.report, files: [...others, ...again.report.files] } };
}

function describe({ file, failures }: FileReport): string {
  return `unsteady, passed at the second attempt: ${file}: ${failures.join('; ')}`;
}

function runVitest(options: string[]): Run {
  const folder = temporaryFolder();
  const path = join(folder.path, 'report.json');
  const vitest = join(import.meta.dirname, '../node_modules/vitest/vitest.mjs');
  const reporters = ['--reporter=default', `--reporter=${join(import.meta.dirname, 'run-report.ts')}`];
  const { status } = spawnSync(process.execPath, [vitest, 'run', ...reporters, ...options], {
    stdio: 'inherit',
    env: {
      ...process.env,
      [reportVariable]: path,
      ...(isAll ? { [leftOutVariable]: onlyWhenNamed.join(' ') } : {}),
    },
  });
  const report: RunReport = JSON.parse(readFileSync(path, 'utf8'));
  folder.remove();
  return { report, isGreen: status === 0 };
}
