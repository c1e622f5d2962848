import { known } from '../../../places/known-fields.ts';
import { at, eachOf, listAt, textAt } from './at-path.ts';

/** One day of the week that the listing shows. */
export interface ListingHours {
  /** The weekday in the language asked for. */
  label?: string;
  /** 1 is Monday, 7 is Sunday. */
  dow: number;
  /** Year, month, day: holidays have hours of their own. */
  date?: number[];
  /** As text, such as 7 AM–8:30 PM or Closed. */
  ranges: string[];
  /** From and to, each as hour and minute; what is left out at the end is 0, so `[]` is midnight. */
  spans: [number[], number[]][];
}

/** From `203,0`, or from the older `34,1`. */
export function readHours(d: unknown): ListingHours[] | undefined {
  return eachOf(listAt(d, 203, 0), readDay) ?? eachOf(listAt(d, 34, 1), readOlderDay);
}

function readDay(day: unknown): ListingHours | undefined {
  const dow = at(day, 1);
  const ranges = eachOf(listAt(day, 3), (range) => textAt(range, 0));
  if (!isWeekday(dow) || ranges === undefined) return undefined;
  return known<ListingHours>({
    label: textAt(day, 0),
    dow,
    date: readNumbers(at(day, 2), 3),
    ranges,
    spans: eachOf(listAt(day, 3), (range) => readSpan(at(range, 1, 0), at(range, 1, 1))) ?? [],
  });
}

/** In the older form, the weekday follows from the date only, and a span is one list of four numbers. */
function readOlderDay(day: unknown): ListingHours | undefined {
  const [, year, month, date] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(textAt(day, 4) ?? '') ?? [];
  const ranges = eachOf(listAt(day, 1), (text) => textAt(text));
  const time = Date.UTC(Number(year), Number(month) - 1, Number(date));
  if (Number.isNaN(time) || ranges === undefined) return undefined;
  return known<ListingHours>({
    label: textAt(day, 0),
    dow: new Date(time).getUTCDay() || 7,
    date: [Number(year), Number(month), Number(date)],
    ranges,
    spans: eachOf(listAt(day, 6), readOlderSpan) ?? [],
  });
}

function readOlderSpan(span: unknown): [number[], number[]] | undefined {
  const four = listAt(span);
  return four.length === 4 ? readSpan(four.slice(0, 2), four.slice(2)) : undefined;
}

function readSpan(from: unknown, to: unknown): [number[], number[]] | undefined {
  const opens = readNumbers(from);
  const closes = readNumbers(to);
  return opens && closes ? [opens, closes] : undefined;
}

/** Hours and minutes leave zeros out: `[null, 30]` is half past midnight. */
function readNumbers(value: unknown, length?: number): number[] | undefined {
  if (!Array.isArray(value) || (length !== undefined && value.length !== length) || value.length > 3) {
    return undefined;
  }
  const numbers = value.map((number: unknown) => number ?? 0);
  return numbers.every((number) => Number.isSafeInteger(number)) ? numbers.map(Number) : undefined;
}

function isWeekday(dow: unknown): dow is number {
  return Number.isInteger(dow) && Number(dow) >= 1 && Number(dow) <= 7;
}
