import { readdir, rm, stat } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { formatBytes } from '../../shared/text/format.ts';
import { isPagesFile } from '../join-kept.ts';
import type { Project } from '../project.ts';
import { keptFolder } from './join-pages.ts';

/** What became of the pages that a run had kept. */
export interface ForgottenPages {
  run: string;
  freedBytes: number;
}

/**
 * Deletes the pages that runs have kept, put together or not: unlike items, they may hold whatever a site shows. Of runs that kept
 * none, nothing is said.
 */
export async function forgetPages(project: Project, runs: string[]): Promise<ForgottenPages[]> {
  const forgotten: ForgottenPages[] = [];
  for (const run of runs) {
    const output = resolve(project.projectDir, project.settings.outputDir, run);
    const parts = keptFolder(project, run);
    const joined = (await filesIn(output)).filter((file) => isPagesFile(relative(output, file)));
    const files = [...joined, ...(await filesIn(parts))];
    const sizes = await Promise.all(files.map(async (file) => (await stat(file)).size));
    for (const file of joined) await rm(file);
    await rm(parts, { recursive: true, force: true });
    if (files.length > 0) forgotten.push({ run, freedBytes: sizes.reduce((sum, size) => sum + size, 0) });
  }
  return forgotten;
}

/** Without folders, whose sizes are of the file system's own making. */
async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
}

/** A line for people. */
export function forgottenPagesLine({ run, freedBytes }: ForgottenPages): string {
  return `the pages that ${run} had kept were deleted: ${formatBytes(freedBytes)} before, none now`;
}
