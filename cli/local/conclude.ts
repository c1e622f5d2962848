import { dirname, join } from 'node:path';
import { isWanted } from '../../shared/export/record-source.ts';
import { type ExportRecord, listRecords } from '../../shared/export/records.ts';
import { remarkLines } from '../../shared/export/remarks.ts';
import { jobOf } from '../../shared/job/job-of-run.ts';
import type { Job } from '../../shared/job/schema.ts';
import type { Counts, Run } from '../../shared/model.ts';
import { isHeldUp, type RunView } from '../../shared/observe/run-view.ts';
import { summarise } from '../../shared/observe/summary.ts';
import { summaryLines } from '../../shared/observe/summary-text.ts';
import { readsPages } from '../../shared/sources/sources.ts';
import { formatCount, formatNoun } from '../../shared/text/format.ts';
import { billLines } from '../bill-lines.ts';
import { heldUpRunLines } from '../held-up-text.ts';
import { compact, type Output } from '../output.ts';
import type { Project } from '../project.ts';
import { exitCodes } from '../report-error.ts';
import { type RunFile, type RunFiles, writeRunFiles } from './run-files.ts';
import { resumeHint, type Work } from './work-on-runs.ts';

const sampleItems = 3;

/** For a run that is not over. */
const noFiles: RunFiles = { files: [], downloads: 0, kept: [], reports: [], reportFiles: [] };

/**
 * Writes the files of runs that are over, prints the result of each, and returns the exit code: `failed` also for
 * a run that ended without any result, or with an incomplete list.
 */
export async function conclude(project: Project, output: Output, work: Work): Promise<number> {
  const results: object[] = [];
  let isShort = false;
  for (const view of work.views) {
    const written = view.isOver ? await writeRunFiles(project, view) : noFiles;
    const { files, reports, reportFiles } = written;
    const kept = pathsOfKept(written);
    const items = await firstItems(project, view.run);
    const summary = summarise(view.run, view.counts, Date.now(), { isWorkedOn: false });
    const coverage = reportFiles.length === 0 ? {} : { coverage: reportFiles };
    const keptFiles = kept.length === 0 ? {} : { keptFiles: kept };
    results.push({ ...summary, files, ...keptFiles, ...coverage, firstItems: items });
    isShort ||= summary.noResult !== undefined;
    const heldUp = heldUpRunLines(summary, output.paint);
    const bill = await billLines(project.store.ledger, view.run, summary);
    const sections = [summaryLines(summary, output.paint), bill, coveredLines(reports), heldUp];
    for (const line of sections.flat()) output.line(line);
    for (const line of remarksOf(files)) output.line(`  note    ${line}`);
    for (const line of view.isOver ? fileLines(output, view, written, items) : []) output.line(line);
    output.line();
  }
  const left = work.views.filter(({ isOver }) => !isOver).map(({ run }) => run.id);
  // A pause from elsewhere counts as well: this command ends before its runs do.
  const isPaused = work.views.some(({ run }) => run.state === 'paused');
  const isInterrupted = (work.isInterrupted || isPaused) && left.length > 0;
  output.data({ type: 'result', isInterrupted, resume: left, runs: results });
  if (left.length > 0) output.line(resumeHint(left));
  else for (const line of nextLines(work.views)) output.line(line);
  if (isShort || work.views.some(({ run }) => isHeldUp(run))) return exitCodes.failed;
  return isInterrupted ? exitCodes.interrupted : exitCodes.done;
}

/** Relative to the project folder, beside the items. */
function pathsOfKept({ files, kept }: RunFiles): string[] {
  return kept.map(({ name }) => join(dirname(files[0]?.path ?? ''), name));
}

function coveredLines(reports: RunFiles['reports']): string[] {
  return reports.flatMap(({ index, source, lines }) =>
    lines(reports.length > 1 ? `by source ${index + 1}, ${source}` : undefined),
  );
}

/** What the reader of the files must know: each remark once, whatever the number of formats. */
function remarksOf(files: RunFile[]): string[] {
  return [...new Set(files.flatMap(({ remarks = {} }) => remarkLines(remarks)))];
}

/** Of those that the files have. */
async function firstItems(project: Project, run: Run): Promise<ExportRecord[]> {
  const items: ExportRecord[] = [];
  const { only } = jobOf(run).output;
  for await (const record of listRecords(project.store.outcomes, run.id, 'items')) {
    if (!isWanted(record, only)) continue;
    items.push(record);
    if (items.length === sampleItems) break;
  }
  return items;
}

/** The files of a run, and its first items. */
export function fileLines(
  { paint }: Pick<Output, 'paint'>,
  { counts }: Pick<RunView, 'counts'>,
  written: RunFiles,
  items: ExportRecord[],
): string[] {
  const { files, downloads, kept, reportFiles } = written;
  const paths = pathsOfKept(written);
  const width = (process.stdout.columns ?? 120) - 12;
  const names = [
    ...files.map(
      (file) =>
        `${paint('cyan', file.path)} (${linesOf(file, (counts['incomplete'] ?? 0) + (counts['misfits'] ?? 0))})`,
    ),
    ...(downloads === 0
      ? []
      : [`${paint('cyan', `${dirname(files[0]?.path ?? '')}/files/`)} (${formatNoun(downloads, 'file')})`]),
    ...kept.map(({ pages }, index) => `${paint('cyan', paths[index] ?? '')} (${formatNoun(pages, 'page')})`),
    ...reportFiles.map((path) => paint('cyan', path)),
  ];
  return [
    ...names.map((name, index) => `${index === 0 ? '  files   ' : '          '}${name}`),
    // A line is short, and an item is better recognised by its fields than by its page.
    ...items.map(
      ({ _url, _files, _capture, ...item }, index) =>
        `${index === 0 ? '  such as ' : '          '}${compact(item, width)}`,
    ),
  ];
}

/** An item that is kept apart has a line among the failures, although its page is stored. */
function linesOf({ what, records }: RunFile, keptApart: number): string {
  if (what !== 'failures' || keptApart === 0) return formatCount(records);
  return `${formatCount(records)}: ${formatCount(records - keptApart)} failed, ${formatNoun(keptApart, 'item')} kept apart`;
}

/** The commands that follow once all runs are over, by what the first of them came to. */
export function nextLines(views: RunView[]): string[] {
  const [view] = views;
  if (view === undefined) return [];
  const { run, counts } = view;
  const lines = ['next:', `  npx spinneret export ${run.id} --format csv --output items.csv`];
  const needsLook =
    (counts['failed'] ?? 0) + (counts['incomplete'] ?? 0) + (counts['misfits'] ?? 0) > 0 ||
    (counts['items'] ?? 0) === 0;
  if (needsLook) lines.push(`  npx spinneret try ${tryText(jobOf(run))}`);
  if (hasChanged(counts)) lines.push(`  npx spinneret diff ${run.id}`);
  lines.push(`  npx spinneret status ${run.id}`);
  return lines;
}

/** Of a job that knew its pages: is any changed, or gone? If all are new, there was no run before. */
function hasChanged(counts: Counts): boolean {
  return ['changed', 'gone', 'notSeen'].some((is) => (counts[`change:items:${is}`] ?? 0) > 0);
}

function tryText(job: Job): string {
  return !readsPages(job)
    ? 'QUERY --file FILE   # what one answer to a query gives, and why not more'
    : 'URL --file FILE     # what the job takes from one page, and why not';
}
