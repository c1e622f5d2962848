import { isDeepStrictEqual } from 'node:util';
import { type ComparedItems, compareItems } from '../../changes/compare-items.ts';
import type { VisitSchedule } from '../../changes/visit-schedule.ts';
import { pageTextOf } from '../../extract/page-text.ts';
import type { Extraction } from '../../extract/types.ts';
import type { FetchResult } from '../../fetch/types.ts';
import type {
  ComparedItem,
  Item,
  Json,
  MissingPage,
  PageFact,
  PageRecord,
  PageRequest,
} from '../../model.ts';
import { kindOf } from '../../sources/sources.ts';
import { sumOf } from '../counts.ts';
import { digestOf, digestOfBytes, urlKeyOf } from '../ids.ts';
import type { Visit } from '../make-visit.ts';
import { type RunContext, secretTextsOf } from '../run-context.ts';
import { withoutKeyed } from './missing-pages.ts';
import type { RunRecrawl } from './run-recrawl.ts';
import { validatorsOf, variedNames } from './validators.ts';
import { classCount, historyOfRecord, newHistory } from './visit-plan.ts';

/** A page that was read, or used again. */
export interface ComparedPage {
  request: PageRequest;
  answer: FetchResult;
  extraction: Extraction;
  /** It was answered 304, and this is what was extracted before. */
  isReused: boolean;
  /** The page asks for nothing (`robotsMeta`) that would have to be read again. */
  isFree: boolean;
}

/** What the job knew of it, and the session in which it was asked for. */
export interface PageBefore {
  record: PageRecord | undefined;
  session: string | undefined;
  /** Of a run that has a budget for pages that the job knows. */
  schedule: VisitSchedule | undefined;
  /** The page was not asked for. */
  isNotDue: boolean;
}

type RecrawlContext = RunContext & { recrawl: RunRecrawl };

/** A page of more bytes of JSON is not kept: it is new each time, and counted. DynamoDB takes 400 KB, and not all can be compressed. */
export const maxRecordBytes = 380_000;

/** How often a record is written for new validators alone: a page that has new ones each time needs none. */
const maxRefreshes = 2;

/** The visit of a stored page with its marks, and with what the job is to keep of it from now on, where that is something else. */
export function comparePage(
  context: RecrawlContext,
  visit: Visit,
  page: ComparedPage,
  before: PageBefore,
): Visit {
  if (visit.fact.end !== 'stored') return visit;
  const compared = compareStored(context, visit, page, before);
  const { schedule, record } = before;
  if (schedule === undefined) return compared;
  const isKnown = record !== undefined && record.gone === undefined;
  const history = isKnown ? schedule.historyOf(record.seen) : newHistory(schedule);
  return { ...compared, linkCounts: sumOf(compared.linkCounts, classCount(schedule, history)) };
}

function compareStored(context: RecrawlContext, visit: Visit, page: ComparedPage, before: PageBefore): Visit {
  const { redaction } = context;
  const kept = visit.items.map(keptOf);
  // Compared as it is stored, without secrets.
  const items = redaction.redactValue(kept, secretTextsOf(context));
  const known = before.record?.gone === undefined ? before.record : undefined;
  if (page.isReused && known !== undefined) return reusedVisit(visit, known, items, page.answer, before);
  const record = recordOf(context, page, items, before);
  if (record === undefined) return { ...visit, linkCounts: { ...visit.linkCounts, 'change:tooLarge': 1 } };
  const seen = (isChanged: boolean) => seenOf(before, known, page, items, isChanged);
  if (known === undefined)
    return marked(visit, undefined, compareItems([], items), [{ ...record, ...seen(false) }]);
  const compared = compareItems(known.items, items);
  const isChanged = hasChanged(known, record, compared);
  const renewed = isChanged ? record : refreshed(known, record);
  const written = renewed === undefined ? undefined : { ...renewed, ...seen(isChanged) };
  const other = !isChanged && known.body !== record.body;
  const result = marked(visit, known, compared, written === undefined ? [] : [written], isChanged);
  return other ? { ...result, fact: { ...result.fact, hasOtherBody: true } } : result;
}

function seenOf(
  { schedule }: PageBefore,
  known: PageRecord | undefined,
  { extraction }: ComparedPage,
  { length }: ComparedItem[],
  isChanged: boolean,
): Pick<PageRecord, 'seen'> {
  if (schedule === undefined) return {};
  return { seen: historyOfRecord(schedule, known, { extraction, hasItems: length > 0, isChanged }) };
}

/** Its items have changed only where they have fields of the item that led to the page. */
function reusedVisit(
  visit: Visit,
  known: PageRecord,
  items: ComparedItem[],
  { startedAt }: FetchResult,
  { isNotDue }: PageBefore,
): Visit {
  const compared = compareItems(known.items, items);
  const result = marked(visit, known, compared, []);
  const fact: PageFact = isNotDue ? unaskedFact(result.fact) : { ...result.fact, isReused: true };
  if (fact.change === 'unchanged') return { ...result, fact };
  // What was not asked for has no answer of its own, and would replace nothing.
  const at = Math.max(Math.ceil(startedAt), known.at + 1);
  return { ...result, fact, records: [{ ...known, at, items }] };
}

/** No server has answered. */
function unaskedFact({ status: _, bytes: __, ms: ___, ...fact }: PageFact): PageFact {
  return { ...fact, isNotDue: true };
}

export function keptOf({ item, fields, key }: Item): ComparedItem {
  return key === undefined ? { item, fields } : { item, fields, key };
}

/** A page without items, now and before, is compared by its text and links; of one with items these alone count. */
function hasChanged(known: PageRecord, now: PageRecord, { changes, gone }: ComparedItems): boolean {
  if (changes.length === 0 && gone.length === 0) return known.text !== now.text;
  return gone.length > 0 || changes.some(({ is }) => is !== 'unchanged');
}

/** The record of an unchanged page, if its validators are others and are likely to hold. */
function refreshed(known: PageRecord, record: PageRecord): PageRecord | undefined {
  const { refreshed: times = 0 } = known;
  const isNews = record.validators !== undefined && !isDeepStrictEqual(known.validators, record.validators);
  const isOtherRule = known.rule !== record.rule;
  if (isOtherRule) return record;
  return isNews && times < maxRefreshes ? { ...record, refreshed: times + 1 } : undefined;
}

function marked(
  visit: Visit,
  known: PageRecord | undefined,
  { changes, gone }: ComparedItems,
  records: PageRecord[],
  isChanged = gone.length > 0 || changes.some(({ is }) => is !== 'unchanged'),
): Visit {
  const change = known === undefined ? 'new' : isChanged ? 'changed' : 'unchanged';
  const fact: PageFact = { ...visit.fact, change };
  const items = visit.items.map((item, index) => {
    const found = changes[index];
    return found === undefined ? item : { ...item, change: found };
  });
  const left = withoutKeyed(gone);
  const missing: MissingPage[] =
    known === undefined || left.length === 0
      ? []
      : [{ url: fact.url, label: fact.label, is: 'gone', why: 'notOnPage', items: left }];
  return { ...visit, fact, items, records, missing };
}

/** `undefined`: it is too large to be kept. */
function recordOf(
  context: RecrawlContext,
  page: ComparedPage,
  items: ComparedItem[],
  { session }: PageBefore,
): PageRecord | undefined {
  const { recrawl, normalise } = context;
  const { request, answer, extraction } = page;
  const rule = recrawl.ruleOf(request.label);
  const isPageless = items.length === 0;
  const record: PageRecord = {
    ...urlKeyOf(request, normalise),
    at: Math.ceil(answer.startedAt),
    url: request.url,
    label: request.label,
    ...(rule === undefined ? {} : { rule }),
    body: digestOfBytes(answer.body),
    ...(isPageless ? { text: textDigest(answer, extraction) } : {}),
    items,
    ...reusable(context, page, rule, session),
  };
  return Buffer.byteLength(JSON.stringify(record)) > maxRecordBytes ? undefined : record;
}

/** What lets the page be used again when it is answered 304; nothing, where it must be read in any case. */
function reusable(
  context: RecrawlContext,
  { request, answer, extraction, isFree }: ComparedPage,
  rule: string | undefined,
  session: string | undefined,
): Pick<PageRecord, 'validators' | 'varied' | 'extraction'> {
  const varied = variedNames(answer.headers);
  const isWhole = isFree && extraction.moreLinks === undefined;
  if (rule === undefined || varied === undefined || !isWhole) return {};
  const variant = context.recrawl.variantOf(request, varied, session);
  const needsTag = context.recrawl.budget === undefined;
  const validators = variant === undefined ? undefined : validatorsOf(answer, variant, needsTag);
  if (validators === undefined || !kindOf(request).isPlain(request)) return {};
  const plain = JSON.parse(JSON.stringify(extraction)) as Json;
  const shown = context.redaction.redactValue({ plain, url: request.url }, secretTextsOf(context));
  // Without its secrets a link leads elsewhere.
  if (!isDeepStrictEqual(shown, { plain, url: request.url })) return {};
  return { validators, ...(varied.length === 0 ? {} : { varied }), extraction: plain };
}

function textDigest({ body, headers }: FetchResult, { links }: Extraction): string {
  const text = pageTextOf({ body, contentType: headers['content-type'] ?? '' });
  return digestOf(JSON.stringify([text, links.map(({ url }) => url)]));
}
