import { createReadStream, existsSync } from 'node:fs';
import { copyFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { PagesFile } from '../../shared/job/pages-of-run.ts';
import type { Run } from '../../shared/model.ts';
import { keptFolderOf, storedFile } from '../../shared/stores/local/stored-files.ts';
import { type BatchOfPages, joinKept, keepsPages, maxPagesFileBytes, readPagesFiles } from '../join-kept.ts';
import type { Project } from '../project.ts';

/**
 * Puts the pages of a run that is over together, in the order of its outcomes: what no outcome names is not of the run. Each file
 * is whole or not there, and for its owner alone. What was put together before stays, since the parts that it was made of are gone.
 */
export async function joinPages(
  project: Project,
  run: Run,
  folder: string,
  maxBytes = maxPagesFileBytes,
): Promise<PagesFile[]> {
  if (!keepsPages(run)) return [];
  const before = await readPagesFiles(folder);
  const kept = keptFolder(project, run.id);
  if (before !== undefined || !existsSync(kept)) return before ?? [];
  return joinKept(run.id, folder, partsOf(project, run.id, kept), maxBytes);
}

async function* partsOf({ store }: Project, run: string, folder: string): AsyncGenerator<BatchOfPages> {
  for await (const { kept } of store.outcomes.list(run)) {
    if (kept === undefined) continue;
    const file = storedFile(folder, kept.file);
    yield { kept, read: () => createReadStream(file, { highWaterMark: 1_048_576 }) };
  }
}

/** Copies the files that were put together beside the items of a run to another folder. */
export async function copyPages(project: Project, run: Run, folder: string): Promise<PagesFile[]> {
  const { projectDir, settings } = project;
  const from = resolve(projectDir, settings.outputDir, run.id);
  const files = await joinPages(project, run, from);
  for (const { name } of files) await copyFile(join(from, name), join(folder, name));
  return files;
}

/** Once the manifest names what was put together, the parts are no longer needed; nor is what no outcome named. */
export async function removeParts(project: Project, run: Run): Promise<void> {
  if (keepsPages(run)) await rm(keptFolder(project, run.id), { recursive: true, force: true });
}

export function keptFolder({ projectDir, settings }: Project, run: string): string {
  return keptFolderOf(resolve(projectDir, settings.store), run);
}
