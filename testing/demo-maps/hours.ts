import { type Weekday, weekdays } from '../../shared/places/place.ts';
import { utcOffsetMinutes } from './geography.ts';
import type { Random } from './random.ts';

/** Minutes after midnight; an end above 1,440 is on the next day. 0 to 1,440 is all day. */
export type Span = readonly [start: number, end: number];
/** Monday first; an empty day is closed. */
export type Week = readonly (readonly Span[])[];

const office = [[9 * 60, 17 * 60]] as const;
const siesta = [
  [8 * 60 + 30, 13 * 60],
  [16 * 60, 20 * 60],
] as const;
const morning = [[9 * 60, 12 * 60 + 30]] as const;
const evening = [[18 * 60, 23 * 60]] as const;
const late = [[18 * 60, 26 * 60]] as const;
const cafe = [[7 * 60, 20 * 60 + 30]] as const;
const allDay = [[0, 1440]] as const;
const noon = [[12 * 60, 24 * 60]] as const;

const weeks: readonly Week[] = [
  [office, office, office, office, office, [], []],
  [siesta, siesta, morning, siesta, siesta, morning, []],
  [[], evening, evening, evening, late, late, evening],
  [cafe, cafe, cafe, cafe, cafe, cafe, morning],
  [allDay, allDay, allDay, allDay, allDay, allDay, allDay],
  [noon, noon, noon, noon, noon, noon, []],
];

export function pickWeek(random: Random): Week {
  return random.pick(weeks);
}

/** One text a span, such as `9 AM–12:30 PM`; `Closed` or `Open 24 hours` where that is so. */
export const describeDay = memoize((day: readonly Span[]): string[] =>
  day.length === 0 ? ['Closed'] : day.map((span) => describeSpan(span, (minutes) => clock(minutes, ''))),
);

/** `Monday: 9:00 AM – 12:30 PM`, with the narrow and thin spaces that the API writes. */
export const describeWeek = memoize((week: Week): string[] =>
  week.map((day, index) => {
    const spans = day.map((span) => describeSpan(span, (minutes) => clock(minutes, ':00'), '\u2009–\u2009'));
    const text = day.length === 0 ? 'Closed' : spans.join(', ').replaceAll(' AM', '\u202fAM');
    return `${dayName(index)}: ${text.replaceAll(' PM', '\u202fPM')}`;
  }),
);

/** Memoized, since the city has few distinct weeks and every answer contains many. */
function memoize<K extends object, V>(compute: (key: K) => V): (key: K) => V {
  const answers = new WeakMap<K, V>();
  return (key) => {
    const known = answers.get(key) ?? compute(key);
    answers.set(key, known);
    return known;
  };
}

export function dayName(index: number): string {
  const day: Weekday = weekdays[index % 7] ?? 'monday';
  return day[0]?.toUpperCase() + day.slice(1);
}

/** Whether it is open so many minutes after the midnight that began the day; a span of the day before may last. */
export function isOpen(week: Week, dayIndex: number, minutes: number): boolean {
  const isWithin = (index: number, minute: number) =>
    (week[(index + 7) % 7] ?? []).some(([start, end]) => minute >= start && minute < end);
  return isWithin(dayIndex, minutes) || isWithin(dayIndex - 1, minutes + 1440);
}

/** In the city: Monday = 0, minutes after midnight. */
export function localTime(nowMs: number): { day: number; minutes: number } {
  const local = new Date(nowMs + utcOffsetMinutes * 60_000);
  return { day: (local.getUTCDay() + 6) % 7, minutes: local.getUTCHours() * 60 + local.getUTCMinutes() };
}

function describeSpan([start, end]: Span, say: (minutes: number) => string, dash = '–'): string {
  if (start === 0 && end === 1440) return 'Open 24 hours';
  const [from, to] = [say(start), say(end)];
  // Google names AM or PM once where both ends share it.
  return `${from.slice(-3) === to.slice(-3) ? from.slice(0, -3) : from}${dash}${to}`;
}

function clock(minutes: number, fullHour: string): string {
  const hour = Math.floor(minutes / 60) % 24;
  const minute = minutes % 60;
  const past = minute === 0 ? fullHour : `:${String(minute).padStart(2, '0')}`;
  return `${hour % 12 === 0 ? 12 : hour % 12}${past} ${hour < 12 ? 'AM' : 'PM'}`;
}
