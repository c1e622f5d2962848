import { DropError } from '../errors.ts';
import type { Page } from './types.ts';

/** The error of a page whose content is not what its rule needs. */
export function unreadable({ kind, url }: Page, reason: string): DropError {
  return new DropError(kind === 'rest' ? 'REST_INVALID' : 'EXTRACT_FAILED', `${url}: ${reason}`);
}
