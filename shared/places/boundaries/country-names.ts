/** Languages in which a country may be named: those that Node has names of, by what is spoken where the product is used. */
const languages =
  'en de fr es it pt nl el ru uk pl cs sk hu ro bg hr sr sl sv da nb fi et lv lt tr ar he fa hi bn ur id ms vi th ja ko zh zh-TW ca eu gl kk be ga'.split(
    ' ',
  );

/** Names of a country in many languages and in its own, from Unicode's CLDR as Node has it; the English one first. */
export function makeCountryNames(): (country: string) => string[] {
  const long = languages.map((language) => new Intl.DisplayNames([language], { type: 'region' }));
  const short = new Intl.DisplayNames(['en'], { type: 'region', style: 'short' });
  return (country) => {
    const { language } = new Intl.Locale('und', { region: country }).maximize();
    const own = new Intl.DisplayNames([language], { type: 'region' });
    return [...long, short, own].flatMap((names) => names.of(country) ?? []);
  };
}
