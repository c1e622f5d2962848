import { resolve } from 'node:path';
import { z } from 'zod';
import type { Handler, HandlerClass } from '../shared/extract/handlers/handler.ts';
import type { FieldPlace, FieldSource } from '../shared/job/field-sources.ts';
import type { FieldType } from '../shared/job/field-types.ts';
import { parseJobs } from '../shared/job/load.ts';
import type { pageSchema } from '../shared/job/page-schema.ts';
import type { Job, jobSchema } from '../shared/job/schema.ts';
import type { Syntax } from '../shared/job/syntaxes.ts';
import type { Step } from '../shared/job/transforms.ts';
import type { ItemOf } from './item-types.ts';

type Scalar = string | number | boolean | null;

/** A field: a CSS selector, or the keys in docs/jobs.md, "Fields". */
export type FieldDefinition = string | FieldObject;

export interface FieldObject extends FieldPlace {
  from?: readonly (string | FieldSource)[];
  within?: 'page';
  take?: 'text' | 'html';
  attr?: string;
  structured?: 'all' | readonly Syntax[];
  page?: 'url' | 'status' | 'fetchedAt' | 'depth' | 'referrer' | 'label';
  constant?: Scalar;
  table?: 'rows' | 'pairs';
  list?: boolean;
  fields?: Readonly<Record<string, FieldDefinition>>;
  regex?: string;
  transform?: readonly Step[];
  type?: FieldType;
  locale?: string;
  required?: boolean;
  default?: Scalar;
}

/** A page label. A handler may be a file, as in YAML, or a function or class of this program. */
export type PageDefinition = Omit<z.input<typeof pageSchema>, 'fields' | 'handler' | 'schema'> & {
  fields?: Readonly<Record<string, FieldDefinition>>;
  handler?: string | Handler | HandlerClass;
  /** A JSON Schema, a file with one, or a schema of zod 4, whose JSON Schema then checks the items. */
  schema?: string | object;
};

/** A job as in a job file: the same keys, defaults and meanings (docs/jobs.md). */
export type JobDefinition = Omit<z.input<typeof jobSchema>, 'pages'> & {
  pages?: Readonly<Record<string, PageDefinition>>;
};

/** A checked job. `Item` is the type of its items; it is never set. */
export interface DefinedJob<Item = unknown> {
  /** With defaults filled in; secrets are still `${env:NAME}`. */
  readonly job: Job;
  /** Absolute folder to which its files are relative. */
  readonly baseDir: string;
  /** Handlers that are functions or classes, by page label. */
  readonly handlers?: Readonly<Record<string, Handler | HandlerClass>>;
  readonly item?: Item;
}

export interface DefineOptions {
  /** Folder to which handler files, URL lists and areas are relative. @default the working directory */
  baseDir?: string;
}

/**
 * Checks a job, and types its items by its fields. Throws `HaltError` JOB_INVALID with every problem, as
 * `spinneret validate` reports them; lines are those of the job as JSON.
 */
export function defineJob<const Definition extends JobDefinition>(
  definition: Definition,
  { baseDir = process.cwd() }: DefineOptions = {},
): DefinedJob<ItemOf<Definition>> {
  const handlers: Record<string, Handler | HandlerClass> = {};
  const pages = Object.entries(definition.pages ?? {}).map(([label, given]) => {
    const page =
      given.schema instanceof z.ZodType ? { ...given, schema: z.toJSONSchema(given.schema) } : given;
    if (typeof page.handler !== 'function') return [label, page];
    handlers[label] = page.handler;
    return [label, { ...page, handler: nameOf(label) }];
  });
  const written =
    definition.pages === undefined ? definition : { ...definition, pages: Object.fromEntries(pages) };
  const text = JSON.stringify(written, null, 2);
  const [parsed] = parseJobs(text, resolve(baseDir, 'defineJob'));
  if (parsed === undefined) throw new TypeError('a text with one document gave no job');
  return { job: parsed.job, baseDir: resolve(baseDir), handlers };
}

/** Replaces the function in the copy of the job that a run keeps. */
function nameOf(label: string): string {
  return `(a function, handler of ${label})`;
}
