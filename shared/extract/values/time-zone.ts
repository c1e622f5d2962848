/**
 * Abbreviations of time zones with one meaning, in minutes east of UTC: those of RFC 2822 §4.3, and those of the
 * tz database that no other zone shares. `IST`, `BST` and the like have several, so a time with one is not read.
 */
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
  akst: -540,
  akdt: -480,
  hst: -600,
  wet: 0,
  west: 60,
  cet: 60,
  cest: 120,
  mez: 60,
  mesz: 120,
  eet: 120,
  eest: 180,
  msk: 180,
  sast: 120,
  jst: 540,
  kst: 540,
  hkt: 480,
  sgt: 480,
  awst: 480,
  acst: 570,
  acdt: 630,
  aest: 600,
  aedt: 660,
  nzst: 720,
  nzdt: 780,
};

const named = new RegExp(
  `^\\s*\\(?(${Object.keys(zones)
    .sort((a, b) => b.length - a.length)
    .join('|')})\\)?(?![\\p{L}\\p{M}])(\\s?[+-]\\d{1,2}(?::?\\d{2})?(?!\\d))?`,
  'iu',
);

/** The zone at the beginning of a text: its offset (`NaN` for an impossible one), and the left of the text. */
export function takeZone(text: string): { zoneMinutes: number; left: string } | undefined {
  const zone = named.exec(text);
  if (zone !== null) {
    const [whole, name = '', shift] = zone;
    const offset = zones[name.toLowerCase()] ?? Number.NaN;
    return {
      zoneMinutes: shift === undefined ? offset : offset + readOffset(shift),
      left: text.slice(whole.length),
    };
  }
  const offset = /^\s*([+-]\d{2}(?::?\d{2})?)(?!\d)/.exec(text);
  if (offset === null) return undefined;
  return { zoneMinutes: readOffset(offset[1] ?? ''), left: text.slice(offset[0].length) };
}

function readOffset(text: string): number {
  const match = /([+-])(\d{1,2}):?(\d{2})?/.exec(text);
  if (!match) return Number.NaN;
  const [, sign, hours, minutes = '0'] = match;
  const size = Number(minutes) > 59 ? Number.NaN : Number(hours) * 60 + Number(minutes);
  return sign === '-' ? -size : size;
}
