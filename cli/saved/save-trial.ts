import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { RunContext } from '../../shared/engine/run-context.ts';
import type { FetchResult } from '../../shared/fetch/types.ts';
import { redactedText, type Trial } from '../try/page.ts';
import { usageError } from '../usage-error.ts';
import { expectedOf } from './expected-page.ts';
import { pagesFolderOf, writeSavedPage } from './saved-page.ts';

export interface SaveOptions {
  /** The name of the page; `true`: made of its URL. */
  save?: string | true;
  /** Replace a page of that name. */
  force?: true;
}

/**
 * Keeps the answer of a trial and what was taken from it beside the job file; returns the folder. Throws USAGE where there is
 * no answer, the name is taken, or the page shows a secret of the job.
 */
export async function saveTrial(
  context: RunContext,
  file: string,
  trial: Trial,
  answer: FetchResult | undefined,
  { save, force }: SaveOptions,
): Promise<string> {
  if (answer === undefined) throw usageError('nothing is saved: there was no answer');
  const name = typeof save === 'string' ? save : nameOf(trial.url);
  if (!/^[A-Za-z0-9][\w.-]{0,99}$/.test(name))
    throw usageError(`the name ${name} is no name of a folder; write letters, digits and -`);
  const folder = join(pagesFolderOf(file), name);
  if (existsSync(folder) && force !== true) {
    throw usageError(`${folder} is there already: --force replaces it, or name the page: --save NAME`);
  }
  const text = Buffer.from(answer.body).toString('latin1');
  const parts = [text, Buffer.from(answer.body).toString('utf8'), JSON.stringify(answer.headers)];
  if (parts.some((part) => redactedText(context, part) !== part)) {
    throw usageError('nothing is saved: the answer shows a secret of the job');
  }
  const { url, label } = trial;
  await writeSavedPage(folder, answer, { job: context.job.name, url, label }, expectedOf(trial));
  return folder;
}

/** `/catalogue/a-light_1/index.html` becomes `catalogue-a-light-1-index-html`; the page of a host alone its name. */
function nameOf(url: string): string {
  const { hostname, pathname, search } = new URL(url);
  const slug = (text: string) => text.replaceAll(/[^A-Za-z0-9]+/g, '-').replaceAll(/^-+|-+$/g, '');
  return (slug(pathname + search) || slug(hostname)).slice(0, 80).replace(/-+$/, '') || 'page';
}
