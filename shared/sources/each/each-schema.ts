import { z } from 'zod';
import { type Fillable, findPlaces, placesOf } from '../../schema/item-values.ts';
import { label } from '../../schema/leaf-schema.ts';

/** Of a source that makes a request of each item of another source's pages. */
export const eachSchema = z
  .strictObject({
    from: label.describe('Label of the pages whose items give the values.'),
    with: z
      .array(z.string().min(1).max(128))
      .min(1)
      .optional()
      .describe('Fields of that item that the items of its request get besides their own.'),
  })
  .describe(
    'One request for each item of the pages of a label, whose fields stand as {field} in url, headers, json, form, multipart and the variables of graphql: each value is encoded for its place.',
  );

export type EachOfItems = z.output<typeof eachSchema>;

interface Written extends Fillable {
  each?: EachOfItems | undefined;
  body?: string | undefined;
}

/** What of a source with `each` could never be sent as it is meant. */
export function checkEach(source: Written, context: z.core.$RefinementCtx): void {
  if (source.each === undefined) return;
  const issue = (path: PropertyKey[], message: string, input: unknown, hint?: string) =>
    context.addIssue({ code: 'custom', message, path, input, ...(hint && { params: { hint } }) });
  const places = placesOf(source);
  for (const { name, path } of places.filter(({ isMistaken }) => isMistaken)) {
    issue(path, `{${name}}, without the dollar, for the value of an item`, `\${${name}}`);
  }
  if (findPlaces(URL.parse(source.url)?.host ?? '').length > 0) {
    const hint =
      'values of items stand in paths and parameters; a URL that is a value of an item is followed (follow: with path:)';
    issue(['url'], 'a host that is written out', source.url, hint);
  }
  if (findPlaces(source.body).length > 0) {
    const hint = 'json, form, multipart and graphql encode the values of items';
    issue(['body'], 'text without {field}, for it is sent as it is', source.body, hint);
  }
  if (!places.some(({ isMistaken }) => !isMistaken)) {
    issue(['each'], 'a {field} of each item in url, headers or body, or else no each:', source.each);
  }
}
