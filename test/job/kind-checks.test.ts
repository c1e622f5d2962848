import { describe, expect, it } from 'vitest';
import { parseJobs } from '../../shared/job/load.ts';
import { InvalidFileError } from '../../shared/job/problems.ts';

/** The mistakes of a page label, as `path: message`. */
function mistakes(label: string): string[] {
  try {
    parseJobs(
      `name: j\nsources: [{ urls: { list: [https://a.example/] } }]\npages:\n  p: ${label}\n`,
      'job.yaml',
    );
    return [];
  } catch (error) {
    if (!(error instanceof InvalidFileError)) throw error;
    return error.problems.map(({ path, message }) => `${path}: ${message}`);
  }
}

describe('the kind of a label', () => {
  it.each([
    '{ as: csv, table: { header: false, delimiter: "\\t" }, fields: { a: { path: column1 } } }',
    '{ as: feed, follow: [{ path: link }] }',
    '{ as: json, items: data.list, fields: { a: { path: a, fields: { b: { path: b } } } } }',
    '{ as: xml, each: entry, fields: { a: title, b: { xpath: "./dc:creator" } } }',
    '{ table: { header: 2 }, fields: { a: { path: a } } }',
    '{ as: csv, fields: { a: { from: ["path:a", "path:b"] }, b: { constant: 1 }, c: { page: url } } }',
  ])('goes with %s', (label) => {
    expect(mistakes(label)).toEqual([]);
  });

  it.each([
    ['{ as: csv, fields: { a: h1 } }', 'pages.p.fields.a', 'path: and without select'],
    [
      '{ as: feed, fields: { a: { from: [css:h1] } } }',
      'pages.p.fields.a.from[0]',
      'path: and without select',
    ],
    ['{ as: csv, fields: { a: { path: a, take: html } } }', 'pages.p.fields.a', 'without take: html'],
    [
      '{ as: csv, fields: { a: { path: a, fields: { b: h1 } } } }',
      'pages.p.fields.a.fields.b',
      'without select',
    ],
    ['{ as: csv, follow: [a] }', 'pages.p.follow[0]', '{ path: … }'],
    ['{ as: csv, each: tr }', 'pages.p.each', 'items: instead'],
    ['{ as: xml, items: a }', 'pages.p.items', 'each: instead'],
    ['{ each: tr, items: a }', 'pages.p.items', 'not both'],
    ['{ as: feed, table: { header: 1 } }', 'pages.p.table', 'no table beside as: feed'],
    ['{ each: tr, table: { header: 1 } }', 'pages.p.table', 'no table beside each'],
    ['{ as: exe }', 'pages.p.as', 'csv'],
    ['{ as: csv, table: { delimiter: ", " } }', 'pages.p.table.delimiter', 'one character'],
  ])('does not go with %s', (label, path, message) => {
    expect(mistakes(label).join('\n')).toContain(`${path}: `);
    expect(mistakes(label).join('\n')).toContain(message);
  });
});
