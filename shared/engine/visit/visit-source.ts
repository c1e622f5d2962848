import type { FetchResult } from '../../fetch/types.ts';
import type { PageFact, PageRequest } from '../../model.ts';
import type { Expansion } from '../../sources/types.ts';
import { add, addAll } from '../counts.ts';
import { factOf, makeVisit, type Visit } from '../make-visit.ts';
import { selectSourceLinks } from './links.ts';
import type { VisitContext } from './visit-context.ts';
import { undecidedFact } from './visit-page.ts';

/** The visit of a source that led to pages and to further parts of itself. */
export function visitSource(
  context: VisitContext,
  request: PageRequest,
  expansion: Expansion,
  result?: FetchResult,
): Visit {
  const { requests, counts, undecided } = selectSourceLinks(context.run, expansion.links, request.source);
  const { regex = [] } = expansion;
  const otherFacts = expansion.invalid.map(
    ({ url, message, code = 'URL_INVALID' }): PageFact => ({
      ...factOf(request),
      url,
      end: 'failed',
      code,
      message,
    }),
  );
  for (const reason of ['pattern', 'modified'] as const) {
    add(counts, `refused:${reason}`, expansion.refused?.[reason] ?? 0);
  }
  add(counts, 'refused:regex', regex.length);
  otherFacts.push(
    ...[...undecided, ...regex.slice(0, maxReportedUrls)].map((url) => undecidedFact(request, url)),
  );
  for (const name of ['source:failed', 'source:failed:URL_INVALID'])
    add(counts, name, expansion.otherInvalid ?? 0);
  const facts = { end: 'stored' as const, links: requests.length, ...expansion.fact };
  addAll(counts, expansion.counts ?? {});
  // The source's next part goes first, to be read while the pages of this one keep the workers busy.
  return {
    ...makeVisit(request, facts, result),
    otherFacts,
    links: [...expansion.next, ...requests],
    linkCounts: counts,
  };
}

/** The number of a source's URLs that are reported if a regex takes too long on them. */
const maxReportedUrls = 10;
