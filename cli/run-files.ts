import { existsSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { ExportFormat } from '../shared/export/export-run.ts';
import { exportToFile, writeWhole } from '../shared/export/export-to-file.ts';
import type { ExportKind } from '../shared/export/records.ts';
import type { Job } from '../shared/job/schema.ts';
import { jobNameOf } from '../shared/observe/run-view.ts';
import type { Project } from './project.ts';
import type { RunProgress } from './run-local.ts';

/** A file that a run left. */
export interface RunFile {
  /** Relative to the project folder. */
  path: string;
  what: ExportKind;
  format: ExportFormat;
  records: number;
  bytes: number;
}

/**
 * Writes what a run leaves into `<outputDir>/<run id>`: its items in the job's formats, incomplete items
 * and failures where there are any, and at last `run.json`, which names the others.
 */
export async function writeRunFiles(project: Project, { run, counts }: RunProgress): Promise<RunFile[]> {
  const { outcomes } = project.store;
  const folder = folderOf(project, run.id);
  const files: RunFile[] = [];
  const write = async (what: ExportKind, format: ExportFormat) => {
    const file = join(folder, `${what}.${format}`);
    const written = await exportToFile({ outcomes, run: run.id, what, format, file });
    files.push({ path: relative(project.projectDir, file), what, format, ...written });
  };
  for (const format of (run.job as unknown as Job).output.formats) await write('items', format);
  if ((counts['incomplete'] ?? 0) > 0) await write('incomplete', 'jsonl');
  if ((counts['failed'] ?? 0) + (counts['source:failed'] ?? 0) > 0) await write('failures', 'jsonl');

  const manifest = {
    run: run.id,
    job: jobNameOf(run),
    state: run.state,
    startedAt: new Date(run.startedAt).toISOString(),
    ...(run.finishedAt === undefined ? {} : { finishedAt: new Date(run.finishedAt).toISOString() }),
    counts,
    files,
  };
  await writeWhole(join(folder, 'run.json'), (to) =>
    pipeline([`${JSON.stringify(manifest, null, 2)}\n`], to),
  );
  return files;
}

/** Whether the files that `run.json` names are all there. */
export function hasRunFiles(project: Project, run: string): boolean {
  const manifest = join(folderOf(project, run), 'run.json');
  if (!existsSync(manifest)) return false;
  const { files }: { files: RunFile[] } = JSON.parse(readFileSync(manifest, 'utf8'));
  return files.every(({ path }) => existsSync(resolve(project.projectDir, path)));
}

function folderOf({ projectDir, settings }: Project, run: string): string {
  return resolve(projectDir, settings.outputDir, run);
}
