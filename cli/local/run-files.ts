import { existsSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { hasFailures, hasMissing } from '../../shared/engine/counts.ts';
import type { CoverageReport } from '../../shared/export/coverage-report.ts';
import { exportToFile, writeWhole } from '../../shared/export/export-to-file.ts';
import { joinFacts } from '../../shared/export/join-facts.ts';
import type { ExportKind } from '../../shared/export/records.ts';
import type { Remarks } from '../../shared/export/remarks.ts';
import type { ExportFormat } from '../../shared/job/export-formats.ts';
import { jobOf } from '../../shared/job/job-of-run.ts';
import type { PagesFile } from '../../shared/job/pages-of-run.ts';
import type { Run } from '../../shared/model.ts';
import { neverFoundOf } from '../../shared/observe/never-found.ts';
import { jobNameOf, type RunView } from '../../shared/observe/run-view.ts';
import { localFiles } from '../../shared/sources/local-file.ts';
import { searchesAreas } from '../../shared/sources/sources.ts';
import type { Project } from '../project.ts';
import { joinPages, removeParts } from './join-pages.ts';
import { linkBesideItems, pathOfFile } from './link-files.ts';

/** A file that a run wrote. */
export interface RunFile {
  /** Path relative to the project folder. */
  path: string;
  what: ExportKind;
  format: ExportFormat;
  records: number;
  bytes: number;
  /** The remarks of `ExportCounts`. */
  remarks?: Partial<Remarks>;
}

/** The files of a run, and how far its sources covered their areas. */
export interface RunFiles {
  files: RunFile[];
  /** Files that items name, in the folder `files` beside them. */
  downloads: number;
  reports: CoverageReport[];
  /** The pages that the run has kept. */
  kept: PagesFile[];
  /** Paths of the coverage reports, relative to the project folder. */
  reportFiles: string[];
}

/**
 * Writes the files of a run into `<outputDir>/<run id>`: its items in the job's formats, incomplete items,
 * misfits, failures and what is gone, if there are any, the coverage of a search of areas, and last `run.json`, which names the others.
 */
export async function writeRunFiles(project: Project, { run, counts }: RunView): Promise<RunFiles> {
  const { outcomes } = project.store;
  const folder = folderOf(project, run.id);
  const job = jobOf(run);
  const files: RunFile[] = [];
  const sortOf = (what: ExportKind) => (what === 'items' ? job.output.sort : undefined);
  const onlyOf = (what: ExportKind) => (what === 'items' ? job.output.only : undefined);
  const complete = await joinFacts(outcomes, run.id, job, pathOfFile);
  const downloads = await linkBesideItems(project, run, folder);
  const kept = await joinPages(project, run, folder);
  const write = async (what: ExportKind, format: ExportFormat) => {
    const file = join(folder, `${what}.${format}`);
    const wanted = { what, format, sort: sortOf(what), only: onlyOf(what) };
    const written = await exportToFile({ outcomes, run: run.id, ...wanted, file, complete });
    // The page of an item is gone, and the item is on another one.
    if (what === 'gone' && written.records === 0) return rm(file);
    files.push({ path: relative(project.projectDir, file), what, format, ...written });
  };
  for (const format of job.output.formats) await write('items', format);
  if ((counts['incomplete'] ?? 0) > 0) await write('incomplete', 'jsonl');
  if ((counts['misfits'] ?? 0) > 0) await write('misfits', 'jsonl');
  if (hasFailures(counts)) await write('failures', 'jsonl');
  if (hasMissing(counts)) await write('gone', 'jsonl');

  const { reports, names } = await writeCoverage(project, run, folder);

  const neverFound = run.state === 'finished' ? neverFoundOf(run, counts) : [];
  const manifest = {
    run: run.id,
    job: jobNameOf(run),
    state: run.state,
    startedAt: new Date(run.startedAt).toISOString(),
    ...(run.finishedAt === undefined ? {} : { finishedAt: new Date(run.finishedAt).toISOString() }),
    counts,
    ...(neverFound.length === 0 ? {} : { neverFound }),
    files,
    ...(downloads === 0 ? {} : { downloads }),
    ...(kept.length === 0 ? {} : { kept }),
    ...(names.length === 0 ? {} : { coverage: names }),
  };
  await writeWhole(join(folder, 'run.json'), (to) =>
    pipeline([`${JSON.stringify(manifest, null, 2)}\n`], to),
  );
  await removeParts(project, run);
  const reportFiles = names.map((name) => relative(project.projectDir, join(folder, name)));
  return { files, downloads, kept, reports, reportFiles };
}

async function writeCoverage(
  { store }: Project,
  run: Run,
  folder: string,
): Promise<{ reports: CoverageReport[]; names: string[] }> {
  const job = jobOf(run);
  if (!searchesAreas(job)) return { reports: [], names: [] };
  const { coverageFiles, noneIfGone, reportCoverage } = await import(
    '../../shared/export/coverage-report.ts'
  );
  const openFile = localFiles(run.baseDir);
  const reports = await reportCoverage(store.outcomes, run.id, job, openFile).catch(noneIfGone);
  const files = coverageFiles(reports);
  for (const { name, text } of files) await writeWhole(join(folder, name), (to) => pipeline([text], to));
  return { reports, names: files.map(({ name }) => name) };
}

/** Whether all files that `run.json` names exist. */
export function hasRunFiles(project: Project, run: string): boolean {
  const manifest = join(folderOf(project, run), 'run.json');
  if (!existsSync(manifest)) return false;
  const { files }: { files: RunFile[] } = JSON.parse(readFileSync(manifest, 'utf8'));
  return files.every(({ path }) => existsSync(resolve(project.projectDir, path)));
}

function folderOf({ projectDir, settings }: Project, run: string): string {
  return resolve(projectDir, settings.outputDir, run);
}
