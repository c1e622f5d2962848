import { type Place, type SpecialHours, type Weekday, weekdays } from '../../../places/place.ts';
import { readList, readNumber, readObject, readText } from './read-values.ts';

type Hours = NonNullable<Place['hours']>;

const dayMinutes = 24 * 60;
const weekMinutes = 7 * dayMinutes;
const wholeDay = 'Open 24 hours';

/**
 * The API's regular hours by weekday: 09:00–17:00, past midnight 18:00–02:00, `Open 24 hours`, `Closed`.
 * Computed from the periods, which are the same in every language. A place that is never open has none, and is
 * recognised by its English descriptions only. `undefined` where a period cannot be parsed.
 */
export function readHours(value: unknown): Hours | undefined {
  const { periods, weekdayDescriptions } = readObject(value);
  const openPeriods = readList(periods);
  return openPeriods.length > 0
    ? hoursOfPeriods(openPeriods)
    : hoursOfDescriptions(readList(weekdayDescriptions));
}

/**
 * The special days of the API's hours for the next seven days, each with its hours of that day: since there is one of each weekday, it is
 * known by it. A day whose hours cannot be read is left out.
 */
export function readSpecialHours(value: unknown): SpecialHours[] | undefined {
  const hours = readHours(value);
  const days = readList(readObject(value)['specialDays']).flatMap((entry) => {
    const { year, month, day } = readObject(readObject(entry)['date']);
    const [y = 0, m = 0, d = 0] = [readNumber(year), readNumber(month), readNumber(day)];
    const date = new Date(Date.UTC(y, m - 1, d));
    const isDate = y > 0 && date.getUTCMonth() === m - 1 && date.getUTCDate() === d;
    const ofDay = isDate ? hours?.[weekdays[(date.getUTCDay() + 6) % 7] ?? 'sunday'] : undefined;
    return ofDay === undefined ? [] : [{ date: date.toISOString().slice(0, 10), hours: ofDay }];
  });
  return days.length === 0 ? undefined : days;
}

function hoursOfPeriods(periods: unknown[]): Hours | undefined {
  const hours = Object.fromEntries(weekdays.map((day) => [day, [] as string[]])) as Record<Weekday, string[]>;
  for (const period of periods) {
    const { open, close } = readObject(period);
    const start = readMinute(open);
    // "Always open" is one period that opens and never closes (Places API, OpeningHours).
    const isEndless = periods.length === 1 && (close === undefined || close === null);
    const end = isEndless ? start : readMinute(close);
    if (start === undefined || end === undefined) return undefined;
    const length = (end - start + weekMinutes) % weekMinutes || weekMinutes;
    for (const { day, text } of spread(start, length)) hours[day].push(text);
  }
  for (const day of weekdays) if (hours[day].length === 0) hours[day].push('Closed');
  return hours;
}

/** Minutes since the start of the week, which is Sunday in the API. */
function readMinute(value: unknown): number | undefined {
  const { day, hour = 0, minute = 0 } = readObject(value);
  const parts = [readNumber(day), readNumber(hour), readNumber(minute)];
  const [days = -1, hours = -1, minutes = -1] = parts;
  const isTime = days >= 0 && days < 7 && hours >= 0 && hours <= 24 && minutes >= 0 && minutes < 60;
  return isTime ? days * dayMinutes + hours * 60 + minutes : undefined;
}

/** A night belongs to the day on which it begins; a period of more than a day is cut at midnights. */
function spread(start: number, length: number): { day: Weekday; text: string }[] {
  if (length < dayMinutes) return [{ day: dayOf(start), text: `${timeOf(start)}–${timeOf(start + length)}` }];
  const parts: { day: Weekday; text: string }[] = [];
  for (let at = start; at < start + length; at += dayMinutes - (at % dayMinutes)) {
    const isWhole = at % dayMinutes === 0 && start + length - at >= dayMinutes;
    const until = at - (at % dayMinutes) + dayMinutes;
    const end = until <= start + length ? '24:00' : timeOf(start + length);
    parts.push({ day: dayOf(at), text: isWhole ? wholeDay : `${timeOf(at)}–${end}` });
  }
  return parts;
}

function dayOf(minute: number): Weekday {
  return weekdays[(Math.floor(minute / dayMinutes) + 6) % 7] ?? 'sunday';
}

function timeOf(minute: number): string {
  const ofDay = minute % dayMinutes;
  return [Math.floor(ofDay / 60), ofDay % 60].map((part) => String(part).padStart(2, '0')).join(':');
}

/** The order of the descriptions depends on the language, so the day is read from its name. */
function hoursOfDescriptions(descriptions: unknown[]): Hours | undefined {
  const lines = descriptions.flatMap((line) => {
    const [, name = '', text = ''] = /^(\w+): (.+)$/s.exec(readText(line) ?? '') ?? [];
    const day = weekdays.find((weekday) => weekday === name.toLowerCase());
    return day === undefined ? [] : [[day, text.split(', ')] as const];
  });
  return lines.length === 0 ? undefined : Object.fromEntries(lines);
}
