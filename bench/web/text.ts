import { makeRandom } from '../random.ts';

/** A paragraph with its markup, and its size in UTF-8. */
export interface Paragraph {
  html: string;
  bytes: number;
}

const wordsPerLanguage = 2_000;
const paragraphsPerLanguage = 300;

/** Syllables that words are made of. Half of the web's text is English; most of the rest is not ASCII alone. */
const languages: Record<string, string> = {
  english: 'the ing er on an re ed is en or at it al te st th ar nd to nt',
  french: 'é è le la de que ou ç â ê tion ment eur au œu ré pré on en il',
  german: 'ä ö ü ß sch ein ung lich er en ge ver be keit heit auf mit ich st ab',
  russian: 'про ста во не ко то на ние ть ка ли ра го по ре ст ов ен ом да',
  japanese: 'の に を は 日 本 語 で す 東 京 る と が 人 年 月 し た ま',
};
/** One pool each; English stands twice, as it stands on most pages. */
const pools = ['english', 'english', 'french', 'german', 'russian', 'japanese'];

const vocabularies = new Map(Object.entries(languages).map(([name, parts]) => [name, makeWords(parts)]));

/** Paragraphs by language. On every page some are not ASCII: dashes, quotation marks, a word of another language. */
export function makeParagraphs(): Paragraph[][] {
  return pools.map((language, pool) => {
    const random = makeRandom(pool + 1);
    return Array.from({ length: paragraphsPerLanguage }, (_, number) => {
      const html = paragraphHtml(number, language, random);
      return { html, bytes: Buffer.byteLength(html) };
    });
  });
}

/** Two to five English words. */
export function phrase(random: () => number): string {
  return Array.from({ length: 2 + Math.floor(random() * 4) }, () => wordOf('english', random)).join(' ');
}

function paragraphHtml(number: number, language: string, random: () => number): string {
  const text = Array.from({ length: 40 + Math.floor(random() * 60) }, () => wordOf(language, random));
  text.splice(10, 0, '<strong class="mark">', wordOf(language, random), '</strong>');
  if (number % 3 === 0) text.splice(25, 0, '“', wordOf('french', random), '” –');
  if (number % 4 === 0) text.splice(30, 0, '<em>', wordOf(language, random), '&amp;', '</em>&nbsp;');
  const figure =
    number % 8 === 0
      ? `<figure class="figure"><img src="/img/${number}.jpg" alt="${wordOf(language, random)}" loading="lazy" width="640" height="480"><figcaption>${wordOf(language, random)}</figcaption></figure>`
      : '';
  return `<div class="block block--${number % 12}" data-part="${number}"><p class="text">${text.join(' ')}.</p>${figure}</div>`;
}

/** Frequent words are far more frequent than rare ones, as in every language. */
function wordOf(language: string, random: () => number): string {
  const words = vocabularies.get(language) ?? [];
  return words[Math.floor(random() ** 3 * words.length)] ?? '';
}

function makeWords(syllables: string): string[] {
  const parts = syllables.split(' ');
  const random = makeRandom(parts.length + syllables.length);
  return Array.from({ length: wordsPerLanguage }, () =>
    Array.from(
      { length: 1 + Math.floor(random() * 4) },
      () => parts[Math.floor(random() * parts.length)],
    ).join(''),
  );
}
