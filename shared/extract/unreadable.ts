import { type Code, DropError } from '../errors.ts';
import type { Page } from './types.ts';

/** The error of a page whose content is not what its rule needs. */
export function unreadable(page: Pick<Page, 'url' | 'list'>, reason: string): DropError {
  return new DropError(unreadableCodeOf(page), `${page.url}: ${reason}`);
}

/** EXTRACT_FAILED, or the code that the source of a list gives such answers. */
export function unreadableCodeOf({ list }: Pick<Page, 'list'>): Code {
  return list?.invalid ?? 'EXTRACT_FAILED';
}
