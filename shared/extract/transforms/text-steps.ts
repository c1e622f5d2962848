import type { Replacement, TransformSettings } from '../../job/transforms.ts';
import { compileRegex } from '../../patterns/compile-regex.ts';
import type { Match } from '../../patterns/search.ts';
import type { TextStep } from './transform.ts';

export function trim(characters: string | undefined): TextStep {
  if (characters === undefined) return (text) => text.trim() || undefined;
  const named = new Set(characters);
  const isNamed = (character: string) => named.has(character) || character.trim() === '';
  return (text) => {
    const all = [...text];
    const start = all.findIndex((character) => !isNamed(character));
    const end = all.findLastIndex((character) => !isNamed(character));
    return start === -1 ? undefined : all.slice(start, end + 1).join('');
  };
}

export function replace(settings: Replacement): TextStep {
  const { find, with: by } = settings;
  if (find !== undefined) return (text) => text.replaceAll(find, () => by) || undefined;
  const search = compileRegex(settings.regex);
  return (text) => {
    let from = 0;
    const parts: string[] = [];
    for (const match of search.all(text)) {
      parts.push(text.slice(from, match.index), fillGroups(by, match));
      from = match.index + lengthOf(match);
    }
    return parts.join('') + text.slice(from) || undefined;
  };
}

/** `$1` to `$9` is a group, `$&` all of the match, `$$` a dollar sign. */
function fillGroups(by: string, { parts }: Match): string {
  return by.replace(/\$([1-9&$])/g, (_, name: string) => {
    if (name === '$') return '$';
    return parts[name === '&' ? 0 : Number(name)] ?? '';
  });
}

export function split(separator: TransformSettings['split']): TextStep {
  const cut =
    typeof separator === 'string' ? (text: string) => text.split(separator) : cutAt(separator.regex);
  return (text) => {
    const parts = cut(text)
      .map((part) => part.trim())
      .filter((part) => part !== '');
    return parts.length === 0 ? undefined : parts;
  };
}

function cutAt(regex: string): (text: string) => string[] {
  const search = compileRegex(regex);
  return (text) => {
    let from = 0;
    const parts: string[] = [];
    for (const match of search.all(text)) {
      if (lengthOf(match) === 0) continue;
      parts.push(text.slice(from, match.index));
      from = match.index + lengthOf(match);
    }
    return [...parts, text.slice(from)];
  };
}

export function match(settings: TransformSettings['match']): TextStep {
  const { regex, all = false } = typeof settings === 'string' ? { regex: settings } : settings;
  const search = compileRegex(regex);
  if (!all) return (text) => search.find(text) || undefined;
  return (text) => {
    const found = search
      .all(text)
      .map(({ parts: [whole, ...groups] }) => (groups.length > 0 ? groups[0] : whole));
    const kept = found.flatMap((part) => part || []);
    return kept.length === 0 ? undefined : kept;
  };
}

function lengthOf({ parts: [whole = ''] }: Match): number {
  return whole.length;
}
