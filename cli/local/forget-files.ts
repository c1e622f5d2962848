import { readdir, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { keepsFiles } from '../../shared/job/downloads.ts';
import { jobOf } from '../../shared/job/job-of-run.ts';
import { readProgress } from '../../shared/local-run/run-local.ts';
import type { RunView } from '../../shared/observe/run-view.ts';
import { filesFolderOf } from '../../shared/stores/local/stored-files.ts';
import type { ForgottenFiles } from '../forgotten-files.ts';
import type { Project } from '../project.ts';

/** Jobs among these runs whose fields name files: to be asked for before the runs are forgotten. */
export async function jobsWithFiles({ store }: Project, runs: string[]): Promise<string[]> {
  const records = await Promise.all(runs.map((run) => store.ledger.readRun(run)));
  const jobs = records.flatMap((run) => (run === undefined ? [] : [jobOf(run)]));
  return [...new Set(jobs.filter(keepsFiles).map(({ name }) => name))];
}

/**
 * Deletes the files of a job that none of its runs in the store names, by the facts of their requests: nothing is counted on
 * the way, so that nothing can be counted wrong.
 */
export async function forgetFiles(project: Project, job: string): Promise<ForgottenFiles> {
  const views = await runsOfJob(project, job);
  const going = views.find(({ isOver }) => !isOver);
  const none = { job, files: 0, freedBytes: 0, linkedBytes: 0 };
  if (going !== undefined) return { ...none, heldBy: going.run.id };
  const named = await namedFiles(project, views);
  const folder = filesFolderOf(resolve(project.projectDir, project.settings.store), job);
  const gone = { ...none };
  for (const file of await filesIn(join(folder, 'whole'))) {
    if (named.has(file.name)) continue;
    const { size, nlink } = await stat(file.path);
    await rm(file.path);
    gone.files += 1;
    gone[nlink > 1 ? 'linkedBytes' : 'freedBytes'] += size;
  }
  for (const { path } of await filesIn(join(folder, 'parts'))) gone.freedBytes += (await stat(path)).size;
  await rm(join(folder, 'parts'), { recursive: true, force: true });
  return gone;
}

async function runsOfJob({ store }: Project, job: string): Promise<RunView[]> {
  const runs = (await store.ledger.listRuns()).filter((run) => jobOf(run).name === job);
  return readProgress(
    store,
    runs.map(({ id }) => id),
  );
}

async function namedFiles({ store }: Project, views: RunView[]): Promise<Set<string>> {
  const named = new Set<string>();
  for (const { run } of views.filter((view) => keepsFiles(jobOf(view.run)))) {
    for await (const { pages } of store.outcomes.list(run.id)) {
      for (const { file } of pages) if (file !== undefined) named.add(file.sha256);
    }
  }
  return named;
}

async function filesIn(folder: string): Promise<{ name: string; path: string }[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile())
    .map(({ name, parentPath }) => ({ name, path: join(parentPath, name) }));
}
