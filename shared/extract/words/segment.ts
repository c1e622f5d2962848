/** Words that no dictionary is needed for: letters and digits of scripts that put spaces between words. */
const plainWord = /^[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}\p{Nd}]+$/u;

/** Runs longer than this are cut: the time for one grows faster than its length. */
const maxRunChars = 10_000;

/**
 * The words of a text, by the rules of Unicode (UAX 29) and, for Chinese, Japanese, Thai and their like, the dictionaries of ICU. What
 * is no word, such as punctuation, is left out.
 */
export function wordsOf(text: string): string[] {
  const words: string[] = [];
  let segmenter: Intl.Segmenter | undefined;
  for (const [run] of text.matchAll(/\S+/gu)) {
    if (plainWord.test(run)) {
      words.push(run);
      continue;
    }
    // The language makes no difference to words but for a few marks; the root's is the same on every machine.
    segmenter ??= new Intl.Segmenter('und', { granularity: 'word' });
    for (let at = 0; at < run.length; at += maxRunChars) {
      for (const { segment, isWordLike } of segmenter.segment(run.slice(at, at + maxRunChars))) {
        if (isWordLike) words.push(segment);
      }
    }
  }
  return words;
}
