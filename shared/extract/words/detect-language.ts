import { loadEld } from './eld.ts';

/** Of 211 texts in twelve languages (docs/conformance.md) 210 were found by 300 characters, and 202 by 80. */
const minChars = 100;

/**
 * The language of a text, as a tag of BCP 47 such as `de`, by its letters and their sequences (eld, 60 languages, of which the first
 * thousand characters count); `undefined` where it is not sure.
 */
export function detectLanguage(text: string): string | undefined {
  const sample = text
    .slice(0, 4_000)
    .replace(/https?:\/\/\S+/gu, ' ')
    .trim();
  if (sample.length < minChars) return undefined;
  const result = loadEld().detect(sample);
  return result.language !== '' && result.isReliable() ? result.language : undefined;
}
