import { currentCode } from './boundary-codes.ts';

/** Of a division, as Natural Earth names them. */
export type Properties = Record<string, string | number | null>;

/** Divisions that make up one boundary. */
interface Group {
  kind: 'country' | 'region' | 'division';
  country: string;
  code?: string | undefined;
  /** Indices of the divisions. */
  members: number[];
  names: (string | number | null | undefined)[];
}

/** Countries whose divisions in Natural Earth are smaller than what people name; the property by which they belong together. */
const regionProperty: Record<string, string> = {
  IT: 'region',
  FR: 'region',
  ES: 'region',
  GB: 'geonunit',
  BE: 'geonunit',
  PT: 'geonunit',
};

/** Names of regions beside those of Natural Earth, which has one of each. */
const otherNames: Record<string, string[]> = {
  Lombardia: ['Lombardy', 'Lombardei', 'Lombardie'],
  Piemonte: ['Piedmont', 'Piemont', 'Piémont'],
  Toscana: ['Tuscany', 'Toskana', 'Toscane'],
  Sicily: ['Sicily', 'Sicilia', 'Sizilien', 'Sicile'],
  Sardegna: ['Sardinia', 'Sardinien', 'Sardaigne'],
  Apulia: ['Apulia', 'Puglia', 'Apulien', 'Pouilles'],
  Lazio: ['Lazio', 'Latium'],
  "Valle d'Aosta": ['Aosta Valley', 'Aostatal', 'Vallée d’Aoste'],
  'Trentino-Alto Adige': ['Trentino-South Tyrol', 'Trentino-Südtirol'],
  Veneto: ['Veneto', 'Venetien', 'Vénétie'],
  Marche: ['Marche', 'Marken'],
  Cataluña: ['Catalonia', 'Catalunya', 'Katalonien', 'Catalogne'],
  Andalucía: ['Andalusia', 'Andalusien', 'Andalousie'],
  'País Vasco': ['Basque Country', 'Euskadi', 'Baskenland'],
  'Foral de Navarra': ['Navarre', 'Navarra'],
  Aragón: ['Aragon'],
  'Castilla y León': ['Castile and León'],
  'Castilla-La Mancha': ['Castile-La Mancha'],
  Valenciana: ['Valencian Community', 'Comunidad Valenciana', 'Comunitat Valenciana'],
  Canarias: ['Canary Islands', 'Islas Canarias', 'Kanarische Inseln'],
  'Islas Baleares': ['Balearic Islands', 'Illes Balears', 'Balearen'],
  Bretagne: ['Brittany'],
  Normandie: ['Normandy'],
  Corse: ['Corsica', 'Korsika'],
  'Flemish Region': ['Flanders', 'Vlaanderen', 'Flandern'],
  'Walloon Region': ['Wallonia', 'Wallonie', 'Wallonien'],
  'Brussels Capital Region': ['Brussels', 'Bruxelles', 'Brussel'],
  Azores: ['Azores', 'Açores'],
};

/** Divisions that Natural Earth calls in English as another one is called. */
const usualNames: Record<string, { is: string; not: string }> = {
  'RU-MOS': { is: 'Moscow Oblast', not: 'Moscow' },
};

/** All boundaries: countries, regions, divisions. */
export function groupsOf(divisions: Properties[]): Group[] {
  const all = divisions.map((properties, index) => ({ properties, index, country: countryOf(properties) }));
  const named = all.filter(({ country }) => /^[A-Z]{2}$/.test(country));
  const countries = [...Map.groupBy(named, ({ country }) => country)];
  return [
    ...countries.map(([country, members]) =>
      group('country', country, members, [members[0]?.properties['admin']]),
    ),
    ...countries.flatMap(([country, members]) => regionsOf(country, members)),
    ...countries.flatMap(([country, members]) => divisionsOf(country, members)),
  ];
}

/** Some have several shapes of one code. */
function divisionsOf(country: string, members: Member[]): Group[] {
  const byCode = Map.groupBy(members, ({ properties, index }) => codeOf(properties) ?? index);
  return [...byCode.values()].map((of) => {
    const names = of.flatMap(({ properties }) => divisionNames(properties));
    return { ...group('division', country, of, names), code: codeOf(of[0]?.properties ?? {}) };
  });
}

interface Member {
  properties: Properties;
  index: number;
}

function group(kind: Group['kind'], country: string, members: Member[], names: Group['names']): Group {
  return { kind, country, members: members.map(({ index }) => index), names };
}

function regionsOf(country: string, members: Member[]): Group[] {
  const property = regionProperty[country];
  if (property === undefined) return [];
  const regions = Map.groupBy(members, ({ properties }) => regionName(properties[property]));
  return [...regions].flatMap(([name, of]) => {
    const isOfCountry = name === '' || of.length === members.length || of[0]?.properties['admin'] === name;
    return isOfCountry ? [] : [group('region', country, of, [...(otherNames[name] ?? []), name])];
  });
}

function regionName(name: string | number | null | undefined): string {
  return name === 'Canary Is.' ? 'Canarias' : String(name ?? '').trim();
}

/** Overseas departments of France have codes of their own; Crimea has that of Ukraine in ISO 3166-2. */
function countryOf({ iso_a2: country, iso_3166_2: code }: Properties): string {
  const [, prefix = '', rest = ''] = /^([A-Z]{2})-(\w+)$/.exec(String(code)) ?? [];
  if (country === 'FR' && ['GF', 'GP', 'MQ', 'RE', 'YT'].includes(rest)) return rest;
  return country === 'RU' && prefix === 'UA' ? prefix : String(country);
}

function codeOf({ iso_3166_2: code }: Properties): string | undefined {
  return /^[A-Z]{2}-[A-Z0-9]{1,3}$/.test(String(code)) ? currentCode(String(code)) : undefined;
}

function divisionNames(properties: Properties): Group['names'] {
  const ofLanguages = Object.keys(properties).filter((key) => /^name_(?:[a-z]{2}|zht|local|alt)$/.test(key));
  const keys = ['name_en', 'name', ...ofLanguages, 'gn_name', 'woe_name'];
  const names = keys.map((key) => properties[key]);
  const own = usualNames[codeOf(properties) ?? ''];
  return own === undefined ? names : [own.is, ...names.filter((name) => name !== own.not)];
}

/** Each once; some have several in one text. */
export function namesOf(names: Group['names']): string[] {
  const texts = names.flatMap((name) => String(name ?? '').split('|')).map((name) => name.trim());
  return [...new Set(texts.filter((name) => name !== ''))];
}
