import { loadRe2 } from './re2.cjs';
import type { FirstMatchSearch } from './search.ts';
import type { Translation } from './translate.ts';

/** Searches with RE2, whose time is linear in the text's length: it reads all ways at once and never goes back. */
export function makeSafeSearch({ source, keepsGroup, groups }: Translation): FirstMatchSearch {
  const pattern = loadRe2().compile(source);
  const test = (text: string) => pattern.test(text);
  return {
    test,
    find: (text) => {
      // The answer without positions is quicker by far, and most often the last one.
      if (!test(text)) return undefined;
      const matcher = pattern.matcher(text);
      if (!matcher.find()) return undefined;
      if (!keepsGroup) return matcher.group() ?? undefined;
      let last = 0;
      let lastStart = -1;
      for (let group = 1; group <= groups; group++) {
        const start = matcher.start(group);
        if (start < lastStart || start < 0) continue;
        last = group;
        lastStart = start;
      }
      return last === 0 ? undefined : (matcher.group(last) ?? undefined);
    },
  };
}
