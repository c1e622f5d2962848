import type { Json } from '../model.ts';
import { writeMultipart } from './multipart.ts';

type FormFields = Record<string, string | number | boolean | (string | number | boolean)[]>;

/** The forms in which a request's body is written in a job. */
export interface WrittenBody {
  body?: string | undefined;
  json?: Json | undefined;
  form?: FormFields | undefined;
  multipart?: FormFields | undefined;
  graphql?:
    | { query: string; variables?: Record<string, Json> | undefined; operationName?: string | undefined }
    | undefined;
}

/** The body as it is sent, and its type; placeholders of secrets stand in it as they are written. */
function writeBody(source: WrittenBody): { body: string; contentType?: string } | undefined {
  const { body, json, form, multipart, graphql } = source;
  if (json !== undefined) return { body: JSON.stringify(json), contentType: 'application/json' };
  if (graphql !== undefined) return { body: JSON.stringify(graphql), contentType: 'application/json' };
  if (form !== undefined) {
    return { body: writeForm(form), contentType: 'application/x-www-form-urlencoded' };
  }
  if (multipart !== undefined) return writeMultipart(pairsOf(multipart));
  return body === undefined ? undefined : { body };
}

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

/** A request with a body in whichever form. */
export interface FilledRequest extends WrittenBody {
  url: string;
  headers: Record<string, string>;
}

/** The body as text, in place of the form in which it is written. */
export function withBody<Source extends FilledRequest>(source: Source): Source {
  const { json: _json, form: _form, multipart: _multipart, graphql: _graphql, ...rest } = source;
  const { body, contentType } = writeBody(source) ?? {};
  const hasType = Object.keys(source.headers).some((name) => name.toLowerCase() === 'content-type');
  const isDefault = contentType === undefined || hasType;
  return {
    ...rest,
    headers: isDefault ? source.headers : { ...source.headers, 'content-type': contentType },
    ...(body === undefined ? {} : { body }),
  } as Source;
}
