/** Letters that Unicode takes for letters of their own, and people write without their mark. */
const plainLetters: Record<string, string> = {
  ø: 'o',
  đ: 'd',
  ð: 'd',
  ł: 'l',
  ħ: 'h',
  ı: 'i',
  ŧ: 't',
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  þ: 'th',
};

/** A name as it is compared: without case, accents, apostrophes and hyphens. Empty where nothing is left. */
export function foldName(name: string): string {
  return name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[øđðłħıŧßæœþ]/g, (letter) => plainLetters[letter] ?? letter)
    .replaceAll(/['’ʼʻ`´]/g, '')
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

const kinds =
  'region|province|prefecture|state|county|department|departement|district|governorate|oblast|municipality|canton|island|islands|περιφερεια|περιφερειακη ενοτητα|νομος|region de|provincia|provincia de|provincia di|departement de|kanton|bundesland|land|estado de|departamento de|region of|state of|province of|county of';
const kindBefore = new RegExp(`^(?:${kinds}) `);
const kindAfter = new RegExp(` (?:${kinds})$`);

/** A folded name without the word for what it is, where it has one: `attica region` and `attica` mean the same. */
export function withoutKind(folded: string): string {
  const bare = folded.replace(kindBefore, '').replace(kindAfter, '');
  return bare === '' ? folded : bare;
}
