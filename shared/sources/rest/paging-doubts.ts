import { DropError } from '../../errors.ts';
import type { Job, RestSource } from '../../job/schema.ts';
import type { Json, PageRequest } from '../../model.ts';
import { isCounted, type ListEnd } from './next-page.ts';
import { isObject, reportedError } from './read-list.ts';
import type { RestStep } from './rest-step.ts';
import { hasBeenAt, printOfRequest, type RestTrail } from './rest-trail.ts';
import { isNeverSaid, morePathOf, type SaysMore } from './says-more.ts';
import { keysOf, saysError } from './stated-end.ts';

type Paging = NonNullable<RestSource['page']>;

/** So many pages in a row may hold what earlier ones did, though each names a next one, before that is a cycle. */
const maxRepeats = 2;

/** So many pages in a row may be empty, though each names a next one, as where a filter comes after the paging. */
const maxEmptyPages = 5;

/** Some APIs give their last page for every later one: that is its end. What comes round otherwise may hide the rest. */
export function stepOfRepeat(
  { param }: Extract<Paging, { by: 'number' | 'offset' }>,
  request: PageRequest,
  trail: RestTrail,
  print: string,
): RestStep {
  const isLastAgain = trail.seen.at(-1) === print;
  const which = isLastAgain ? 'the page before' : 'an earlier page';
  const repeats = `${request.url} holds the items of ${which}: the paging ends here`;
  if (isLastAgain && trail.pages > 1 && trail.more !== 'yes') return { next: [], repeats };
  const doubt = new DropError('REST_CYCLE', `${repeats}; does the API know the parameter ${param}?`);
  return { next: [], repeats, doubt };
}

/** Why the next page may not be the next, or the list ends although one is named; `undefined` where it is asked for. */
export function doubtOfNext(
  page: Paging,
  next: PageRequest,
  walked: RestTrail,
  isEmpty: boolean,
): DropError | ListEnd | undefined {
  const isBack = hasBeenAt(walked, printOfRequest(next));
  // An empty page that names itself, or one before, has nothing more to give.
  if (isBack && isEmpty && walked.more !== 'yes')
    return { end: 'the page is empty, and names one that was read before' };
  if (isBack)
    return new DropError('REST_CYCLE', `The next page named is one that was read before: ${next.url}`);
  if (walked.repeats >= maxRepeats && !isEmpty) {
    const message = `${maxRepeats} pages in a row held the items of earlier ones, though each named a next one: ${next.url}`;
    return new DropError('REST_CYCLE', message);
  }
  if (walked.empty < maxEmptyPages) return undefined;
  // What stands under a usual name may count what nobody may read; what the job names is meant.
  if (isCounted(page) && page.total === undefined && walked.more !== 'yes')
    return { end: `${maxEmptyPages} pages in a row were empty` };
  const message = `${maxEmptyPages} pages in a row were empty, though ${promiseOfMore(page, walked)}: ${next.url}`;
  return new DropError('REST_EMPTY', message);
}

function promiseOfMore(page: Paging, walked: RestTrail): string {
  if (!isCounted(page)) return 'each named a next one';
  if (walked.more === 'yes') return `${page.more} says that there is more`;
  return `${page.total} says that there are ${walked.total} items and ${walked.items} were read`;
}

/** The paging goes on: what is in doubt is whether it will end. */
export function doubtOfMore(
  page: Paging,
  says: SaysMore | undefined,
  trail: RestTrail,
  items: number,
): DropError | undefined {
  const path = morePathOf(page);
  if (path === undefined || !isNeverSaid(says, trail, items)) return undefined;
  return new DropError(
    'REST_INVALID',
    `page.more: nothing stands at "${path}", neither on the first page nor on the second`,
  );
}

/** GraphQL gives what it could get beside the errors of the rest, and nothing else at the top (specification, "Response Format"). */
function isOfGraphql(answer: Json): boolean {
  const keys = keysOf(answer);
  return keys.includes('data') && keys.every((key) => ['data', 'errors', 'extensions'].includes(key));
}

/** What may have been lost of the items of one page. */
export function doubtOfItems(
  job: Job,
  source: RestSource,
  answer: Json,
  items: Json[],
): DropError | undefined {
  if (items.length === 0 && saysError(answer)) {
    const keys = keysOf(answer).slice(0, 10).join(', ');
    return new DropError(
      'REST_INVALID',
      `The list is empty, and the answer reports an error; its keys are ${keys}`,
    );
  }
  const reported = isOfGraphql(answer) ? reportedError(answer) : undefined;
  if (reported !== undefined) {
    const message = `The answer has ${items.length} items, and reports an error: ${reported}`;
    return new DropError('REST_INVALID', message);
  }
  const { fields = {}, follow: links = [], handler } = job.pages[source.label] ?? {};
  if (Object.keys(fields).length > 0 || links.length > 0 || handler !== undefined) return undefined;
  const others = items.filter((item) => !isObject(item)).length;
  if (others === 0) return undefined;
  return new DropError(
    'REST_INVALID',
    `${others} of ${items.length} items are no objects and were left out: give "${source.label}" a field with path: ""`,
  );
}
