import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { misfitsOfOwn } from '../../shared/deployment/fit.ts';
import { SpinneretError } from '../../shared/errors.ts';
import { compileExtractor } from '../../shared/extract/extractor.ts';
import { type LoadedJob, loadJobs, loadSettings } from '../../shared/job/load.ts';
import { InvalidFileError, type Problem } from '../../shared/job/problems.ts';
import type { Job } from '../../shared/job/schema.ts';
import type { Settings } from '../../shared/job/settings-schema.ts';
import { parseS3Address } from '../../shared/schema/s3-address.ts';
import { findPlaceholders } from '../../shared/schema/secrets.ts';
import { aheadOf } from '../../shared/sources/ahead.ts';
import { localFiles } from '../../shared/sources/local-file.ts';
import { openSources, seedRequests } from '../../shared/sources/readers.ts';
import { sourceOf } from '../../shared/sources/sources.ts';
import { formatCount, formatNoun } from '../../shared/text/format.ts';
import { act, type CommonOptions, makeCommand } from '../command.ts';
import { exitCodes } from '../report-error.ts';
import { describeUnmatched, findUnmatchedSelectors } from '../try/unmatched-selectors.ts';
import { warningsOf } from '../validate/job-warnings.ts';
import { findSlowRegexes, type SlowRegex } from '../validate/validate-regexes.ts';

export const validateCommand = makeCommand({
  name: 'validate',
  description: 'Checks job files, selectors and handlers included, and names every mistake with its place.',
  examples: [['validate config/*.yaml', 'checks all job files in config']],
}).action(
  act<CommonOptions>(async (output, options, ...files) => {
    const results = await Promise.all(files.map((file) => check(file, options.settings)));
    output.data({ files: results });
    for (const { file, jobs, errors } of results) {
      if (jobs.length + errors.length === 0) output.line(`${output.paint('green', 'ok')} ${file}: settings`);
      for (const { name, summary, warnings } of jobs) {
        output.line(`${output.paint('green', 'ok')} ${file} ${name}: ${summary}`);
        for (const warning of warnings) output.line(`   ${output.paint('yellow', 'note')} ${warning}`);
      }
      for (const { code, message } of errors) output.line(`${output.paint('red', code)} ${message}`);
    }
    const isValid = results.every(({ errors }) => errors.length === 0);
    return isValid ? exitCodes.done : exitCodes.failed;
  }),
);

interface Checked {
  file: string;
  jobs: { name: string; summary: string; missingEnv: string[]; warnings: string[] }[];
  errors: { code: string; message: string; remedy: string; problems?: Problem[] }[];
}

async function check(file: string, settings: string | undefined): Promise<Checked> {
  const result: Checked = { file, jobs: [], errors: [] };
  try {
    if (isSettings(file)) loadSettings(file);
    else {
      const aws = settingsForAws(settings ?? join(dirname(file), 'settings.yaml'));
      for (const loaded of await loadJobs(file)) await checkJob(loaded, aws, result);
    }
  } catch (error) {
    result.errors.push(toReport(error));
  }
  return result;
}

/** The settings file lies beside the jobs, so `config/*.yaml` matches it too. */
function isSettings(file: string): boolean {
  return /^settings\.ya?ml$/.test(basename(file)) && existsSync(file);
}

/** The AWS settings, if the file has any and can be read: otherwise the user does not mean AWS. */
function settingsForAws(file: string): Settings['aws'] | undefined {
  try {
    return /^aws:/m.test(readFileSync(file, 'utf8')) ? loadSettings(file).aws : undefined;
  } catch {
    // Their mistakes are reported with the file itself.
    return undefined;
  }
}

async function checkJob(
  { job, baseDir, file }: LoadedJob,
  aws: Settings['aws'] | undefined,
  result: Checked,
): Promise<void> {
  try {
    await (await compileExtractor(job, { baseDir })).close();
    const notes = await checkSources(job, baseDir);
    const names = new Set(findPlaceholders(job).map(({ name }) => name));
    const missingEnv = [...names].filter((name) => process.env[name] === undefined);
    const slow = (await findSlowRegexes(job)).map(describeSlowRegex);
    const unmatched = findUnmatchedSelectors(job).map(describeUnmatched);
    const misfits = aws === undefined ? [] : misfitsOfOwn(job, aws).map(describeMisfit);
    const warnings = [...warningsOf(job), ...notes, ...slow, ...unmatched, ...misfits];
    result.jobs.push({ name: job.name, summary: summaryOf(job, missingEnv), missingEnv, warnings });
  } catch (error) {
    const report = toReport(error);
    result.errors.push({ ...report, message: `${file} ${job.name}: ${report.message}` });
  }
}

function describeMisfit(misfit: string): string {
  return `enqueue will refuse it on AWS, by the settings beside it (JOB_UNFIT): ${misfit}`;
}

function describeSlowRegex({ path, source, growth, attack, isSafe }: SlowRegex): string {
  const time =
    growth === undefined
      ? `the time that ${source} takes on a text that it does not match may explode`
      : `the time that ${source} takes on a text that it does not match is ${growth}${attack === undefined ? '' : `, such as ${attack}`}`;
  const remedy = 'Write it without a repetition inside of a repetition, or anchor it';
  return isSafe
    ? `${path}: ${time}; so RE2 searches for it, slower, in linear time. ${remedy}, and it is quick.`
    : `${path}: ${time}, and RE2 cannot search for it; a page on which it takes longer than a second fails with REGEX_TIMEOUT. ${remedy}.`;
}

/**
 * Checks what sources need besides the job, such as files of areas; their first requests, and how lists begin that are files. Returns
 * what is to be said of these.
 */
async function checkSources(job: Job, baseDir: string): Promise<string[]> {
  const openFile = localFiles(baseDir);
  const notes: string[] = [];
  seedRequests(job, await openSources({ job, openFile }));
  for (const [index, source] of job.sources.entries()) {
    const { rules, settings } = sourceOf(source);
    const objects = rules.files(settings).filter((path) => parseS3Address(path) !== undefined);
    notes.push(...objects.map((address) => `${address} is not looked at: validate asks nobody`));
    const list = objects.length > 0 ? undefined : await aheadOf(source).list?.();
    await list?.(job, index, openFile)[Symbol.asyncIterator]().next();
    const noted = await aheadOf(source).notes?.();
    notes.push(...((await noted?.(settings, openFile)) ?? []));
  }
  return notes;
}

function toReport(error: unknown): Checked['errors'][number] {
  if (!(error instanceof SpinneretError)) throw error;
  const { code, message, remedy } = error;
  return {
    code,
    message,
    remedy,
    ...(error instanceof InvalidFileError ? { problems: error.problems } : {}),
  };
}

function summaryOf({ sources, pages, limits }: Job, missingEnv: string[]): string {
  const kinds = sources.map((source) => sourceOf(source).name);
  const labels = Object.keys(pages);
  const fields = Object.values(pages).reduce((sum, page) => sum + Object.keys(page.fields).length, 0);
  const parts = [
    `from ${kinds.join(', ')}`,
    ...sources.map(sourceOf).flatMap(({ rules, settings }) => rules.describe(settings) ?? []),
    ...(labels.length === 0 ? [] : [`${formatNoun(labels.length, 'page label')} (${labels.join(', ')})`]),
    ...(labels.length === 0
      ? []
      : [formatNoun(fields, 'field'), `at most ${formatNoun(limits.maxPages, 'page')}${ofEachHost(limits)}`]),
  ];
  if (missingEnv.length > 0) parts.push(`not set here: ${missingEnv.join(', ')}`);
  return parts.join('; ');
}

function ofEachHost({ maxPagesPerHost }: Job['limits']): string {
  return maxPagesPerHost === undefined ? '' : `, ${formatCount(maxPagesPerHost)} of each host`;
}
