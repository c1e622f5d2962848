import { type ExportRecord, listRecords } from '../shared/export/records.ts';
import { summarise } from '../shared/observe/summary.ts';
import { summaryLines } from '../shared/observe/summary-text.ts';
import { compact, type Output } from './output.ts';
import type { Project } from './project.ts';
import { exitCodes } from './report-error.ts';
import { type RunFile, writeRunFiles } from './run-files.ts';
import type { RunProgress } from './run-local.ts';
import { resumeHint, type Work } from './work-on-runs.ts';

const sampleItems = 3;

/** Writes the files of runs that are over, says what came of each, and returns the exit code. */
export async function conclude(project: Project, output: Output, work: Work): Promise<number> {
  const results: object[] = [];
  for (const view of work.views) {
    const files = view.isOver ? await writeRunFiles(project, view) : [];
    const items = await firstItems(project, view.run.id);
    const summary = summarise(view.run, view.counts, Date.now());
    results.push({ ...summary, files, firstItems: items });
    for (const line of summaryLines(summary, output.paint)) output.line(line);
    for (const line of view.isOver ? fileLines(output, files, items) : []) output.line(line);
    output.line();
  }
  const left = work.views.filter(({ isOver }) => !isOver).map(({ run }) => run.id);
  const isInterrupted = work.isInterrupted && left.length > 0;
  output.data({ type: 'result', isInterrupted, resume: left, runs: results });
  if (left.length > 0) output.line(resumeHint(left));
  else for (const line of nextLines(work.views)) output.line(line);
  return isInterrupted ? exitCodes.interrupted : exitCodes.done;
}

async function firstItems(project: Project, run: string): Promise<ExportRecord[]> {
  const items: ExportRecord[] = [];
  for await (const record of listRecords(project.store.outcomes, run, 'items')) {
    items.push(record);
    if (items.length === sampleItems) break;
  }
  return items;
}

function fileLines({ paint }: Output, files: RunFile[], items: ExportRecord[]): string[] {
  const width = (process.stdout.columns ?? 120) - 12;
  const names = files.map(({ path, records }) => `${paint('cyan', path)} (${records})`);
  return [
    ...names.map((name, index) => `${index === 0 ? '  files   ' : '          '}${name}`),
    ...items.map((item, index) => `${index === 0 ? '  such as ' : '          '}${compact(item, width)}`),
  ];
}

function nextLines(views: RunProgress[]): string[] {
  const [view] = views;
  if (view === undefined) return [];
  const { run, counts } = view;
  const lines = ['next:', `  npx spinneret export ${run.id} --format csv --output items.csv`];
  const needsLook = (counts['failed'] ?? 0) + (counts['incomplete'] ?? 0) > 0 || (counts['items'] ?? 0) === 0;
  if (needsLook)
    lines.push('  npx spinneret try URL --file FILE     # what the job takes from one page, and why not');
  lines.push(`  npx spinneret status ${run.id}`);
  return lines;
}
