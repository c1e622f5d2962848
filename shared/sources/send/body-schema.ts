import { z } from 'zod';
import type { WrittenBody } from '../../schema/request-body.ts';

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

/** The forms that a source gives, `body` among them: more than one contradict each other. */
export function givenForms(source: WrittenBody): (BodyForm | 'body')[] {
  const names = ['body', ...Object.keys(bodyForms)] as (BodyForm | 'body')[];
  return names.filter((name) => source[name] !== undefined);
}
