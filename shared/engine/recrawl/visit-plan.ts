import { visitsBefore } from '../../changes/change-rate.ts';
import { scheduleVisits, type VisitSchedule } from '../../changes/visit-schedule.ts';
import type { Extraction } from '../../extract/types.ts';
import type { ChangeHistory, Counts, PageRecord } from '../../model.ts';

/** Where the plan of a job lies among the records of its pages: no key of a page, which is a digest. */
export const planKey = '#plan';

const classPrefix = 'class:';

/** What a run of these counts leaves to the next one. */
export function planRecord(before: PageRecord | undefined, counts: Counts, at: number): PageRecord {
  const of = (name: string) => counts[name] ?? 0;
  const asked = of('change:pages:changed') + of('change:pages:unchanged') - of('notDue');
  const classes = Object.entries(counts).flatMap(([name, pages]) =>
    name.startsWith(classPrefix) ? [[name.slice(classPrefix.length), pages] as const] : [],
  );
  const plan = {
    run: scheduleVisits(before?.plan, 1).run,
    classes: Object.fromEntries(classes),
    changedShare: asked === 0 ? 0 : of('change:pages:changed') / asked,
    countedShare: before?.plan?.changedShare ?? 0,
  };
  return { key: planKey, at, url: '', label: '', body: '', items: [], plan };
}

/** The count of a page by how often it changes. */
export function classCount(schedule: VisitSchedule, history: ChangeHistory): Counts {
  return { [`${classPrefix}${schedule.classOf(history)}`]: 1 };
}

/** A page of this run, of whose changes nothing was seen yet. */
export function newHistory({ run }: VisitSchedule): ChangeHistory {
  return { since: run, run, visits: 0, changes: 0, share: 1 };
}

/** What is known of the changes of a page whose record is written now. `known`: the record before. */
export function historyOfRecord(
  schedule: VisitSchedule,
  known: PageRecord | undefined,
  page: { extraction: Extraction; hasItems: boolean; isChanged: boolean },
): ChangeHistory {
  const leads = isLeading(known, page) ? { leads: true as const } : {};
  const history = known === undefined ? newHistory(schedule) : visited(schedule, known, page.isChanged);
  const written: ChangeHistory = { ...history, ...leads };
  return { ...written, share: Number(schedule.shareOf(written).toPrecision(3)) };
}

function visited(schedule: VisitSchedule, known: PageRecord, isChanged: boolean): ChangeHistory {
  const { leads: _, ...before } = schedule.historyOf(known.seen);
  return {
    ...before,
    run: schedule.run,
    visits: Number((visitsBefore(before, schedule.run) + 1).toFixed(1)),
    changes: before.changes + (isChanged ? 1 : 0),
  };
}

function isLeading(
  known: PageRecord | undefined,
  { extraction: { links }, hasItems }: { extraction: Extraction; hasItems: boolean },
): boolean {
  if (!hasItems) return links.length > 0;
  const before = known?.extraction as unknown as Extraction | undefined;
  if (before === undefined) return false;
  const had = new Set(before.links.map(({ url }) => url));
  return links.some(({ url }) => !had.has(url));
}
