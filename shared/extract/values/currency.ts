/** A currency beside an amount, as far as it determines how the amount is written. */
export interface CurrencyBeside {
  /** Its ISO 4217 code, where the text means one currency alone. */
  code?: string;
  /** Digits after the decimal mark in daily use; 2 where the text may mean several currencies (`$`, `kr`). */
  decimals: 0 | 2 | 3;
  /** In the currency's countries a comma is the decimal mark, so that a point groups thousands. */
  hasDecimalComma: boolean;
  /** Some of the currency's countries have a decimal comma, others a point, as with the euro. */
  hasBothMarks: boolean;
  /** The sign is that of the hundredth part of a unit: `99 ¢` is 0.99. */
  isHundredth?: true;
}

/**
 * The currency of a text beside an amount: a symbol (`€`, `US$`), an ISO 4217 code, the locale's abbreviation
 * (`kr`, `zł`, `ج.م.`), or its name; `undefined` when it is none.
 */
export function readCurrency(text: string, locale: string | undefined): CurrencyBeside | undefined {
  if (text.includes('¢')) return /^[A-Z]{0,2}¢$/u.test(text) ? cents : undefined;
  const code = currencyCodeOf(text);
  if (code !== undefined) return aboutCode(code);
  const isKnown =
    /^(?:[A-Za-z]{0,3}|[A-Z]{2} )\p{Sc}[A-Za-z]?$/u.test(text) ||
    shorthands.has(text.toLowerCase()) ||
    (locale !== undefined && symbolsOf(locale).has(text)) ||
    currencyNames().has(text.toLowerCase());
  return isKnown
    ? {
        decimals: 2,
        hasDecimalComma: commaShorthands.has(text.toLowerCase()),
        hasBothMarks: false,
      }
    : undefined;
}

/** The digits are those of whole cents, or of tenths of one. */
const cents: CurrencyBeside = {
  decimals: 2,
  hasDecimalComma: false,
  hasBothMarks: true,
  isHundredth: true,
};

/** Abbreviations and symbols that mean one currency, lower case. */
const codeBySign: Record<string, string> = {
  '€': 'EUR',
  '£': 'GBP',
  '₹': 'INR',
  us$: 'USD',
  au$: 'AUD',
  a$: 'AUD',
  ca$: 'CAD',
  cdn$: 'CAD',
  nz$: 'NZD',
  hk$: 'HKD',
  nt$: 'TWD',
  mx$: 'MXN',
  'cn¥': 'CNY',
  'jp¥': 'JPY',
  rp: 'IDR',
  'rp.': 'IDR',
  '₫': 'VND',
  đ: 'VND',
  ft: 'HUF',
  '₩': 'KRW',
  원: 'KRW',
  円: 'JPY',
  yen: 'JPY',
  '₲': 'PYG',
  clp$: 'CLP',
  cop$: 'COP',
  '₡': 'CRC',
  r$: 'BRL',
  '₺': 'TRY',
  tl: 'TRY',
  '₪': 'ILS',
  '฿': 'THB',
  '₱': 'PHP',
  '₦': 'NGN',
  '₵': 'GHS',
  'gh₵': 'GHS',
  '₸': 'KZT',
  '₾': 'GEL',
  '₼': 'AZN',
  '֏': 'AMD',
  '৳': 'BDT',
  '៛': 'KHR',
  '₭': 'LAK',
  '₮': 'MNT',
  '₽': 'RUB',
  руб: 'RUB',
  'руб.': 'RUB',
  рублей: 'RUB',
  рубля: 'RUB',
  'р.': 'RUB',
  р: 'RUB',
  '₴': 'UAH',
  грн: 'UAH',
  'грн.': 'UAH',
  zł: 'PLN',
  zl: 'PLN',
  kč: 'CZK',
  lei: 'RON',
  лв: 'BGN',
  'лв.': 'BGN',
  'din.': 'RSD',
  kd: 'KWD',
  bd: 'BHD',
  'د.إ': 'AED',
  'د.أ': 'JOD',
  'د.ا': 'JOD',
  'دينار أردني': 'JOD',
  'د.ت': 'TND',
  dt: 'TND',
  'د.ج': 'DZD',
  دج: 'DZD',
  'د.م': 'MAD',
  'ر.ع': 'OMR',
  'ر.ق': 'QAR',
  'ش.ج': 'ILS',
  'ש"ח': 'ILS',
  "ש'ח": 'ILS',
  'ש״ח': 'ILS',
  'ع.د': 'IQD',
  'ل.د': 'LYD',
  'ل.س': 'SYP',
  'ل.ل': 'LBP',
  'ج.س': 'SDG',
  'دينار كويتي': 'KWD',
  ლარი: 'GEL',
  'د.ك': 'KWD',
  'د.ب': 'BHD',
  تومان: 'IRR',
  ریال: 'IRR',
  fcfa: 'XOF',
  cfa: 'XOF',
};

/** Abbreviations of several countries, all with a decimal comma. */
const commaShorthands = new Set(['kr', 'kr.']);

/** Abbreviations that mean nothing else beside an amount. */
const shorthands = new Set(
  'dh dhs nis din дин дин. ден hrn yuan stg kr kr. fr fr. sfr sfr. rs rs. r rm eur 元 圓 ksh tsh ush nu. br ብር ናቕፋ රු ரூ 人民币 圆 جن s/ nfk fbu frw lek mk rf vt zk bs b/. s/. ld درهم ريال جنيه ج.م ر.س บาท u.s.'.split(
    ' ',
  ),
);

/** Codes that are also written in lower case, since they are no words beside a number. */
const smallCodes = new Set(
  'eur usd gbp pln chf czk sek nok dkk huf rub inr cny jpy cad aud nzd sgd hkd brl mxn zar krw thb idr myr vnd twd uah ils aed sar'.split(
    ' ',
  ),
);

/**
 * Currencies without minor units in use, whatever ISO 4217 says: CLDR's digits for cash, and prices as shops write
 * them.
 */
const wholeCodes = new Set(
  'AFN ALL AMD BIF CLP COP CRC DJF GNF HUF IDR IQD IRR ISK JPY KMF KPW KRW LAK LBP MGA MMK MNT PYG RSD RWF SOS SYP TZS UGX UZS VND VUV XAF XOF XPF YER'.split(
    ' ',
  ),
);

const thousandthCodes = new Set(['BHD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND']);

/** Currencies with a decimal comma in all their countries. The euro and the dollars have both marks. */
const commaCodes = new Set(
  'ALL AOA ARS BAM BGN BRL BYN CLP COP CRC CZK DKK GEL HUF IDR ISK KZT MAD MDL MKD MZN NOK PLN PYG RON RSD RUB SEK TND TRY UAH UYU UZS VES VND'.split(
    ' ',
  ),
);

/** The ISO 4217 code of a sign, code or abbreviation that means one currency alone. */
export function currencyCodeOf(text: string): string | undefined {
  const bare = text.replace(/^\.|\.$/gu, '');
  if (isoCodes().has(text)) return text;
  const small = text.toLowerCase();
  if (smallCodes.has(small) && /^[a-z]+$/u.test(text)) return small.toUpperCase();
  if (Object.hasOwn(codeBySign, small)) return codeBySign[small];
  if (/^[a-z ]{4,}$/u.test(small)) return currencyNames().get(small) ?? undefined;
  // Arabic abbreviations are written with and without a last point, and reversed with a first one.
  return /\p{Script=Arabic}/u.test(bare) && Object.hasOwn(codeBySign, bare) ? codeBySign[bare] : undefined;
}

/** Digits after the decimal mark in daily use. */
export function decimalsOf(code: string): CurrencyBeside['decimals'] {
  return wholeCodes.has(code) ? 0 : thousandthCodes.has(code) ? 3 : 2;
}

function aboutCode(code: string): CurrencyBeside {
  const decimals = decimalsOf(code);
  return { code, decimals, hasDecimalComma: commaCodes.has(code), hasBothMarks: code === 'EUR' };
}

let codes: Set<string> | undefined;

function isoCodes(): Set<string> {
  codes ??= new Set([...Intl.supportedValuesOf('currency'), ...retiredCodes]);
  return codes;
}

/** Out of use, but found on old pages. */
const retiredCodes = 'DEM FRF ITL ESP PTE NLG BEF ATS FIM GRD IEP LUF SIT SKK EEK LVL LTL HRK'.split(' ');

let names: Map<string, string | null> | undefined;

/** English names of the most used currencies, singular and plural, with their codes: `Swiss francs`; null for `dollars`, which are several. */
function currencyNames(): ReadonlyMap<string, string | null> {
  if (names !== undefined) return names;
  names = new Map(severalAreCalled.map((name) => [name, null]));
  for (const currency of smallCodes) {
    const format = new Intl.NumberFormat('en', {
      style: 'currency',
      currency: currency.toUpperCase(),
      currencyDisplay: 'name',
      maximumFractionDigits: 0,
    });
    for (const amount of [1, 2]) {
      const name = format.formatToParts(amount).find(({ type }) => type === 'currency')?.value;
      if (name !== undefined) names.set(name.toLowerCase(), currency.toUpperCase());
    }
  }
  return names;
}

const severalAreCalled = 'dollar dollars pound pounds franc francs rupee rupees dinara'.split(' ');

const symbols = new Map<string, Set<string>>();

function symbolsOf(locale: string): Set<string> {
  const cached = symbols.get(locale);
  if (cached) return cached;
  const found = new Set<string>();
  for (const currency of isoCodes()) {
    for (const currencyDisplay of ['symbol', 'narrowSymbol'] as const) {
      const format = new Intl.NumberFormat(locale, { style: 'currency', currency, currencyDisplay });
      const symbol = format.formatToParts(1).find((part) => part.type === 'currency')?.value;
      // Bidirectional marks are removed from the text as well.
      if (symbol !== undefined) found.add(symbol.replace(/[\u061c\u200e\u200f]/gu, '').replace(/\s+/gu, ' '));
    }
  }
  symbols.set(locale, found);
  return found;
}
