import { z } from 'zod';
import { formatPath, quote } from '../schema/format-path.ts';
import { offsetOf } from './explain-issues.ts';
import { fieldSchema } from './field-schema.ts';
import { nearest } from './nearest.ts';
import { lineOf, type YamlFinding } from './problems.ts';
import type { YamlDocument } from './read-yaml.ts';

/** A document that is no job: it holds what several jobs of its file use. */
export const sharedSchema = z
  .strictObject({
    shared: z
      .strictObject({
        fields: z
          .record(z.string().min(1).max(128), fieldSchema)
          .describe('Fields by name, for `use` in the fields of any job of the file.'),
      })
      .describe('What several jobs of this file use.'),
  })
  .describe('A document that is no job.');

/** The shared fields of a file, as they are written, with their documents. */
export type SharedFields = Map<string, SharedField>;

interface SharedField {
  field: Record<string, unknown>;
  document: YamlDocument;
  /** Its document has mistakes, which are named there. */
  isFaulty: boolean;
}

/** Is the document one of shared fields, rather than a job? */
export function isShared({ value }: YamlDocument): boolean {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, 'shared');
}

/** The fields of the documents that hold shared ones, and those that two of them have. */
export function collectShared(
  documents: { document: YamlDocument; isFaulty: boolean }[],
  text: string,
): { shared: SharedFields; findings: YamlFinding[] } {
  const shared: SharedFields = new Map();
  const findings: YamlFinding[] = [];
  for (const { document, isFaulty } of documents) {
    const fields = recordOf(recordOf(recordOf(document.value)['shared'])['fields']);
    for (const [name, written] of Object.entries(fields)) {
      const earlier = shared.get(name)?.document;
      const field = typeof written === 'string' ? { select: written } : recordOf(written);
      if (earlier === undefined) shared.set(name, { field, document, isFaulty });
      else {
        const path = ['shared', 'fields', name];
        const line = lineOf(offsetOf(earlier.root, path, 'key'), text);
        const message = `the name ${quote(name)} is taken by document ${earlier.number}, on line ${line}`;
        findings.push(findingAt(document, path, message));
      }
    }
  }
  return { shared, findings };
}

/**
 * The document of a job with the shared fields in place of `use`, keys beside it taking precedence; and the names that are
 * none.
 */
export function withSharedFields(
  document: YamlDocument,
  shared: SharedFields,
): { document: YamlDocument; findings: YamlFinding[] } {
  const findings: YamlFinding[] = [];
  const fill = (fields: unknown, path: string[]): unknown => {
    if (!isMapping(fields)) return fields;
    return Object.fromEntries(
      Object.entries(fields).map(([name, field]) => [name, fillField(field, [...path, name])]),
    );
  };
  const fillField = (field: unknown, path: string[]): unknown => {
    if (!isMapping(field)) return field;
    const { use, ...own } = field;
    if (own['fields'] !== undefined) own['fields'] = fill(own['fields'], [...path, 'fields']);
    if (use === undefined) return own;
    const found = typeof use === 'string' ? shared.get(use) : undefined;
    if (found === undefined)
      findings.push(findingAt(document, [...path, 'use'], unknownName(use, [...shared.keys()])));
    // A field that is unknown, or wrong where it is written, has no further mistakes here.
    return found === undefined || found.isFaulty ? { constant: null } : { ...found.field, ...own };
  };
  const { value } = document;
  if (!isMapping(value) || !isMapping(value['pages'])) return { document, findings };
  const pages = Object.entries(value['pages']).map(([label, rule]) =>
    isMapping(rule) && rule['fields'] !== undefined
      ? [label, { ...rule, fields: fill(rule['fields'], ['pages', label, 'fields']) }]
      : [label, rule],
  );
  return { document: { ...document, value: { ...value, pages: Object.fromEntries(pages) } }, findings };
}

function unknownName(use: unknown, names: string[]): string {
  if (names.length === 0)
    return 'no document of this file has shared fields; write one: shared: { fields: { … } }';
  const near = typeof use === 'string' ? nearest(use, names) : undefined;
  const hint = near === undefined ? '' : `; did you mean ${quote(near)}?`;
  return `expected a name under shared.fields (${names.join(', ')}), found ${JSON.stringify(use)}${hint}`;
}

function findingAt(document: YamlDocument, path: string[], message: string): YamlFinding {
  return {
    offset: offsetOf(document.root, path, 'value'),
    document: document.number,
    path: formatPath(path),
    message,
  };
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function recordOf(value: unknown): Record<string, unknown> {
  return isMapping(value) ? value : {};
}
