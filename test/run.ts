/**
 * Runs every test and ends with the plain line that CI reads, counted from the runner's own report.
 * Arguments go to vitest: `npm test -- test/engine`. What costs much and is proved elsewhere too is left to
 * `npm run test:aws`, and of long series a sample is run (`test/sample.ts`): both are named at the end.
 *
 * A few files that fail are run once more, one after the other: a test that fails only beside others, on a busy
 * machine, says nothing of the product. It counts as passed then, and is named with its error, for it has to be mended.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { type FileReport, leftOutVariable, type RunReport, reportVariable } from './run-report.ts';
import { isWhole } from './sample.ts';

/**
 * The contracts that two other emulators are held to as well; the deployment from the package, and in trouble; what needs AWS's
 * runtime client, which is compiled first: the functions under it, by the rules of AWS, with secrets, in one session; and of the
 * commands on AWS those whose stores are tested by themselves, since each call is a process that loads AWS's clients.
 */
const onlyWhenNamed = [
  'test/stores/aws/moto.test.ts',
  'test/aws/package.test.ts',
  'test/aws/troubled-deploy.test.ts',
  'test/aws/runtime.test.ts',
  'test/aws/browser.test.ts',
  'test/aws/browser-deploy.test.ts',
  'test/aws/rules/rules.test.ts',
  'test/aws/secrets.test.ts',
  'test/aws/sessions.test.ts',
  'test/cli/aws/forget.test.ts',
  'test/cli/aws/lost-messages.test.ts',
  'test/cli/aws/versions.test.ts',
];

/** The one that the command of a clone uses, too (`cli/spinneret.js`). */
const compileCache = join(import.meta.dirname, '../node_modules/.cache/spinneret');

/** More files than this do not fail by chance. */
const maxRepeated = 3;

const args = process.argv.slice(2);
const isAll = args.every((argument) => argument.startsWith('-'));
const leftOut = isAll && !isWhole ? onlyWhenNamed : [];

const first = runVitest(args);
const { report, isGreen } = repeatIfUnsteady(first);
const sum = (count: (file: FileReport) => number) =>
  report.files.reduce((total, file) => total + count(file), 0);
const failed = sum(({ failures }) => failures.length);
for (const { file, samples } of report.files.filter((file) => file.samples.length > 0))
  console.log(`a sample: ${samples.join(', ')}; all: npm run test:whole -- ${file}`);
if (leftOut.length > 0) console.log(`left to npm run test:aws: ${leftOut.join(', ')}`);
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
      // Every process that a test starts, and each of the runner's own, would else compile what it loads anew.
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? compileCache,
      ...(leftOut.length > 0 ? { [leftOutVariable]: leftOut.join(' ') } : {}),
    },
  });
  const report: RunReport = JSON.parse(readFileSync(path, 'utf8'));
  folder.remove();
  return { report, isGreen: status === 0 };
}
