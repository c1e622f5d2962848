import { foldWord } from './date-words.ts';

export interface Clock {
  hour: number;
  minute: number;
  second: number;
  ms: number;
  /** Minutes east of UTC; absent when the text names no zone. */
  zoneMinutes?: number;
}

/** The zones of RFC 2822 §4.3, in minutes; other abbreviations mean several zones each. */
const zones: Record<string, number> = {
  z: 0,
  ut: 0,
  utc: 0,
  gmt: 0,
  est: -300,
  edt: -240,
  cst: -360,
  cdt: -300,
  mst: -420,
  mdt: -360,
  pst: -480,
  pdt: -420,
};

const timePattern =
  /(?:(?<=\d)t|(?<![\d:]))(\d{1,2})(?::|\s?h\s?)(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(?![\d:])(\s*[+-]\d{2}(?::?\d{2})?(?!\d))?/iu;

/** Takes the time of day, its day period and its zone out of a date's text. */
export function takeTime(
  text: string,
  periods: Map<string, 0 | 12>,
): { rest: string; clock: Clock | 'invalid' | undefined } {
  const match = timePattern.exec(text);
  if (!match) return { rest: text, clock: undefined };
  const before = text.slice(0, match.index);
  const after = takeAfter(text.slice(match.index + match[0].length), periods);
  const [, hour, minute, second = '0', fraction = '', offset] = match;
  const zoneMinutes = offset === undefined ? after.zoneMinutes : readOffset(offset);
  const clock = {
    hour: inPeriod(Number(hour), after.period),
    minute: Number(minute),
    second: Number(second),
    ms: Number(fraction.slice(0, 3).padEnd(3, '0')),
    ...(zoneMinutes === undefined ? {} : { zoneMinutes }),
  };
  // RFC 2822 comments, such as the zone's name after its offset.
  const rest = zoneMinutes === undefined ? after.rest : after.rest.replace(/\s*\([^()]*\)\s*$/u, '');
  return { rest: `${before} ${rest}`, clock: isClock(clock) ? clock : 'invalid' };
}

/** `NaN` for hours that no clock with day periods shows. */
function inPeriod(hour: number, period: 0 | 12 | undefined): number {
  if (period === undefined) return hour;
  return hour >= 1 && hour <= 12 ? (hour % 12) + period : Number.NaN;
}

function isClock({ hour, minute, second, zoneMinutes }: Clock): boolean {
  return (
    hour <= 23 &&
    minute <= 59 &&
    second <= 59 &&
    !(Math.abs(zoneMinutes ?? 0) > 1_439) &&
    !Number.isNaN(zoneMinutes)
  );
}

interface After {
  rest: string;
  period: 0 | 12 | undefined;
  zoneMinutes: number | undefined;
}

/** What may follow a time: `PM`, `UTC`, `GMT+2`, `-0500`. */
function takeAfter(text: string, periods: Map<string, 0 | 12>): After {
  let rest = text;
  const period = takePeriod(rest, periods);
  if (period) rest = period.rest;
  const zone = /^\s*(z|utc?|gmt|[ecmp][sd]t)(?![\p{L}\p{M}])(\s?[+-]\d{1,2}(?::?\d{2})?(?!\d))?/iu.exec(rest);
  const offset = zone ? undefined : /^\s*([+-]\d{2}:?\d{2})(?!\d)/.exec(rest);
  if (zone) rest = rest.slice(zone[0].length);
  if (offset) rest = rest.slice(offset[0].length);
  const named = zone?.[1] === undefined ? undefined : (zones[zone[1].toLowerCase()] ?? Number.NaN);
  const shift = zone?.[2] ?? offset?.[1];
  const zoneMinutes = shift === undefined ? named : (named ?? 0) + readOffset(shift);
  return { rest, period: period?.hours, zoneMinutes };
}

function takePeriod(text: string, periods: Map<string, 0 | 12>): { rest: string; hours: 0 | 12 } | undefined {
  const match = /^\s*(\p{L}[\p{L}\p{M}.]*(?:\s?\p{L}\.)?)/u.exec(text);
  const word = match?.[1];
  if (match === null || word === undefined) return undefined;
  const hours = readPeriod(foldWord(word.replace(/\s/gu, '')), periods);
  return hours === undefined ? undefined : { rest: text.slice(match[0].length), hours };
}

function readPeriod(word: string, periods: Map<string, 0 | 12>): 0 | 12 | undefined {
  const known = periods.get(word);
  if (known !== undefined) return known;
  const isEnglish = word === 'am' || word === 'a.m' || word === 'pm' || word === 'p.m';
  return isEnglish ? (word.startsWith('a') ? 0 : 12) : undefined;
}

function readOffset(text: string): number {
  const match = /([+-])(\d{1,2}):?(\d{2})?/.exec(text);
  if (!match) return Number.NaN;
  const [, sign, hours, minutes = '0'] = match;
  const size = Number(minutes) > 59 ? Number.NaN : Number(hours) * 60 + Number(minutes);
  return sign === '-' ? -size : size;
}
