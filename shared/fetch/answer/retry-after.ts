const YEAR_MS = 365 * 24 * 3_600_000;
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

// The three date forms of RFC 9110 section 5.6.7. `Date.parse` would read the last one as local time.
const DATE_FORMS = [
  /^\w{3}, (?<day>\d{2}) (?<month>\w{3}) (?<year>\d{4}) (?<time>\d{2}:\d{2}:\d{2}) GMT$/i,
  /^\w{6,9}, (?<day>\d{2})-(?<month>\w{3})-(?<year>\d{2}) (?<time>\d{2}:\d{2}:\d{2}) GMT$/i,
  /^\w{3} (?<month>\w{3}) (?<day>[ \d]\d) (?<time>\d{2}:\d{2}:\d{2}) (?<year>\d{4})$/i,
];

/**
 * When a Retry-After header (RFC 9110 section 10.2.3: seconds or an HTTP date) allows the next request, in epoch
 * ms. `undefined` for anything else, and for a time in the past. At most one year ahead.
 */
export function parseRetryAfter(value: string | undefined, now: number): number | undefined {
  const text = value?.trim() ?? '';
  const at = /^\d+(\.\d+)?$/.test(text) ? now + Number(text) * 1_000 : parseHttpDate(text, now);
  const isLater = at !== undefined && at > now;
  return isLater ? Math.min(Math.ceil(at), now + YEAR_MS) : undefined;
}

function parseHttpDate(text: string, now: number): number | undefined {
  for (const form of DATE_FORMS) {
    const parts = form.exec(text)?.groups;
    if (parts === undefined) continue;
    const month = MONTHS.indexOf((parts['month'] ?? '').toLowerCase());
    const [hours = 0, minutes = 0, seconds = 0] = (parts['time'] ?? '').split(':').map(Number);
    const at = Date.UTC(
      fullYear(parts['year'] ?? '', now),
      month,
      Number(parts['day']),
      hours,
      minutes,
      seconds,
    );
    return month === -1 || Number.isNaN(at) ? undefined : at;
  }
  return undefined;
}

/** A year of two digits is the one with these digits that is at most 50 years ahead (RFC 9110 section 5.6.7). */
function fullYear(digits: string, now: number): number {
  if (digits.length === 4) return Number(digits);
  const thisYear = new Date(now).getUTCFullYear();
  const sameCentury = thisYear - (thisYear % 100) + Number(digits);
  return sameCentury > thisYear + 50 ? sameCentury - 100 : sameCentury;
}
