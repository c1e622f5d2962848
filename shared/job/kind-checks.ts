import type { z } from 'zod';
import type { Field } from './field-schema.ts';
import type { FieldSource } from './field-sources.ts';
import { type PageKindName, pageKindFacts } from './page-kinds.ts';

/** What a label says about the kind of its pages, and what goes with some kinds alone. */
interface KindOfLabel {
  as?: PageKindName | undefined;
  table?: object | undefined;
  each?: string | undefined;
  rows?: string | undefined;
  items?: string | undefined;
  fields: Record<string, Field>;
  follow: { path?: string | undefined }[];
}

type Report = (path: PropertyKey[], message: string, input: unknown) => void;

/** Selectors find nothing where there are paths, and the other way round. */
export function checkKind(label: KindOfLabel, context: z.core.$RefinementCtx): void {
  const report: Report = (path, message, input) => context.addIssue({ code: 'custom', path, message, input });
  const { as, table, each, rows, items } = label;
  const reads = as === undefined ? undefined : pageKindFacts(as).reads;
  if (each !== undefined && items !== undefined) {
    report(['items'], 'each: for elements, or items: for a list at a path, not both', items);
  } else if (reads === 'elements' && items !== undefined) {
    report(['items'], `each: instead, since as: ${as} is read by selectors`, items);
  }
  if (rows !== undefined && (each ?? items) !== undefined) {
    report(
      ['rows'],
      'rows: for rows of tables, each: for elements, or items: for a list at a path, one of them',
      rows,
    );
  }
  if (rows === undefined && each === undefined) checkColumns(label.fields, ['fields'], report);
  const isTable = as === undefined ? (each ?? rows) === undefined : pageKindFacts(as).isTable;
  if (table !== undefined && !isTable) {
    report(
      ['table'],
      `no table beside ${as === undefined ? (each === undefined ? 'rows' : 'each') : `as: ${as}`}: it is for files (CSV, XLSX)`,
      table,
    );
  }
  if (reads === 'values') checkPaths(label, report);
}

function checkPaths({ as, each, rows, fields, follow }: KindOfLabel, report: Report): void {
  if (rows !== undefined) report(['rows'], `items: instead, since as: ${as} is read by paths`, rows);
  if (each !== undefined) report(['each'], `items: instead, since as: ${as} is read by paths`, each);
  checkFields(fields, ['fields'], `since as: ${as} is read by paths`, report);
  for (const [index, { path }] of follow.entries()) {
    if (path === undefined) {
      report(['follow', index], `{ path: … }, since as: ${as} is read by paths`, follow[index]);
    }
  }
}

/** The page is no row; what is below a field may be one. */
function checkColumns(fields: Record<string, Field>, at: PropertyKey[], report: Report): void {
  const message = 'a field without column, or rows: beside fields, since the page is no row of a table';
  for (const [name, field] of Object.entries(fields)) {
    const sources = [field, ...(field.from ?? [])];
    if (sources.some(({ column }) => column !== undefined)) report([...at, name], message, field);
  }
}

const ofElements = ['select', 'xpath', 'label', 'column', 'meta', 'jsonld', 'attr', 'table'] as const;

function checkFields(fields: Record<string, Field>, at: PropertyKey[], reason: string, report: Report): void {
  for (const [name, field] of Object.entries(fields)) {
    const path = [...at, name];
    checkPlace(field, path, reason, report);
    for (const [index, source] of (field.from ?? []).entries()) {
      checkPlace(source, [...path, 'from', index], reason, report);
    }
    if (field.fields !== undefined && field.as === undefined)
      checkFields(field.fields, [...path, 'fields'], reason, report);
  }
}

function checkPlace(place: Field | FieldSource, path: PropertyKey[], reason: string, report: Report): void {
  const found = ofElements.find((key) => key in place && place[key as keyof FieldSource] !== undefined);
  if (found !== undefined) report(path, `a field with path: and without ${found}, ${reason}`, place);
  else if (place.take === 'html') report(path, `a field without take: html, ${reason}`, place);
}
