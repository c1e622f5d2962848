import { z } from 'zod';
import { writeMultipart } from '../../schema/multipart.ts';

/** The forms in which a request's body is written in a job, besides as text. */

const text = z.union([z.string(), z.number(), z.boolean()]);
const formFields = z.record(z.string().min(1), z.union([text, z.array(text)]));

export const bodyForms = {
  json: z.json().optional().describe('The body as JSON.'),
  form: formFields
    .optional()
    .describe('The body as a form (application/x-www-form-urlencoded); a list gives a name several times.'),
  multipart: formFields.optional().describe('The body as multipart/form-data, of text alone.'),
  graphql: z
    .strictObject({
      query: z.string().min(1).describe('A query in GraphQL.'),
      variables: z.record(z.string(), z.json()).optional().describe('Values of its variables.'),
      operationName: z.string().min(1).optional().describe('Which of several operations.'),
    })
    .optional()
    .describe(
      'A query of a GraphQL API. Its list is below data; page: by cursor, in: body, param: variables.after.',
    ),
};

export type BodyForm = keyof typeof bodyForms;

export interface WrittenBody extends z.output<z.ZodObject<typeof bodyForms>> {
  body?: string | undefined;
}

/** The forms that a source gives, `body` among them: more than one contradict each other. */
export function givenForms(source: WrittenBody): (BodyForm | 'body')[] {
  const names = ['body', ...Object.keys(bodyForms)] as (BodyForm | 'body')[];
  return names.filter((name) => source[name] !== undefined);
}

/** The body as it is sent, and its type; placeholders of secrets stand in it as they are written. */
export function writeBody(source: WrittenBody): { body: string; contentType?: string } | undefined {
  const { body, json, form, multipart, graphql } = source;
  if (json !== undefined) return { body: JSON.stringify(json), contentType: 'application/json' };
  if (graphql !== undefined) return { body: JSON.stringify(graphql), contentType: 'application/json' };
  if (form !== undefined) {
    return { body: writeForm(form), contentType: 'application/x-www-form-urlencoded' };
  }
  if (multipart !== undefined) return writeMultipart(pairsOf(multipart));
  return body === undefined ? undefined : { body };
}

type FormFields = z.output<typeof formFields>;

function pairsOf(fields: FormFields): [name: string, value: string][] {
  return Object.entries(fields).flatMap(([name, value]) =>
    [value].flat().map((entry): [string, string] => [name, String(entry)]),
  );
}

/** Placeholders of secrets stay as they are written, so that they are found. */
function writeForm(fields: FormFields): string {
  const form = new URLSearchParams(pairsOf(fields)).toString();
  return form.replace(
    /(?<!%24)%24%7Benv%3A([A-Za-z_][A-Za-z0-9_]*)%7D/g,
    (_, name: string) => `\${env:${name}}`,
  );
}
