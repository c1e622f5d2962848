/** Languages in which a country may be named: those that Node has names of, by what is spoken where the product is used. */
const languages =
  'en de fr es it pt nl el ru uk pl cs sk hu ro bg hr sr sl sv da nb fi et lv lt tr ar he fa hi bn ur id ms vi th ja ko zh zh-TW ca eu gl'.split(
    ' ',
  );

/** Names of a country in many languages, from Unicode's CLDR as Node has it; the English one first. */
export function makeCountryNames(): (country: string) => string[] {
  const long = languages.map((language) => new Intl.DisplayNames([language], { type: 'region' }));
  const short = new Intl.DisplayNames(['en'], { type: 'region', style: 'short' });
  return (country) => [...long, short].flatMap((names) => names.of(country) ?? []);
}
