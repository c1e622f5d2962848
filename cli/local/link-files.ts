import { copyFile, link, mkdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { hasDownloads } from '../../shared/job/downloads.ts';
import type { Job } from '../../shared/job/schema.ts';
import type { FileFact, Run } from '../../shared/model.ts';
import { filesFolderOf, partsOfRun, storedFile } from '../../shared/stores/local/stored-files.ts';
import type { Project } from '../project.ts';

/** The folder of downloaded files, beside the items that name them. */
const folderName = 'files';

/** Where a file lies, as items say it: relative to the folder of their run. */
export function pathOfFile({ name }: Pick<FileFact, 'name'>): string {
  return `${folderName}/${name}`;
}

/**
 * Puts the files of a run beside its items, each under its name: as a second name of the same bytes, which takes no room, or as a copy
 * where the file system has no such names. Returns how many there are; what attempts have left of others goes.
 */
export async function linkFiles(project: Project, run: Run, folder: string): Promise<number> {
  const job = run.job as unknown as Job;
  if (!hasDownloads(job)) return 0;
  const store = filesFolderOf(resolve(project.projectDir, project.settings.store), job.name);
  const names = new Set<string>();
  for await (const { pages } of project.store.outcomes.list(run.id)) {
    for (const { file } of pages) {
      if (file === undefined || names.has(file.name)) continue;
      if (names.size === 0) await mkdir(join(folder, folderName), { recursive: true });
      await linkOrCopy(storedFile(store, file.sha256), join(folder, pathOfFile(file)));
      names.add(file.name);
    }
  }
  await rm(partsOfRun(store, run.id), { recursive: true, force: true });
  return names.size;
}

async function linkOrCopy(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // The hash in its name says that it is this file.
    if (code === 'EEXIST') return;
    if (code === 'ENOENT') throw error;
    await copyFile(from, to);
  }
}
