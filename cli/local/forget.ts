import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import type { LocalStore } from '../../shared/local-run/local-store.ts';
import { type Database, openDatabase } from '../../shared/stores/local/database.ts';
import { forgetRuns, readForgottenAt, shrinkStore } from '../../shared/stores/local/forget-runs.ts';
import { formatBytes, formatNoun } from '../../shared/text/format.ts';
import { forgottenFilesLine } from '../forgotten-files.ts';
import type { Output } from '../output.ts';
import type { Project } from '../project.ts';
import { forgetFiles, jobsWithFiles } from './forget-files.ts';
import { forgetPages, forgottenPagesLine } from './forget-pages.ts';

/**
 * Deletes runs from the store, the pages that they kept, and downloads that no other run names, and says how much room that made.
 * Exported files stay.
 */
export async function forget(
  project: Project,
  output: Output,
  runs: string[],
  isToShrink: boolean,
): Promise<void> {
  const jobs = await jobsWithFiles(project, runs);
  const bytesBefore = statSync(project.store.file).size;
  const freedBytes = await deleteRuns(project, runs, isToShrink);
  const downloads = await Promise.all(jobs.map((job) => forgetFiles(project, job)));
  const pages = await forgetPages(project, runs);
  const {
    projectDir,
    store: { file },
  } = project;
  const store = relative(projectDir, file);
  const fileBytes = statSync(file).size;
  const forgotten = runs.map((run) => ({ run, files: exportedFiles(project, run) }));
  const others = {
    ...(jobs.length === 0 ? {} : { downloads }),
    ...(pages.length === 0 ? {} : { pages }),
  };
  output.data({ forgotten, freedBytes, store, fileBytes, ...others });
  for (const { run, files } of forgotten) {
    output.line(`forgot ${run}${files.length === 0 ? '' : `; its files stay: ${files.join(', ')}`}`);
  }
  for (const gone of downloads) output.line(forgottenFilesLine(gone));
  for (const gone of pages) output.line(forgottenPagesLine(gone));
  const room = isToShrink
    ? `${store} was made smaller: ${formatBytes(bytesBefore)} before, ${formatBytes(fileBytes)} now`
    : `${formatBytes(freedBytes)} of ${store} are free for later runs; the file stays at ${formatBytes(fileBytes)} (--vacuum makes it smaller)`;
  output.line(`${formatNoun(runs.length, 'run')} forgotten; ${room}`);
}

/** Epoch ms, if a run of that name was forgotten. */
export function forgottenAt({ store }: Project, run: string): number | undefined {
  using opened = openOwn(store);
  return readForgottenAt(opened.database, run);
}

async function deleteRuns({ store }: Project, runs: string[], isToShrink: boolean): Promise<number> {
  using opened = openOwn(store);
  const freedBytes = await forgetRuns(opened.database, runs);
  if (isToShrink) shrinkStore(opened.database);
  return freedBytes;
}

/** A connection of its own: no port of the store deletes. */
function openOwn({ file }: LocalStore): Disposable & { database: Database } {
  const database = openDatabase(file);
  return { database, [Symbol.dispose]: () => database.close() };
}

/** What `run` and `resume` have written of it. */
function exportedFiles({ projectDir, settings }: Project, run: string): string[] {
  const folder = resolve(projectDir, settings.outputDir, run);
  if (!existsSync(folder)) return [];
  return readdirSync(folder).map((name) => relative(projectDir, join(folder, name)));
}
