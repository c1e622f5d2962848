import { z } from 'zod';
import { ownColumns } from '../model.ts';
import { checkJsonPath } from '../schema/check-syntax.ts';
import {
  headers,
  jsonPath,
  label,
  oneOrMany,
  patterns,
  relativeFile,
  selector,
  sessionName,
} from '../schema/leaf-schema.ts';
import { fieldSchema } from './field-schema.ts';
import { checkKind } from './kind-checks.ts';
import { checkSignFields } from './label-sign-checks.ts';
import { describePageKinds, pageKindNames } from './page-kinds.ts';
import { labelSigns, pageSign } from './page-sign-schema.ts';
import { renderRule } from './render-schema.ts';
import { labelRetry } from './retry-schema.ts';
import { tableSchema } from './table-schema.ts';

/** Which links of a page to follow, and as what. */
export interface FollowRule {
  select?: string | undefined;
  attr: string;
  path?: string | undefined;
  match?: string[] | undefined;
  exclude?: string[] | undefined;
  label?: string | undefined;
  priority?: number | { attr: string } | undefined;
}

const followRule = z.union([
  selector.transform((select): FollowRule => ({ select, attr: 'href' })),
  z.strictObject({
    select: selector.optional().describe('Which elements hold links. Default: a[href].'),
    attr: z.string().min(1).default('href').describe('Attribute with the URL.'),
    path: jsonPath.optional().describe('In JSON pages: path of the URL in each item, instead of select.'),
    match: patterns.optional().describe('Follow only URLs that match one of these patterns.'),
    exclude: patterns.optional().describe('Do not follow URLs that match one of these patterns.'),
    label: label.optional().describe('Label of the pages it leads to; without it, by their URL.'),
    priority: z
      .union([
        z.number(),
        z.strictObject({
          attr: z.string().min(1).describe('Attribute of the link with the number, such as data-rank.'),
        }),
      ])
      .optional()
      .describe(
        'How soon these links are fetched, instead of the priority of their label: a number, or { attr } for one that each link bears. A link without a readable number has the priority of its label.',
      ),
  }),
]);

export const pageSchema = z
  .strictObject({
    match: patterns
      .optional()
      .describe(
        'URL patterns of the pages this label is for. Without it the label is reached by a link rule or a source that names it; the label "default" takes what nothing else matches, if it has no match itself.',
      ),
    follow: z
      .array(followRule)
      .default([])
      .describe('Link rules: which links of such a page to follow. A bare string is a CSS selector.'),
    priority: z
      .number()
      .optional()
      .describe(
        'How soon pages of this label are fetched: of those of a host that are known, the ones with the highest number first. Default: 0. See The best pages first.',
      ),
    item: label.optional().describe('Name of the items. Default: the page label.'),
    as: z
      .enum(pageKindNames)
      .optional()
      .describe(
        `What such a page is read as, whatever its type says. ${describePageKinds()}. Default: by its type, else its first bytes and its name; XML that is a feed as one where the fields are found by paths.`,
      ),
    table: tableSchema.optional(),
    key: oneOrMany(z.string().min(1).max(128))
      .optional()
      .describe(
        'Fields, such as isbn or [shop, sku], that make two items of a run the same: one of them is kept, the others are counted (DUPLICATE_ITEM). An item without one of them is incomplete.',
      ),
    each: selector.optional().describe('One item per matching element, instead of one per page.'),
    rows: selector
      .optional()
      .describe(
        'One item per row of the tables that match, such as table.results, instead of one per page. Without fields, its cells by their headings; fields find theirs by column. See Tables.',
      ),
    items: z
      .string()
      .max(1_024)
      .superRefine(checkJsonPath)
      .optional()
      .describe(
        'Of pages that are read by paths: where the items are, such as data.results; empty for the whole page. Default: the entries of a feed, the rows of a table, else the page, each of its entries if it is a list. A rest source has items of its own.',
      ),
    fields: z
      .record(z.string().min(1).max(128), fieldSchema)
      .superRefine((fields, context) => {
        for (const name of Object.keys(fields).filter((field) => ownColumns.includes(field))) {
          const message = `another name than ${name}, which every exported item has of its own`;
          context.addIssue({ code: 'custom', path: [name], message });
        }
      })
      .default({})
      .describe('What to extract. See Fields.'),
    schema: z
      .union([relativeFile, z.record(z.string(), z.json())])
      .optional()
      .describe(
        'A JSON Schema (draft 2020-12) of the item, its fields as they are exported, null included: written here, or in a file relative to the job file. An item that is not so is kept apart, with path and reason (ITEM_MISFIT). Nothing of it is fetched or run.',
      ),
    render: renderRule.optional(),
    session: sessionName.optional(),
    headers: headers
      .optional()
      .describe(
        'Headers of the requests for such pages, besides fetch.headers; secrets go where those of fetch.headers go.',
      ),
    retry: labelRetry.optional(),
    retryIf: pageSign
      .optional()
      .describe(
        'A page that shows this failed, whatever its status, such as one that says "try again later": it is fetched again (SOFT_ERROR).',
      ),
    unless: labelSigns.describe(
      'A page that shows this, or an item that has it, is none of the label, such as a login wall or a page that says "no longer available" with status 200: skipped (RULED_OUT) and counted by reason. A condition, or a list of which one is enough. Links of such a page are not followed; where a field decides, those of its page are.',
    ),
    only: labelSigns.describe(
      'What each page shows, or each item has, that is one of the label: all of it; the others are skipped (RULED_OUT) as those of unless.',
    ),
    handler: relativeFile
      .optional()
      .describe(
        'A TypeScript file, relative to the job file, whose default export extracts what fields cannot.',
      ),
  })
  .superRefine(checkKind)
  .superRefine(checkSignFields)
  .describe('What to do with one kind of page.');
