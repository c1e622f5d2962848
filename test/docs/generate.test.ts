import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { generatedFiles } from '../../docs/generate.ts';
import { errorCatalogue } from '../../shared/error-codes.ts';
import { parseJobs } from '../../shared/job/load.ts';

const docs = new URL('../../docs/', import.meta.url);
const files = generatedFiles();

describe('generatedFiles', () => {
  it.each(Object.keys(files))('equals the committed %s; if not, run npm run docs', (name) => {
    expect(readFileSync(new URL(name, docs), 'utf8')).toBe(files[name]);
  });

  it('has an anchor for every error code', () => {
    for (const code of Object.keys(errorCatalogue))
      expect(files['errors.md']).toContain(`<a id="${code}"></a>`);
  });

  it('shows jobs that are valid', () => {
    const blocks = [...(files['jobs.md'] ?? '').matchAll(/```yaml\n(.*?)```/gs)].map(
      (match) => match[1] ?? '',
    );
    const jobs = blocks.filter((block) => /^name:/m.test(block));
    expect(jobs.length).toBeGreaterThan(4);
    for (const job of jobs) {
      expect(parseJobs(job, 'docs/jobs.md')).toHaveLength(job.match(/^name:/gm)?.length ?? 0);
    }
    const fields = blocks.find((block) => block.startsWith('fields:'))?.replaceAll('\n', '\n    ');
    const head = 'name: j\nsources: [{ crawl: { start: https://a.example/ } }]\npages:\n  p:\n    ';
    expect(parseJobs(head + fields, 'docs/jobs.md')).toHaveLength(1);
  });

  it('describes every key of a job, recursion included', () => {
    const schema = JSON.parse(files['job.schema.json'] ?? '') as {
      definitions: { field: { anyOf: { properties?: { fields: { additionalProperties: unknown } } }[] } };
    };
    const object = schema.definitions.field.anyOf.find(({ properties }) => properties);
    expect(object?.properties?.fields.additionalProperties).toEqual({ $ref: '#/definitions/field' });
    const pageOfKeys = files['jobs.md'] ?? '';
    for (const key of keysOf(schema)) expect(pageOfKeys).toContain(`| \`${key}\``);
  });

  it('leaves no description out', () => {
    const rows = (files['jobs.md'] ?? '').split('\n').filter((line) => /^\| `\w+` +\|/.test(line));
    for (const row of rows)
      expect(
        row
          .split(/(?<!\\)\|/)
          .at(-2)
          ?.trim(),
      ).not.toBe('');
  });
});

function keysOf(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const { properties } = schema as { properties?: object };
  const own = properties && typeof properties === 'object' ? Object.keys(properties) : [];
  return [...own, ...Object.values(schema).flatMap(keysOf)];
}
