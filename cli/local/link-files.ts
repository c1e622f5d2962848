import { copyFile, link, mkdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { keepsFiles } from '../../shared/job/downloads.ts';
import { jobOf } from '../../shared/job/job-of-run.ts';
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

/** Puts the files of a run that is over beside its items. Returns how many there are; what attempts have left of others goes. */
export async function linkBesideItems(project: Project, run: Run, folder: string): Promise<number> {
  const job = jobOf(run);
  const files = await linkFiles(project, run, join(folder, folderName));
  if (keepsFiles(job)) await rm(partsOfRun(storeOf(project, job), run.id), { recursive: true, force: true });
  return files;
}

/**
 * Puts the files of a run into a folder, each under its name: as a second name of the same bytes, which takes no room, or as a copy
 * where the file system has no such names. Returns how many there are.
 */
export async function linkFiles(project: Project, run: Run, folder: string): Promise<number> {
  const job = jobOf(run);
  if (!keepsFiles(job)) return 0;
  const store = storeOf(project, job);
  const names = new Set<string>();
  for await (const { pages } of project.store.outcomes.list(run.id)) {
    for (const { file } of pages) {
      if (file === undefined || names.has(file.name)) continue;
      if (names.size === 0) await mkdir(folder, { recursive: true });
      await linkOrCopy(storedFile(store, file.sha256), join(folder, file.name));
      names.add(file.name);
    }
  }
  return names.size;
}

function storeOf({ projectDir, settings }: Project, { name }: Job): string {
  return filesFolderOf(resolve(projectDir, settings.store), name);
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
