/**
 * Is the text a currency, as written beside an amount: a symbol (`€`, `US$`), an ISO 4217 code in
 * capitals, or how the locale abbreviates one (`kr`, `zł`, `ج.م.`)?
 */
export function isCurrency(text: string, locale: string | undefined): boolean {
  if (/^[A-Za-z]{0,3}\p{Sc}$/u.test(text) || shorthands.has(text.toLowerCase())) return true;
  return isoCodes().has(text) || (locale !== undefined && symbolsOf(locale).has(text));
}

/** Abbreviations that pages use and that mean nothing else beside an amount. */
const shorthands = new Set(
  'kr kr. zł kč ft lei fr fr. sfr sfr. руб руб. р. грн грн. лв лв. rs rs. r rm rp tl din. eur euro 円 元 원 圓'.split(
    ' ',
  ),
);

let codes: Set<string> | undefined;

function isoCodes(): Set<string> {
  codes ??= new Set(Intl.supportedValuesOf('currency'));
  return codes;
}

const symbols = new Map<string, Set<string>>();

function symbolsOf(locale: string): Set<string> {
  const cached = symbols.get(locale);
  if (cached) return cached;
  const found = new Set<string>();
  for (const currency of isoCodes()) {
    for (const currencyDisplay of ['symbol', 'narrowSymbol'] as const) {
      const format = new Intl.NumberFormat(locale, { style: 'currency', currency, currencyDisplay });
      const symbol = format.formatToParts(1).find((part) => part.type === 'currency')?.value;
      // Bidirectional marks were taken out of the text as well.
      if (symbol !== undefined) found.add(symbol.replace(/[\u061c\u200e\u200f]/gu, '').replace(/\s+/gu, ' '));
    }
  }
  symbols.set(locale, found);
  return found;
}
