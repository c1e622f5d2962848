import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { findLastFetches } from '../../shared/engine/keep/last-fetches.ts';
import { HaltError } from '../../shared/errors.ts';
import { jobOf } from '../../shared/job/job-of-run.ts';
import type { LoadedJob } from '../../shared/job/load.ts';
import type { PagesFile, PagesOfRun } from '../../shared/job/pages-of-run.ts';
import type { Job, PageRule } from '../../shared/job/schema.ts';
import type { Settings } from '../../shared/job/settings-schema.ts';
import type { LocalStore } from '../../shared/local-run/local-store.ts';
import { readProgress } from '../../shared/local-run/run-local.ts';
import { isRunOver } from '../../shared/observe/run-view.ts';
import { resolveSecrets } from '../../shared/schema/secrets.ts';
import { needsOfJob } from '../../shared/sources/needs-of-job.ts';
import { findRunOrLast } from '../find-run.ts';
import type { Project } from '../project.ts';
import { usageError } from '../usage-error.ts';
import { keptFolder } from './join-pages.ts';

/** A run by its name, or the one that was started last. */
export interface RunChoice {
  run: string | undefined;
  last: boolean | undefined;
  /** It is a run of a stack, whose pages were brought here. `job`: the name of its job. */
  ofStack?: { job: string };
}

/**
 * The job of a run that takes its items from the pages that another run has kept: of the file, the only one, or the one with the
 * name of that run's. All that says how pages are asked for is out of it. Throws `HaltError` RUN_UNKNOWN, USAGE or KEPT_UNREADABLE.
 */
export async function jobOfExtraction(
  store: LocalStore,
  settings: Settings,
  choice: RunChoice,
  loaded: LoadedJob[],
): Promise<LoadedJob> {
  const { run, job } = await chosenRun(store.ledger, choice);
  const chosen = chooseJob(loaded, job);
  const folder = resolve(settings.outputDir, run);
  if (choice.ofStack === undefined) await putTogether(store, settings, run);
  const files = pagesFilesOf(folder, run);
  const before = choice.ofStack === undefined ? await pagesBefore(store, settings, run) : {};
  const extracts = { run, folder, files, ...before, answers: answersOf(chosen.job) };
  return { ...chosen, job: { ...asExtraction(chosen.job), extracts } };
}

/** What earlier runs of its job have of the pages that a run has used again (`recrawl`), where their files are still there. */
async function pagesBefore(
  { ledger, outcomes }: LocalStore,
  { outputDir }: Settings,
  id: string,
): Promise<Pick<PagesOfRun, 'earlier' | 'left'>> {
  const run = await ledger.readRun(id);
  const { name, recrawl } = (run?.job ?? {}) as Partial<Job>;
  if (run === undefined || recrawl === undefined) return {};
  const runs = (await ledger.listRuns())
    .filter(({ job, startedAt }) => isOfJob(job as Partial<Job>, name) && startedAt < run.startedAt)
    .map((one) => {
      const folder = resolve(outputDir, one.id);
      return { run: one.id, folder, files: readManifest(folder)?.kept ?? [] };
    });
  const ids = runs.map((one) => one.run);
  const { counts, left } = await findLastFetches(outcomes, id, ids);
  // One without files stays among them: what it has fetched is newer than what those before it have.
  const unread = runs.reduce((sum, { files }, at) => sum + (files.length === 0 ? (counts[at] ?? 0) : 0), 0);
  return { earlier: runs.filter((_, at) => (counts[at] ?? 0) > 0), left: left + unread };
}

function isOfJob(job: Partial<Job>, name: string | undefined): boolean {
  return job.name === name && job.extracts === undefined;
}

async function chosenRun(
  ledger: LocalStore['ledger'],
  { run: name, last, ofStack }: RunChoice,
): Promise<{ run: string; job: string }> {
  if (ofStack !== undefined && name !== undefined) return { run: name, ...ofStack };
  const run = await findRunOrLast(ledger, name, last);
  if (!isRunOver(run, await ledger.readCounts(run.id))) {
    throw usageError(
      `${run.id} is not over, so that its pages are not put together yet: npx spinneret resume ${run.id}`,
    );
  }
  return { run: run.id, job: jobOf(run).name };
}

/** A program's run (`scrape`) has no files, nor has one whose process was killed before it wrote them. */
async function putTogether(store: LocalStore, settings: Settings, run: string): Promise<void> {
  // Its caller closes the store.
  const own = { [Symbol.asyncDispose]: () => Promise.resolve() };
  const project: Project = { projectDir: process.cwd(), settings, store, ...own };
  if (!existsSync(keptFolder(project, run))) return;
  const [view] = await readProgress(store, [run]);
  if (view === undefined) return;
  const { writeRunFiles } = await import('./run-files.ts');
  await writeRunFiles(project, view);
}

function chooseJob(loaded: LoadedJob[], name: string): LoadedJob {
  const chosen = loaded.length === 1 ? loaded[0] : loaded.find((one) => one.job.name === name);
  if (chosen !== undefined) return chosen;
  throw usageError(`${loaded[0]?.file} has several jobs, and none is ${name}`);
}

function pagesFilesOf(folder: string, run: string): PagesFile[] {
  const { kept = [] } = readManifest(folder) ?? {};
  if (kept.length > 0) return kept;
  const why = `${join(folder, 'run.json')} names none, as where its job has no keep: warc`;
  throw new HaltError('KEPT_UNREADABLE', `${run} has no pages that were kept: ${why}`);
}

function readManifest(folder: string): { kept?: PagesFile[] } | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')) as { kept?: PagesFile[] };
  } catch {
    return undefined;
  }
}

function answersOf({ pages }: Job): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(pages).flatMap(([label, { render }]) =>
      render?.match === undefined ? [] : [[label, render.match]],
    ),
  );
}

/** Without what only matters where something is asked for, so that neither secrets nor a browser are needed. */
function asExtraction(job: Job): Job {
  const standIns = Object.fromEntries(needsOfJob(job).secrets.map((secret) => [secret, 'stand-in']));
  const plain = without(resolveSecrets(job, standIns), 'sessions', 'proxies', 'recrawl', 'keep');
  const rules = Object.entries(plain.pages).map(([label, rule]): [string, PageRule] => [
    label,
    { ...without(rule, 'render', 'session'), follow: [] },
  ]);
  return {
    ...plain,
    politeness: without(plain.politeness, 'sign'),
    fetch: without(plain.fetch, 'tls', 'cached'),
    pages: Object.fromEntries(rules),
  };
}

function without<Whole extends object, Key extends keyof Whole>(
  whole: Whole,
  ...keys: Key[]
): Omit<Whole, Key> {
  const rest = { ...whole };
  for (const key of keys) delete rest[key];
  return rest;
}
