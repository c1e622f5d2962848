/**
 * The types of fields with their text for docs/jobs.md: the one list of their names. How each converts a text is
 * in `shared/extract/values/field-types.ts`, which does not compile without an entry for every name.
 */
export const fieldTypes = {
  string: 'the text, as it stands',
  number:
    'with thousands marks, a currency, a unit of measure and what price pages add (`25,00 € *`, `/kg`, `（税込）`); the same in another unit in brackets behind it, and marks of footnotes, are left out; a whole one beyond 2^53 is kept as text, with all digits',
  integer: 'a number that is whole',
  quantity:
    'a number and its unit, as { value: 1351.5, unit: m }, read as number; unit is null where there is none',
  boolean: 'yes or no, also as pages say it: `in stock`, `sold out`, ✓',
  date: 'becomes ISO 8601: a time, a day, or where the page names no day the month or year alone (`2026-11`, `2026`)',
  url: 'is resolved by the page',
} as const;

export type FieldType = keyof typeof fieldTypes;

export const fieldTypeNames = Object.keys(fieldTypes) as FieldType[];

/** The types whose values are addresses. */
const addresses: ReadonlySet<string | undefined> = new Set<FieldType>(['url']);

export function isAddress(type: FieldType | undefined): boolean {
  return addresses.has(type);
}

/** One phrase for each type. */
export function describeFieldTypes(): string {
  return fieldTypeNames.map((name) => `${name}: ${fieldTypes[name]}`).join('; ');
}
