import type { ValueMark } from '../fields/language.ts';

/**
 * Names of which no two are equal: a second one of the same text gets a number (`Goals`, `Goals 2`), and none is given that another
 * text has already. `written`: the texts of the page, which keep their name; `reserved`: names that none gets.
 */
export function numberNames(
  stems: readonly string[],
  written: readonly string[] = stems,
  reserved: readonly string[] = [],
): string[] {
  const used = new Set(reserved);
  const taken = new Set([...written, ...reserved]);
  const numbers = new Map<string, number>();
  return stems.map((stem, index) => {
    let number = numbers.get(stem) ?? 1;
    let name = stem;
    while (used.has(name) || (name !== written[index] && taken.has(name))) name = `${stem} ${++number}`;
    numbers.set(stem, number);
    used.add(name);
    return name;
  });
}

/** Marks of a table whose headings do not do as names; `repeated` and `unnamed`: the names that there are instead. */
export function marksOfNames(odd: { repeated: readonly string[]; unnamed?: readonly string[] }): ValueMark[] {
  return (['repeated', 'unnamed'] as const).flatMap((source): ValueMark[] => {
    const names = odd[source] ?? [];
    return names.length === 0 ? [] : [{ kind: 'heading', source, found: shown(names) }];
  });
}

const maxNames = 5;
const maxNameChars = 40;

/** Some of the names, such as `"Goals 2", "column3"`. */
function shown(names: readonly string[]): string {
  const some = names.slice(0, maxNames).map((name) => JSON.stringify(name.slice(0, maxNameChars)));
  return names.length > maxNames ? `${some.join(', ')} …` : some.join(', ');
}
