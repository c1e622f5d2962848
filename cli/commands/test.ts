import { type LoadedJob, loadJobs } from '../../shared/job/load.ts';
import type { Json } from '../../shared/model.ts';
import { formatNoun } from '../../shared/text/format.ts';
import { pickJobs } from '../choose-job.ts';
import { act, type CommonOptions, makeCommand } from '../command.ts';
import { compact, type Output } from '../output.ts';
import { exitCodes } from '../report-error.ts';
import { type Difference, differencesOf, expectedOf } from '../saved/expected-page.ts';
import {
  answerOf,
  pagesFolderOf,
  readSavedPages,
  type SavedPage,
  writeExpected,
} from '../saved/saved-page.ts';

interface TestOptions extends CommonOptions {
  job?: string;
  update?: true;
}

interface PageResult {
  file: string;
  name: string;
  job: string;
  url: string;
  state: 'same' | 'different' | 'updated';
  differences: Difference[];
}

export const testCommand = makeCommand({
  name: 'test',
  description:
    'Runs jobs against the pages that are saved beside them (try --save), and shows where they take something else than expected. Needs no network, no store and no secrets. Exit code 1 if a page differs, or none is saved.',
  examples: [
    [
      'try https://books.example.com/b/1 --file books.yaml --save',
      'saves the page, and what the job takes from it',
    ],
    ['test books.yaml', 'compares all pages in books.pages'],
    [
      'test books.yaml --update',
      'takes what it finds for what is expected: look at the changes in version control',
    ],
  ],
})
  .option('--job <name>', 'the job of that name alone, when a file has several')
  .option('--update', 'write what is found as what is expected')
  .action(
    act<TestOptions>(async (output, options, ...files) => {
      const results: PageResult[] = [];
      for (const file of files) {
        const jobs = pickJobs(await loadJobs(file), options.job);
        const names = jobs.map(({ job }) => job.name);
        const pages = readSavedPages(file).filter(
          ({ answer }) => options.job === undefined || names.includes(answer.job),
        );
        if (pages.length === 0)
          output.line(
            `${pagesFolderOf(file)} holds no saved page: save one with spinneret try URL --file ${file} --save`,
          );
        for (const loaded of jobs) results.push(...(await testJob(loaded, pages, options.update === true)));
        for (const page of pages.filter(({ answer }) => !names.includes(answer.job)))
          results.push(ofNoJob(file, page));
      }
      for (const result of results) report(output, result);
      const count = (state: PageResult['state']) => results.filter((result) => result.state === state).length;
      const [different, updated] = [count('different'), count('updated')];
      output.data({ pages: results, same: count('same'), different, updated });
      if (results.length > 0)
        output.line(
          `${formatNoun(results.length, 'page')}, ${different} different${updated === 0 ? '' : `, ${updated} updated`}`,
        );
      return different > 0 || results.length === 0 ? exitCodes.failed : exitCodes.done;
    }),
  );

async function testJob(loaded: LoadedJob, pages: SavedPage[], isUpdate: boolean): Promise<PageResult[]> {
  const own = pages.filter(({ answer }) => answer.job === loaded.job.name);
  if (own.length === 0) return [];
  // Loaded on demand: the HTTP client, which makes requests of a job, is slow to load.
  const { openOffline } = await import('../saved/open-offline.ts');
  const { requestFor } = await import('../try/request.ts');
  const { trySaved } = await import('../try/page.ts');
  const context = await openOffline(loaded);
  try {
    const results: PageResult[] = [];
    for (const page of own) {
      const { url, label } = page.answer;
      const request = await requestFor(
        context,
        url,
        label === '' || !Object.hasOwn(loaded.job.pages, label) ? undefined : label,
      );
      const found = expectedOf(await trySaved(context, request, answerOf(page)));
      const differences = differencesOf(page.expected as unknown as Json, found as unknown as Json);
      const isDifferent = differences.length > 0;
      if (isDifferent && isUpdate) await writeExpected(page.folder, found);
      const state = isDifferent ? (isUpdate ? 'updated' : 'different') : 'same';
      results.push({ file: loaded.file, name: page.name, job: loaded.job.name, url, state, differences });
    }
    return results;
  } finally {
    await context.close();
  }
}

/** A page that no job would test any more would look as if it passed. */
function ofNoJob(file: string, { name, answer: { job, url } }: SavedPage): PageResult {
  const differences = [{ path: 'job', expected: job }];
  return { file, name, job, url, state: 'different', differences };
}

const shownDifferences = 20;

function report({ line, paint }: Output, { name, url, state, differences }: PageResult): void {
  const mark = {
    same: paint('green', 'same'),
    different: paint('red', 'different'),
    updated: paint('yellow', 'updated'),
  };
  line(`${mark[state]} ${name}  ${url}`);
  const width = Math.max(40, (process.stdout.columns ?? 120) - 14);
  for (const difference of differences.slice(0, shownDifferences)) {
    line(`  ${difference.path === '' ? 'the page' : difference.path}`);
    line(`    ${paint('green', 'expected')}  ${shown(difference, 'expected', width)}`);
    line(`    ${paint('red', 'found')}     ${shown(difference, 'found', width)}`);
  }
  const left = differences.length - shownDifferences;
  if (left > 0) line(`  … and ${formatNoun(left, 'difference')} more; --json shows all`);
}

function shown(difference: Difference, side: 'expected' | 'found', width: number): string {
  const value = difference[side];
  return value === undefined ? 'nothing' : compact(value, width);
}
