import { resolve } from 'node:path';
import { InvalidArgumentError } from 'commander';
import { browserOf } from '../../shared/browser/process-browser.ts';
import { localEnvironment } from '../../shared/engine/job-environment.ts';
import type { RunContext } from '../../shared/engine/run-context.ts';
import type { FetchResult } from '../../shared/fetch/types.ts';
import { openAnswers } from '../../shared/local-run/open-answers.ts';
import type { Json, PageRequest } from '../../shared/model.ts';
import { aheadOf } from '../../shared/sources/ahead.ts';
import type { QueryTrial } from '../../shared/sources/ahead-parts.ts';
import { noticesOf } from '../../shared/sources/sources.ts';
import { chooseJob } from '../choose-job.ts';
import { act, type CommonOptions, httpUrl, makeCommand, wholeNumber } from '../command.ts';
import type { Output } from '../output.ts';
import { readSettings } from '../read-settings.ts';
import { exitCodes } from '../report-error.ts';
import type { LoginTrial } from '../try/login.ts';
import type { Trial } from '../try/page.ts';
import { requestFor } from '../try/request.ts';
import { itemLines, trialLines } from '../try/text.ts';
import { describeUnmatched, findUnmatchedSelectors } from '../try/unmatched-selectors.ts';
import { tryAsVisitor, type VisitorTrial, visitorLine } from '../try/visitor.ts';

/** A query may be any words. */
function isUrl(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:/i.test(text);
}

/** An argument has no name of its own in the message, as an option has. */
function pageUrl(given: string): string {
  if (given === '') {
    throw new InvalidArgumentError(
      'the URL of a page is missing: spinneret try https://example.com/ --file FILE; or --login for the login alone',
    );
  }
  try {
    return httpUrl(given);
  } catch {
    throw new InvalidArgumentError(
      `'${given}' is not the URL of a page: expected an absolute http or https URL, such as https://example.com/`,
    );
  }
}

async function showQuery(
  output: Output,
  context: RunContext,
  trial: QueryTrial,
  { limit }: TryOptions,
): Promise<number> {
  const { tryQuery } = await import('../try/query.ts');
  const { job } = context;
  for (const line of noticesOf({ sources: job.sources.slice(trial.index, trial.index + 1) }))
    output.note(line);
  const { figures, lines, isAnswered } = await tryQuery(context, trial, limit);
  output.data({ job: job.name, ...figures });
  const text = { paint: output.paint, limit, width: process.stdout.columns ?? 120, labels: [] };
  for (const line of lines(output.paint, (item) => itemLines(item, text))) output.line(line);
  return isAnswered ? exitCodes.done : exitCodes.failed;
}

async function showLogin(
  output: Output,
  context: RunContext,
  given: string,
  { page }: TryOptions,
): Promise<LoginTrial> {
  const { loginLines, tryLogin } = await import('../try/login.ts');
  const request = given === '' ? undefined : await requestFor(context, pageUrl(given), page);
  const trial = await tryLogin(context, request);
  const { sessions: _, ...shown } = trial;
  output.data({ job: context.job.name, login: shown });
  for (const line of loginLines(trial)) output.line(line);
  return trial;
}

/** The trial of the first source that is queried by words; `undefined` for a job without one. */
async function queryOf({ job, env }: RunContext, words: string): Promise<QueryTrial | undefined> {
  const load = job.sources.map((source) => aheadOf(source).query).find((query) => query !== undefined);
  return load === undefined ? undefined : (await load())(env.opened, words);
}

/** What a visitor gets in place of a page that came in a session. */
async function visitorOf(
  context: RunContext,
  request: PageRequest,
  { fact, hops }: Trial,
  login: LoginTrial | undefined,
): Promise<VisitorTrial | undefined> {
  const isPlain = request.kind === 'page' && hops.length === 0;
  if (login === undefined || !isPlain || fact.end !== 'stored') return undefined;
  return tryAsVisitor(context, request, login.sessions.of(request));
}

interface TryOptions extends CommonOptions {
  file?: string;
  job?: string;
  page?: string;
  login?: true;
  cached?: true;
  limit: number;
  save?: string | true;
  force?: true;
}

export const tryCommand = makeCommand({
  name: 'try',
  description:
    'Fetches one page as a run would, and shows its items, the links it would follow, and why not the others. Of a job that searches for places, asks one answer to a query. Stores nothing.',
  examples: [
    [
      'try https://books.example.com/b/1 --file books.yaml',
      'the item of this page, and what each selector finds',
    ],
    ['try https://books.example.com/x --page book', 'reads the page as a book, whatever its URL'],
    ['try --login --file wiki.yaml', 'each step of the login of the job, secrets hidden'],
    ['try https://books.example.com/b/1 --cached', 'while you write selectors: the page is fetched once'],
    ['try dentist --file dentists.yaml', 'the first places of the first area, with what that costs'],
  ],
})
  .option('--file <file>', 'job file (default: the only one in this folder or in config)')
  .option('--job <name>', 'the job of that name, when the file has several')
  .option('--page <label>', 'page label; without it the source or the URL decides')
  .option('--login', 'logs in first and shows each step; without a URL that alone')
  .option(
    '--cached',
    'reads pages that it has fetched so before, and keeps the others; forget --cached deletes them',
  )
  .option('--save [name]', 'keeps page and result beside the job file, for spinneret test')
  .option('--force', 'replaces a saved page of that name')
  .option('--limit <n>', 'items to show', wholeNumber(0), 3)
  .action(
    act<TryOptions>(async (output, options, given = '') => {
      if (isUrl(given)) pageUrl(given);
      // Loaded on demand: other commands need no HTTP client, which is slow to load.
      const { openRunContext } = await import('../../shared/engine/run-context.ts');
      const { tryPage } = await import('../try/page.ts');
      const { job, baseDir, file } = await chooseJob(options.file, options.job);
      const fetch = { ...job.fetch, ...(options.cached && { cached: true }) };
      const frozen = { ...job, fetch } as unknown as Json;
      const run = { id: 'try', job: frozen, baseDir, state: 'running' as const, startedAt: Date.now() };
      const settings = readSettings(options);
      await using browser = browserOf(settings.browser);
      const { makeRenderer } = browser;
      const environment = {
        ...(await localEnvironment(run)),
        makeRenderer,
        openAnswers: () => openAnswers(resolve(settings.store)),
        reportsAllLosses: true,
      };
      const context = await openRunContext(run, environment);
      try {
        const login = options.login ? await showLogin(output, context, given, options) : undefined;
        if (login !== undefined && (login.failure !== undefined || given === '')) {
          return login.failure === undefined ? exitCodes.done : exitCodes.failed;
        }
        if (login === undefined && job.sessions !== undefined && isUrl(given)) {
          output.note('the page is asked for without its session: --login logs in first');
        }
        const query = isUrl(given) ? undefined : await queryOf(context, given);
        if (query !== undefined) return await showQuery(output, context, query, options);
        const request = await requestFor(context, pageUrl(given), options.page);
        let answer: FetchResult | undefined;
        const trial = await tryPage(context, request, login?.sessions, (last) => {
          answer = last;
        });
        const visitor = await visitorOf(context, request, trial, login);
        const notes = findUnmatchedSelectors(job).map(describeUnmatched);
        const more = { ...(visitor && { visitor }), ...(notes.length === 0 ? {} : { notes }) };
        output.data({ job: job.name, file, ...trial, ...more });
        const width = process.stdout.columns ?? 120;
        const labels = Object.keys(job.pages);
        const text = { paint: output.paint, limit: options.limit, width, labels };
        for (const line of trialLines(trial, text)) output.line(line);
        if (visitor !== undefined) {
          const colour = visitor.endedBy === undefined ? 'yellow' : 'dim';
          output.line(output.paint(colour, visitorLine(visitor)));
        }
        for (const note of notes) output.line(`${output.paint('yellow', 'note')} ${note}`);
        if (options.save !== undefined) {
          const { saveTrial } = await import('../saved/save-trial.ts');
          output.line(`saved in ${await saveTrial(context, file, trial, answer, options)}`);
        }
        return trial.fact.end === 'stored' ? exitCodes.done : exitCodes.failed;
      } finally {
        await context.close();
      }
    }),
  );
