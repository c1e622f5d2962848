import { z } from 'zod';
import { label } from '../../schema/leaf-schema.ts';
import { asSent, checkRequest, requestKeys } from './request-schema.ts';

export const sendSource = z
  .strictObject({
    ...requestKeys,
    url: requestKeys.url.describe('Where the request goes.'),
    label: label.describe('Label of the page that is the answer.'),
  })
  .superRefine(checkRequest)
  .transform(asSent)
  .describe(
    'A request with a method, headers and a body of its own, whose answer is a page, such as that of a form for searching; or with each one request for each item of another source.',
  );
