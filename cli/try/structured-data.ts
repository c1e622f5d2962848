import { askedBy } from '../../shared/extract/kinds/asked.ts';
import { openContent } from '../../shared/extract/page-content.ts';
import { typesIn } from '../../shared/extract/structured/graph.ts';
import {
  compileJsonLd,
  compileMetas,
  microdataOf,
  rdfaOf,
} from '../../shared/extract/structured/page-data.ts';
import { htmlLanguage } from '../../shared/extract/tree/html-fields.ts';
import type { Page } from '../../shared/extract/types.ts';
import type { PageRule } from '../../shared/job/schema.ts';
import type { Syntax } from '../../shared/job/syntaxes.ts';

/** What a page says in one syntax of structured data. */
export interface SyntaxFound {
  syntax: Syntax;
  /** The types of its things, or the names of its properties. */
  names: string[];
  isMended?: true;
}

/** The syntaxes in which a page says for machines what it is about. Empty for a page that is no markup. */
export function structuredDataOf(rule: PageRule, page: Page): SyntaxFound[] {
  const content = openContent(page, { as: rule.as, asksElements: askedBy(rule).elements });
  if (content.hasRecords) return [];
  const document = content.document();
  const source = { page, base: content.base, document: content.document };
  const { graph } = compileJsonLd(htmlLanguage, 'jsonld')(document, source);
  const metas = compileMetas(htmlLanguage, 'meta')(document, source);
  const { opengraph, twitter, meta } = metas;
  const isMended = graph.isMended ? ({ isMended: true } as const) : {};
  const found: SyntaxFound[] = [
    { syntax: 'jsonld', names: typesIn(graph.things), ...isMended },
    { syntax: 'microdata', names: typesIn(microdataOf(source).graph.things) },
    { syntax: 'rdfa', names: typesIn(rdfaOf(source).nodes) },
    { syntax: 'opengraph', names: Object.keys(opengraph) },
    { syntax: 'twitter', names: Object.keys(twitter) },
    { syntax: 'meta', names: Object.keys(meta) },
  ];
  return found.filter(({ names }) => names.length > 0);
}
