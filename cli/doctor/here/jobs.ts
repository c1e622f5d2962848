import { checkSandbox, findChromium } from '../../../shared/browser/find-chromium.ts';
import { compileExtractor } from '../../../shared/extract/extractor.ts';
import { findPlaceholders } from '../../../shared/schema/secrets.ts';
import { formatNoun } from '../../../shared/text/format.ts';
import { type Check, ok, unchecked, wrong } from '../check.ts';
import { settingsOf } from '../settings-of.ts';
import { readJobs } from './read-jobs.ts';

/** Whether the jobs of the named files, or of those in the settings, can be started. */
export const jobChecks: Check[] = [
  {
    id: 'jobs',
    title: 'jobs',
    group: 'jobs',
    async run(target) {
      const { jobs, errors } = await readJobs(target);
      const [first] = errors;
      const count = `${formatNoun(jobs.length, 'job')} in ${formatNoun(target.files.length, 'file')}`;
      if (first === undefined) return target.files.length === 0 ? unchecked(noFiles) : ok(count);
      const more = errors.length === 1 ? '' : `, and ${formatNoun(errors.length - 1, 'other file')}`;
      return wrong(
        `${first.message.split('\n')[0]}${more}`,
        `Correct it: npx spinneret validate ${target.files.join(' ')}`,
      );
    },
  },
  {
    id: 'handlers',
    title: 'handlers',
    group: 'jobs',
    mayHang: true,
    async run(target) {
      const { jobs } = await readJobs(target);
      const withHandlers = jobs.filter(({ job }) =>
        Object.values(job.pages).some(({ handler }) => handler !== undefined),
      );
      for (const { job, baseDir } of withHandlers) await (await compileExtractor(job, { baseDir })).close();
      return ok(
        withHandlers.length === 0
          ? 'no job has any'
          : `those of ${formatNoun(withHandlers.length, 'job')} load`,
      );
    },
  },
  {
    id: 'browser',
    title: 'browser',
    group: 'jobs',
    async run(target) {
      const { jobs } = await readJobs(target);
      const rendered = jobs.filter(({ job }) =>
        Object.values(job.pages).some(({ render }) => render !== undefined),
      );
      if (rendered.length === 0) return ok('no job reads pages in one');
      const { path, sandbox } = settingsOf(target).browser;
      const program = findChromium(path);
      checkSandbox(sandbox);
      return ok(program);
    },
  },
  {
    id: 'secrets',
    title: 'secrets',
    group: 'jobs',
    async run(target) {
      const { jobs } = await readJobs(target);
      const names = [...new Set(jobs.flatMap(({ job }) => findPlaceholders(job).map(({ name }) => name)))];
      const missing = names.filter((name) => (process.env[name] ?? '') === '');
      if (missing.length === 0) {
        return ok(names.length === 0 ? 'no job names any' : `${formatNoun(names.length, 'variable')} set`);
      }
      return wrong(
        `not set here: ${missing.join(', ')}`,
        `Set them before a run on this machine: export ${missing[0]}=… (on AWS: npx spinneret doctor --aws)`,
      );
    },
  },
];

const noFiles = 'no job file; write one with npx spinneret init, or name some: npx spinneret doctor FILE …';
