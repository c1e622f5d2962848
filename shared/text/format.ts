import { widthOf } from './text-width.ts';

// Numbers as people read them. Every function is pure; the decimal mark is a point.

/** `12,345`. */
export function formatCount(value: number): string {
  const whole = Math.round(value);
  // The first formatter of a process takes 20 ms to make, and most counts need none.
  return Math.abs(whole) < 1_000 ? String(whole) : whole.toLocaleString('en-US');
}

/** `1 page`, `12,345 pages`. */
export function formatNoun(value: number, noun: string, plural = `${noun}s`): string {
  return `${formatCount(value)} ${value === 1 ? noun : plural}`;
}

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** The two largest units: `850 ms`, `12 s`, `3 m 12 s`, `2 h 5 m`, `3 d 4 h`. */
export function formatDuration(ms: number): string {
  if (ms < second) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 10 * second) return `${(Math.floor(ms / 100) / 10).toFixed(1)} s`;
  if (ms < minute) return `${Math.floor(ms / second)} s`;
  if (ms < hour) return pair(ms, minute, 'm', second, 's');
  if (ms < day) return pair(ms, hour, 'h', minute, 'm');
  return pair(ms, day, 'd', hour, 'h');
}

function pair(ms: number, large: number, largeUnit: string, small: number, smallUnit: string): string {
  const rest = Math.floor((ms % large) / small);
  const first = `${formatCount(Math.floor(ms / large))} ${largeUnit}`;
  return rest === 0 ? first : `${first} ${rest} ${smallUnit}`;
}

const byteUnits = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

/** Decimal units: `999 B`, `1.5 kB`, `12 MB`. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (roundedToShow(value, unit) >= 1_000 && unit < byteUnits.length - 1) {
    value /= 1_000;
    unit += 1;
  }
  const shown = roundedToShow(value, unit);
  const text = unit > 0 && shown < 10 ? shown.toFixed(1) : formatCount(shown);
  return `${text} ${byteUnits[unit]}`;
}

/** Rounded before the unit is chosen, so that 999,999 bytes are 1.0 MB and not 1,000 kB. */
function roundedToShow(value: number, unit: number): number {
  const tenths = Math.round(value * 10) / 10;
  return unit > 0 && tenths < 10 ? tenths : Math.round(value);
}

/** The units of rates, with the seconds of each. */
const rateUnits = { s: 1, min: 60, h: 3_600 };

export type RateUnit = keyof typeof rateUnits;

/** Figures that a unit is kept for; outside of them they would read as nothing, or as far too much. */
const keptFigures = { min: 0.1, max: 1_000 };

/** The unit in which a rate reads best: the one `before` as long as it will do, so that lines can be compared. */
export function rateUnit(perSecond: number, before?: RateUnit): RateUnit {
  if (before !== undefined) {
    const figure = perSecond * rateUnits[before];
    if (perSecond <= 0 || (figure >= keptFigures.min && figure < keptFigures.max)) return before;
  }
  if (perSecond <= 0 || perSecond >= 1) return 's';
  return perSecond * rateUnits.min >= 1 ? 'min' : 'h';
}

/** `12 pages/s`; slower than one a second, `30 pages/min`; slower than one a minute, `2 pages/h`. */
export function formatRate(perSecond: number, noun: string, unit: RateUnit = rateUnit(perSecond)): string {
  const figure = short(Math.max(0, perSecond) * rateUnits[unit]);
  return `${figure} ${figure === '1' ? noun : `${noun}s`}/${unit}`;
}

function short(value: number): string {
  return value < 10 ? String(Number(value.toFixed(1))) : formatCount(value);
}

/** US dollars: `$12.50`, `$0.0123`; less than a cent, two digits: `$0.00012`. */
export function formatUsd(usd: number): string {
  const digits =
    usd === 0 || usd >= 1
      ? { minimumFractionDigits: 2, maximumFractionDigits: 2 }
      : usd >= 0.01
        ? { minimumFractionDigits: 2, maximumFractionDigits: 4 }
        : { maximumSignificantDigits: 2 };
  return `$${usd.toLocaleString('en-US', digits)}`;
}

/** Local time of day, `14:03:09`. */
export function formatTime(epochMs: number): string {
  const at = new Date(epochMs);
  return [at.getHours(), at.getMinutes(), at.getSeconds()]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
}

/** Local date and time, `2026-01-31 14:03:09`. */
export function formatDateTime(epochMs: number): string {
  const at = new Date(epochMs);
  const date = [at.getFullYear(), at.getMonth() + 1, at.getDate()]
    .map((part) => String(part).padStart(2, '0'))
    .join('-');
  return `${date} ${formatTime(epochMs)}`;
}

/** Columns padded to their widest cell, two spaces apart; columns of numbers to the right. */
export function formatTable(rows: string[][], rightAligned: number[] = []): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, widthOf(cell));
    });
  }
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        const padding = ' '.repeat(Math.max(0, width - widthOf(cell)));
        return rightAligned.includes(column) ? padding + cell : cell + padding;
      })
      .join('  ')
      .trimEnd(),
  );
}
