import type { DropError } from '../../errors.ts';
import type { PageRequest } from '../../model.ts';

/** A page of an API on its way to the next. */
export interface RestStep {
  /** The next page; none at the end. */
  next: PageRequest<'rest'>[];
  /** The page holds what an earlier one did: its items are to be left out, and its paging has ended. */
  repeats?: string;
  /** It has no list, and says itself that the one before it was the last. */
  ended?: string;
  /** Why the end may come too early, or items be lost. */
  doubt?: DropError;
  /** By what the list ends with this page. */
  end?: string;
}
