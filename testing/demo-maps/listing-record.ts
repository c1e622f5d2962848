import type { CityPlace } from './city-place.ts';
import { country } from './geography.ts';
import { dayName, describeDay, localTime, type Span, type Week } from './hours.ts';
import { fillDetails } from './listing-details.ts';
import { toArray } from './sparse.ts';

export interface RecordOptions {
  language: string;
  nowMs: number;
  websiteOf(place: CityPlace): string;
  /** Signed-out visitors get the hours of today alone, and of a search no number of reviews. */
  isSignedOut: boolean;
  /** Of a place's own answer; a row of a search has less. */
  hasDetails: boolean;
}

/** The array of a place as the public listing has it; the indexes are those that scrapers of it agree on. */
export function renderRecord(place: CityPlace, options: RecordOptions): unknown[] {
  const { lat, lng } = place.location;
  const { number, name, featureId, placeId, kgmid, categories, address, town, description } = place;
  const labels = categories.map(({ label, german }) => (options.language.startsWith('de') ? german : label));
  const parts = [place.neighbourhood ?? null, streetOf(place), streetOf(place), town];
  return toArray(
    {
      0: 'demoEventId',
      2: address.split(', '),
      4: renderRating(place, options),
      7: renderWebsite(place, options),
      9: [null, null, lat, lng],
      10: featureId,
      11: name,
      13: labels,
      18: `${name}, ${address}`,
      27: options.hasDetails ? linkOf(place) : null,
      30: country.timeZone,
      32: description === undefined || number % 2 === 1 ? null : [null, [null, description]],
      34: renderOldHours(place, options),
      39: address,
      42: linkOf(place),
      76: categories.map(({ type }) => [type]),
      78: placeId,
      82: parts,
      88: [closedBadge(place, options.language), `SearchResult.TYPE_${categories[0]?.type.toUpperCase()}`],
      89: kgmid,
      110: options.language,
      154: description === undefined || number % 2 === 0 ? null : [[description]],
      166: `${town}, ${country.name}`,
      178: renderPhone(place),
      183: [
        null,
        [...parts, place.postalCode, country.state, country.code],
        [null, [place.plusCode], [`${place.plusCode.slice(4)} ${town}, ${country.name}`], 2],
      ],
      203: renderHours(place, options),
      ...(options.hasDetails ? fillDetails(place) : {}),
      243: country.code,
    },
    244,
  );
}

export function streetOf({ houseNumber, street }: CityPlace): string {
  return `${houseNumber} ${street}`;
}

export function linkOf({ name, featureId, location: { lat, lng } }: CityPlace): string {
  const path = encodeURIComponent(name).replaceAll('%20', '+');
  return `https://www.google.com/maps/place/${path}/@${lat},${lng},17z/data=!4m2!3m1!1s${featureId}`;
}

function renderRating(
  { rating, reviews, priceLevel, placeId }: CityPlace,
  { isSignedOut, hasDetails }: RecordOptions,
) {
  const hasCount = hasDetails || !isSignedOut;
  if (rating === undefined && priceLevel === undefined) return null;
  const link = `https://search.google.com/local/reviews?placeid=${placeId}&authuser=0&hl=en`;
  return toArray({
    2: priceLevel === undefined ? null : '€'.repeat(priceLevel),
    3: rating === undefined ? null : [link, hasCount ? `${reviews} reviews` : null],
    7: rating,
    8: hasCount ? reviews : null,
  });
}

/** Every third address is wrapped in a redirect of Google's; some captures hold a literal \u003d for `=`. */
function renderWebsite(place: CityPlace, { websiteOf }: RecordOptions) {
  if (!place.hasWebsite) return null;
  const website = websiteOf(place);
  const wrapped = `/url?q=${encodeURIComponent(website)}&opi=79508299&sa=U&ved=0ahUKE`;
  const shown = place.number % 3 === 0 ? wrapped : website;
  return [shown.replaceAll('=', place.number % 3 === 1 ? '\\u003d' : '='), new URL(website).hostname];
}

function renderPhone({ phone }: CityPlace) {
  if (phone === undefined) return null;
  const { national, international } = phone;
  const digits = international.replaceAll(' ', '');
  const both = [
    [national, 1],
    [international, 2],
  ];
  return [[national, both, null, digits, null, [`tel:${digits}`]]];
}

/** The entry says other things of places that are open. Some have the words here, some a badge beside them. */
function closedBadge(place: CityPlace, language: string): string | null {
  if (place.status === 'open') return place.number % 6 === 0 ? 'Dogs allowed' : null;
  return place.number % 2 === 1 && place.week !== undefined ? 'CLOSED' : closedWords(place, language);
}

/** For good, and for a while, as the site's pages have it in these languages; every other one gets words that nobody knows. */
const wordsOfClosed: Record<string, [string, string]> = {
  en: ['Permanently closed', 'Temporarily closed'],
  de: ['Dauerhaft geschlossen', 'Vorübergehend geschlossen'],
  fr: ['Définitivement fermé', 'Temporairement fermé'],
  es: ['Cerrado permanentemente', 'Cerrado temporalmente'],
  ja: ['閉業', '臨時休業'],
};

function closedWords({ status }: CityPlace, language: string): string {
  const [forGood, forNow] = wordsOfClosed[language.split('-')[0] ?? ''] ?? ['Ei tiak', 'Ei tiak nau'];
  return status === 'closedPermanently' ? forGood : forNow;
}

interface Day {
  index: number;
  date: [number, number, number];
  spans: readonly Span[];
}

/** Seven days from today on, or today. */
function listDays(week: Week, { nowMs, isSignedOut }: RecordOptions): Day[] {
  const today = localTime(nowMs).day;
  return Array.from({ length: isSignedOut ? 1 : 7 }, (_, ahead) => {
    const date = new Date(nowMs + ahead * 86_400_000);
    const index = (today + ahead) % 7;
    return {
      index,
      date: [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()],
      spans: week[index] ?? [],
    };
  });
}

/** The newer form; some places have this one, some the older one, most have both. */
function renderHours(place: CityPlace, options: RecordOptions) {
  const { week, status, number } = place;
  if (week === undefined || number % 4 === 2) return null;
  const days = listDays(week, options).map(({ index, date, spans }) => {
    const texts = describeDay(spans);
    const ranges = texts.map((text, at) => {
      const span = spans[at];
      return span === undefined ? [text] : [text, span.map(hourAndMinute)];
    });
    return [dayName(index), index + 1, date, ranges, 0, spans.length === 0 ? 2 : 1];
  });
  const today = days[0] ?? null;
  const text = status === 'open' ? openText(week, options.nowMs) : closedWords(place, options.language);
  return [days, toArray({ 0: today, 4: [text] })];
}

function renderOldHours(place: CityPlace, options: RecordOptions) {
  const { week, status, number } = place;
  if (week === undefined || number % 4 === 0) return null;
  const days = listDays(week, options).map(({ index, date, spans }) => [
    dayName(index),
    describeDay(spans),
    null,
    null,
    date.map((part) => String(part).padStart(2, '0')).join('-'),
    spans.length === 0 ? 2 : 1,
  ]);
  const now = status === 'open' ? openText(week, options.nowMs) : closedWords(place, options.language);
  return [null, days, null, null, [days[0], 1, 1, 0, now]];
}

function openText(week: Week, nowMs: number): string {
  const { day, minutes } = localTime(nowMs);
  const spans = week[day] ?? [];
  const current = spans.find(([start, end]) => start <= minutes && minutes < end);
  return current === undefined ? 'Closed' : `Open ⋅ Closes ${describeDay([current])[0]?.split('–').at(-1)}`;
}

/** `[]` is midnight, `[9]` is 9:00. */
function hourAndMinute(minutes: number): number[] {
  const hour = Math.floor(minutes / 60) % 24;
  const minute = minutes % 60;
  if (minute > 0) return [hour, minute];
  return hour === 0 ? [] : [hour];
}
