import { mkdir, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { writeWhole } from '../../shared/export/export-to-file.ts';
import type { PagesFile } from '../../shared/job/pages-of-run.ts';
import type { Run } from '../../shared/model.ts';
import { formatBytes, formatNoun } from '../../shared/text/format.ts';
import type { BackendFor } from '../backend/with-backend.ts';
import { findRunOrLast } from '../find-run.ts';
import type { Output } from '../output.ts';
import { readVersion } from '../read-version.ts';
import { refuseExisting } from '../refuse-existing.ts';
import { exitCodes } from '../report-error.ts';
import { usageError } from '../usage-error.ts';
import { type ArchiveForm, archiveFormOf, isArchiveForm } from './archive-forms.ts';

interface ArchiveOptions {
  last?: boolean;
  format?: string;
  output: string;
  force?: boolean;
}

type Backend = BackendFor<'export'>;

/** Writes the pages that a run has kept, in one of the forms. Throws USAGE for a run that is not over. */
export async function exportArchive(
  backend: Backend,
  output: Output,
  { last, format, output: name, force }: ArchiveOptions,
  chosen: string | undefined,
): Promise<number> {
  const form = format ?? archiveFormOf(name);
  if (!isArchiveForm(form)) throw usageError(`--format ${form} is of no archive`);
  const isOneFile = form === 'wacz' || form === 'cdxj';
  if (isOneFile && force !== true) refuseExisting(name);
  const run = await findRunOrLast(backend.ledger, chosen, last);
  const [view] = await backend.readViews([run]);
  if (view?.isOver !== true)
    throw usageError(`${run.id} is not over, so that its pages are not put together yet`);
  const to = resolve(name);
  await mkdir(isOneFile ? dirname(to) : to, { recursive: true });
  if (form === 'warc') return bringWarc(backend, output, run, { to, name });
  // Beside what is made of them, since they may be large; what a call that was killed has left there goes.
  const beside = join(dirname(to), `.${basename(to)}.archive`);
  await rm(beside, { recursive: true, force: true });
  await mkdir(beside, { mode: 0o700 });
  try {
    const files = await backend.bringPages(run, beside);
    const written = await writeAs(form, { to, run, files: files.map((file) => join(beside, file.name)) });
    output.data({ run: run.id, what: 'archive', format: form, to, ...written });
    output.line(`${formatNoun(written.pages, 'page')}: ${name}`);
  } finally {
    await rm(beside, { recursive: true, force: true });
  }
  return exitCodes.done;
}

async function bringWarc(
  backend: Backend,
  output: Output,
  run: Run,
  { to, name }: { to: string; name: string },
): Promise<number> {
  const files = await backend.bringPages(run, to);
  output.data({ run: run.id, what: 'archive', folder: to, files });
  const sum = (of: (file: PagesFile) => number) => files.reduce((all, file) => all + of(file), 0);
  const pages = formatNoun(
    sum((file) => file.pages),
    'page',
  );
  const bytes = formatBytes(sum((file) => file.bytes));
  output.line(`${pages} in ${formatNoun(files.length, 'file')}, ${bytes}: ${name}`);
  return exitCodes.done;
}

async function writeAs(
  form: Exclude<ArchiveForm, 'warc'>,
  { to, run, files }: { to: string; run: Run; files: string[] },
): Promise<{ pages: number }> {
  switch (form) {
    case 'html': {
      const { writePages } = await import('./write-html.ts');
      return writePages(files, to);
    }
    case 'wacz': {
      const { writeWacz } = await import('./write-wacz.ts');
      return writeWacz(to, { files, title: run.id, software: `Spinneret ${readVersion()}` });
    }
    case 'cdxj': {
      const { indexArchive } = await import('./index-archive.ts');
      const { lines, pages } = await indexArchive(files);
      await writeWhole(to, (stream) => pipeline(lines, stream), 0o600);
      return { pages: pages.length };
    }
    default:
      return form satisfies never;
  }
}
