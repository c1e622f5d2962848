import type { PageRecord } from '../../model.ts';
import { pageRequest } from '../../sources/page.ts';
import type { Engine } from '../engine.ts';
import { urlKeyOf } from '../ids.ts';
import type { RunContext } from '../run-context.ts';
import type { RunRecrawl } from './run-recrawl.ts';

/** What became of an item or page that the run does not have. */
export interface Ending {
  is: 'gone' | 'notSeen';
  /** As of `MissingPage`. */
  why: string;
}

/**
 * What became of items that the run does not have, though it has read or reused all pages, by the page that each was last on: that is
 * gone or no longer linked, or is there without the item; or leads elsewhere for now, so that the item may be back with it.
 */
export async function endingsOfItems(
  { ledger }: Engine,
  { id, normalise, recrawl }: RunContext & { recrawl: RunRecrawl },
  records: PageRecord[],
): Promise<Map<PageRecord, Ending>> {
  const items = records.filter(({ isItem }) => isItem === true);
  if (items.length === 0) return new Map();
  const keys = items.map(({ url, label }) => urlKeyOf(pageRequest({ url, label }), normalise));
  const [owners, pages] = await Promise.all([
    ledger.readOwners(id, keys),
    ledger.readPages(
      recrawl.job,
      keys.map(({ key }) => key),
    ),
  ]);
  return new Map(items.map((item, index) => [item, endingOf(id, pages[index], owners[index] !== undefined)]));
}

/** `page`: none of a form or an answer that is too large, of which the job knows nothing. */
function endingOf(run: string, page: PageRecord | undefined, isMet: boolean): Ending {
  if (page === undefined) return { is: 'gone', why: 'notOnPage' };
  if (page.gone !== undefined) return { is: 'gone', why: page.gone };
  if (!isMet) return { is: 'gone', why: 'notLinked' };
  if (page.missed?.run === run) return { is: 'notSeen', why: page.missed.why };
  return { is: 'gone', why: 'notOnPage' };
}
