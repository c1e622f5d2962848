import { jobOf } from '../job/job-of-run.ts';
import type { Job } from '../job/schema.ts';
import type { Run } from '../model.ts';
import type { SourceSummary } from '../sources/reports.ts';
import { summariesOfSources } from '../sources/sources.ts';
import type { Summary } from './summary-of-run.ts';

/** Why a run is no usable result, or parts of its result are missing: the first that holds. */
export function noResultOf(run: Pick<Run, 'job'>, summary: Summary): string | undefined {
  return (
    nothingGained(jobOf(run), summary) ??
    sourceFellShort(summary) ??
    pagesUnknown(summary) ??
    listCutShort(summary)
  );
}

/**
 * Why a finished run is no usable result; `undefined` if it is one. A run without a single page, sitemap or place
 * to fetch is no failure.
 */
export function nothingGained(job: Job, summary: Summary): string | undefined {
  const { state, isOver, pages, items, incomplete, misfits, sourceFailures } = summary;
  if (state !== 'finished' || !isOver || items > 0) return undefined;
  if (pages.admitted === 0) {
    if (summariesOfSources.some(({ key }) => summary[key] !== undefined)) {
      return firstReason(summary, ({ nothingGained: why }) => why);
    }
    return sourceFailures.length === 0
      ? undefined
      : 'no page was found: the sources failed, for the reasons above';
  }
  if (pages.stored === 0) {
    return pages.cancelled === pages.admitted ? undefined : 'no page was read, for the reasons above';
  }
  if (!expectsItems(job)) return undefined;
  if (misfits > 0) return 'no item counts: each is incomplete, or not as its schema has it';
  return incomplete === 0
    ? 'nothing was extracted: not one of the pages that were read has an item'
    : 'no item is complete: each lacks a required field, or all of its fields';
}

/**
 * Why pages are missing from a run, in a number that is unknown; `undefined` if what lists them was read to its
 * end.
 */
export function pagesUnknown({
  isOver,
  sourceFailures,
}: Pick<Summary, 'isOver' | 'sourceFailures'>): string | undefined {
  if (!isOver) return undefined;
  const cut = sourceFailures.map(({ code }) => cutLists[code]).find((list) => list !== undefined);
  return cut && `not every page is known: ${cut} not read to its end, for the reasons above`;
}

/** What was not read to its end, by the code of the failure that says so. */
const cutLists: Partial<Record<string, string>> = {
  SITEMAP_INVALID: 'a sitemap was',
  KEPT_UNREADABLE: 'a file of kept pages was',
};

/** Doubts about the paging of an API. */
const doubts = new Set(['REST_INVALID', 'REST_CYCLE', 'REST_EMPTY']);

/**
 * That the list of an API was not read to its end, or may not have been, so that a run with items is incomplete;
 * `undefined` for a run without such a list.
 */
export function listCutShort(summary: Summary): string | undefined {
  const { state, isOver, listsCut, cutSources, sourceFailures } = summary;
  if (state !== 'finished' || !isOver) return undefined;
  if (listsCut > 0) {
    const which = cutSources.length === 0 ? 'an API' : cutSources.join(', ');
    return `${which} was not read to its end: a page of it was not read, for the reasons above`;
  }
  const isDoubtful = sourceFailures.some(({ code }) => doubts.has(code));
  return isDoubtful ? 'an API was perhaps not read to its end, for the reasons above' : undefined;
}

/** Why what a source gave is not what was asked of it, in a run with items or without; `undefined` if it is. */
function sourceFellShort(summary: Summary): string | undefined {
  if (summary.state !== 'finished' || !summary.isOver) return undefined;
  return firstReason(summary, ({ fellShort }) => fellShort);
}

/** Frozen jobs of an older version may lack `pages`. */
function expectsItems({ pages }: Partial<Pick<Job, 'pages'>>): boolean {
  return Object.values(pages ?? {}).some(
    ({ fields, rows, handler }) => (rows ?? handler) !== undefined || Object.keys(fields).length > 0,
  );
}

function firstReason(
  summary: Summary,
  reasonOf: (source: SourceSummary) => SourceSummary['nothingGained'],
): string | undefined {
  return summariesOfSources
    .map((source) => {
      const made = summary[source.key];
      return made === undefined ? undefined : reasonOf(source)(made);
    })
    .find((why) => why !== undefined);
}
