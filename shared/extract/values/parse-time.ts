import { foldWord } from './date-words.ts';
import { takeZone } from './time-zone.ts';

export interface Clock {
  hour: number;
  minute: number;
  second: number;
  ms: number;
  /** Minutes east of UTC; absent when the text names no zone. */
  zoneMinutes?: number;
}

type Periods = Map<string, 0 | 12>;

/** Words of European languages before a time; only after one of them is `14.30` a time rather than a date. */
const before =
  'um|gegen|at|à|vers|a las|a la|às|as|alle|alle ore|ore|om|klokken|kl|klo|pukul|jam|saat|la ora|ora|ob|godz|о|в|у|u|v|o|kell|plkst|val|lúc|στις';
/** Words after a time. `h` and the like need no minutes before them: `15h`. */
const after = "uhr|uur|hrs?|hs|h|o['’]?clock|год|часов|ч|hod";
/** Not inside of a longer number or word. */
const start = '(?<![\\d:.\\p{L}/-])';
const end = '(?![\\p{L}\\p{M}\\d])';

/** Formats of times, the least ambiguous first. Each has hour, minute, second, fraction and offset, if present. */
const forms: RegExp[] = [
  // 14:30, 14:30:15.123, T14:30, 14h30; with its offset.
  /(?:(?<=\d)t|(?<![\d:]))(?<hour>\d{1,2})(?::|\s?h\s?)(?<minute>\d{2})(?::(?<second>\d{2})(?:[.,](?<fraction>\d{1,9}))?)?(?![\d:])(?<offset>\s*[+-]\d{2}(?::?\d{2})?(?!\d))?/iu,
  // 14時30分, 14시 30분, 15点
  /(?<hour>\d{1,2})\s*[時时点點시](?:\s*(?<minute>\d{1,2})\s*[分분](?:\s*(?<second>\d{1,2})\s*[秒초])?)?/u,
  new RegExp(
    `(?<![\\p{L}\\p{M}])(?:${before})\\.?\\s*(?<hour>\\d{1,2})\\.(?<minute>\\d{2})(?:\\.(?<second>\\d{2}))?(?![\\d.]\\d|\\d)`,
    'iu',
  ),
  new RegExp(
    `(?<![\\d.:/-])(?<hour>\\d{1,2})\\.(?<minute>\\d{2})(?=\\s*(?:(?:${after})\\.?${end}|[ai]p\\.?${end}|[ap]\\.?\\s?m\\.?${end}))`,
    'iu',
  ),
  new RegExp(`${start}(?<hour>\\d{1,2})(?=\\s*(?:${after})\\.?${end})`, 'iu'),
  new RegExp(`${start}(?<hour>\\d{1,2})(?=\\s*[ap]\\.?\\s?m\\.?${end})`, 'iu'),
  // ISO 8601 allows the hour alone.
  /(?<=\d)T(?<hour>\d{2})(?=Z|[+-]\d{2}|$)(?<offset>[+-]\d{2}(?::?\d{2})?(?!\d))?/u,
];

/** Noon and midnight as words. */
const namedTimes: [words: RegExp, hour: 0 | 12][] = [
  [
    new RegExp(
      `(?<![\\p{L}\\p{M}])(?:midnight|mitternacht|minuit|medianoche|mezzanotte|middernacht|meia-noite|ponoć|midnatt|keskiyöllä|północ|полночь)${end}`,
      'iu',
    ),
    0,
  ],
  [
    new RegExp(
      `(?<![\\p{L}\\p{M}])(?:noon|midday|mittags?|midi|mediodía|mezzogiorno|meio-dia|podne|keskipäivällä|południe|полдень)${end}`,
      'iu',
    ),
    12,
  ],
];

/** East Asian day periods, which stand before the time. */
const periodsBefore: Record<string, 0 | 12> = {
  오전: 0,
  오후: 12,
  午前: 0,
  午後: 12,
  上午: 0,
  下午: 12,
  早上: 0,
  凌晨: 0,
  晚上: 12,
  晚: 12,
};

/** Takes the time of day, its day period and its zone out of the text of a date. */
export function takeTime(
  text: string,
  periods: Periods,
): { left: string; clock: Clock | 'invalid' | undefined } {
  const found = forms.map((form) => form.exec(text)).find((match) => match !== null);
  if (found === undefined) return takeNamedTime(text);
  const head = takePeriodBefore(text.slice(0, found.index), periods);
  const tail = takeAfter(text.slice(found.index + found[0].length), periods);
  const { hour, minute = '0', second = '0', fraction = '', offset } = found.groups ?? {};
  const zone = offset === undefined ? tail.zoneMinutes : takeZone(offset)?.zoneMinutes;
  const clock = {
    hour: inPeriod(Number(hour), head.hours ?? tail.period),
    minute: Number(minute),
    second: Number(second),
    ms: Number(fraction.slice(0, 3).padEnd(3, '0')),
    ...(zone === undefined ? {} : { zoneMinutes: zone }),
  };
  // RFC 2822 comments, such as the zone's name after its offset.
  const left = zone === undefined ? tail.left : tail.left.replace(/\s*\([^()]*\)\s*$/u, '');
  return { left: `${head.left} ${left}`, clock: isClock(clock) ? clock : 'invalid' };
}

function takeNamedTime(text: string): { left: string; clock: Clock | undefined } {
  for (const [words, hour] of namedTimes) {
    const match = words.exec(text);
    if (match === null) continue;
    const left = `${text.slice(0, match.index)} ${text.slice(match.index + match[0].length)}`;
    return { left, clock: { hour, minute: 0, second: 0, ms: 0 } };
  }
  return { left: text, clock: undefined };
}

/** `NaN` for hours that do not occur with day periods. */
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

const easternPeriod = new RegExp(`(${Object.keys(periodsBefore).join('|')})\\s*$`, 'u');
const hungarianPeriod = /(?<![\p{L}\p{M}])(d[eu])\.?\s*$/u;

/** Western day periods before a time are words of the date ("am 12. März"), except for Hungarian ones. */
function takePeriodBefore(text: string, periods: Periods): { left: string; hours: 0 | 12 | undefined } {
  const match = easternPeriod.exec(text) ?? hungarianPeriod.exec(text);
  const word = match?.[1] ?? '';
  const hours = periodsBefore[word] ?? periods.get(foldWord(word));
  if (match === null || hours === undefined) return { left: text, hours: undefined };
  return { left: text.slice(0, match.index), hours };
}

interface After {
  left: string;
  period: 0 | 12 | undefined;
  zoneMinutes: number | undefined;
}

const clockWord = new RegExp(`^\\s*(?:${after})\\.?${end}`, 'iu');

/** What may follow a time: `Uhr`, `PM`, `UTC`, `GMT+2`, `-0500`. */
function takeAfter(text: string, periods: Periods): After {
  let left = text.replace(clockWord, '');
  const period = takePeriod(left, periods);
  if (period) left = period.left;
  const zone = takeZone(left);
  return { left: zone?.left ?? left, period: period?.hours, zoneMinutes: zone?.zoneMinutes };
}

function takePeriod(text: string, periods: Periods): { left: string; hours: 0 | 12 } | undefined {
  const match = /^\s*(\p{L}[\p{L}\p{M}.]*(?:\s?\p{L}\.)?)/u.exec(text);
  const word = match?.[1];
  if (match === null || word === undefined) return undefined;
  const hours = readPeriod(foldWord(word.replace(/\s/gu, '')), periods);
  return hours === undefined ? undefined : { left: text.slice(match[0].length), hours };
}

function readPeriod(word: string, periods: Periods): 0 | 12 | undefined {
  const known = periods.get(word);
  if (known !== undefined) return known;
  const isEnglish = word === 'am' || word === 'a.m' || word === 'pm' || word === 'p.m';
  return isEnglish ? (word.startsWith('a') ? 0 : 12) : undefined;
}
