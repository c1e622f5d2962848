import type { PageRule } from '../job/schema.ts';
import type { CountedRule } from './links/follow-rule.ts';
import type { LinkFinder } from './links/links.ts';
import type { ItemOptions } from './make-item.ts';
import type { PageContent } from './page-content.ts';
import type { Extraction, Page } from './types.ts';

/** Reads one page by the rule of its label. */
export type RuleReader = (page: Page, content: PageContent) => Extraction;

/** The parts of a label's rule that say how a page is read. */
export type ReadRule = { follow: CountedRule[] } & Pick<PageRule, 'fields'> &
  Partial<Pick<PageRule, 'as' | 'table' | 'items' | 'each' | 'rows' | 'handler'>>;

/** A rule, and what its readers need to compile it. */
export interface RuleInput {
  rule: ReadRule;
  /** Its path in the job. */
  location: string;
  /** The name of its items. */
  name: string;
  links: LinkFinder;
  followsCanonical: boolean;
  itemOptions: ItemOptions;
}
