/**
 * Units of measure as pages write them after a number. An abbreviation that may also scale the number (`k`, `M`,
 * `B`, `bn`) is not among them: `5M` read as 5 would be wrong by a factor of a million.
 */
const symbols = new Set(
  (
    'nm µm μm mm cm dm m km in ft yd mi nmi ″ ′ " mm² cm² m² km² in² ft² yd² mi² ha a mm³ cm³ m³ km³ in³ ft³ ml mL cl cL dl dL l L hl gal ' +
    'µg μg mg g kg t lb lbs oz st ct kt ms s sec secs min mins h hr hrs km/h kmh mph m/s kn ' +
    'kB KB MB GB TB PB KiB MiB GiB TiB kbit Mbit Gbit kbps Kbps Mbps Gbps Mb/s px pt em rem dpi ppi fps MP Mpx ' +
    'mW W kW MW GW kVA VA Wh kWh MWh mAh Ah mV V kV mA A Hz kHz MHz GHz THz N kN Nm Pa hPa kPa MPa bar mbar psi ' +
    'J kJ MJ cal kcal PS hp °C °F ºC ºF ° K dB dBA dB(A) dB(B) dB(C) lm lx cd rpm ppm mpg ' +
    'pc pcs pc. pcs. piece pieces ea each Stück stk stk. st. szt szt. ks kus шт шт. unit units 個 台 枚 本 件 坪 ㎡ 平方米 ㎏'
  )
    .split(' ')
    .concat([
      'dB (A)',
      'dB (B)',
      'dB (C)',
      'sq km',
      'sq m',
      'sq mi',
      'sq yd',
      'sq ft',
      'sq in',
      'cu m',
      'cu yd',
      'cu ft',
      'cu in',
    ]),
);

/** Units for which Intl has names, except those whose names are amounts themselves. */
const named = () => Intl.supportedValuesOf('unit').filter((unit) => unit !== 'percent');

/** `5 B`, `5 b` and `5 T` are amounts as often as they are bytes, bits and tonnes. */
const ambiguous = /^(?:[bBkKMT]|bn|mn|mio|mil)\.?$/u;

const byLocale = new Map<string, ReadonlySet<string>>();

/** Is the text a unit of measure: a symbol, or a name of the locale's (English without one), long or short? */
export function isUnitOfMeasure(text: string, locale: string | undefined): boolean {
  if (text === '' || ambiguous.test(text)) return false;
  return symbols.has(text) || namesOf(locale ?? 'en').has(text.toLowerCase());
}

function namesOf(locale: string): ReadonlySet<string> {
  const known = byLocale.get(locale);
  if (known !== undefined) return known;
  const names = new Set<string>();
  for (const unit of [...named(), 'kilometer-per-hour', 'meter-per-second', 'liter-per-kilometer']) {
    for (const unitDisplay of ['short', 'long'] as const) {
      const format = new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay });
      // Languages have forms of a unit's name for one, some and many.
      for (const amount of [1, 2, 5, 1.5]) {
        const parts = format.formatToParts(amount).filter(({ type }) => type === 'unit');
        const name = parts
          .map(({ value }) => value)
          .join(' ')
          .replace(/\s+/gu, ' ')
          .trim()
          .toLowerCase();
        if (name !== '' && !ambiguous.test(name)) names.add(name);
      }
    }
  }
  byLocale.set(locale, names);
  return names;
}
