import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Validator } from '@cfworker/json-schema';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineJob } from '../../library/define-job.ts';
import { extractPage } from '../../library/testing.ts';
import { type CliFolder, openCliFolder, parseLines } from './call-cli.ts';
import { type SmallSite, serveSmallSite } from './small-site.ts';

let site: SmallSite;
let folder: CliFolder;
beforeAll(async () => {
  site = await serveSmallSite(5);
});
afterAll(() => site[Symbol.asyncDispose]());
beforeEach(() => {
  folder = openCliFolder();
});
afterEach(() => folder[Symbol.dispose]());

const jobWith = (schema: string) => `name: small
sources: [{ urls: { list: [${[1, 2, 3, 4, 5].map((page) => `"${site.origin}/p/${page}"`).join(', ')}] } }]
network: allowPrivate
politeness: { gapMs: 0 }
pages:
  default:
    schema: ${schema}
    key: heading
    fields: { heading: h1, number: { select: h1, regex: '(\\d+)', type: integer } }
`;

const upTo3 = '{ properties: { number: { type: integer, maximum: 3 } } }';

describe('schema', () => {
  it('keeps apart what does not fit, with path and reason, in files, counts and summary', async () => {
    folder.write('job.yaml', jobWith(upTo3));
    const result = await folder.call('run', 'job.yaml');
    expect(result).toMatchObject({ code: 0 });
    expect(result.stdout).toContain('3 complete, 2 not as the schema has it');
    expect(result.stdout).toContain('2 × default.number not as the schema has it: maximum');
    const [run = ''] = readdirSync(join(folder.path, 'output'));
    const numbers = (file: string) => folder.readLines(`output/${run}/${file}`).map(({ number }) => number);
    expect(numbers('items.jsonl').sort()).toEqual([1, 2, 3]);
    expect(numbers('misfits.jsonl').sort()).toEqual([4, 5]);
    const reason = { path: 'number', keyword: 'maximum', reason: '4 is greater than 3', found: '4' };
    const misfits = folder.readLines(`output/${run}/misfits.jsonl`);
    expect(misfits.find(({ number }) => number === 4)?.['_misfits']).toEqual([reason]);
    const failures = folder.readLines(`output/${run}/failures.jsonl`);
    expect(failures.map(({ code, url }) => [code, url]).sort()).toEqual([
      ['ITEM_MISFIT', `${site.origin}/p/4`],
      ['ITEM_MISFIT', `${site.origin}/p/5`],
    ]);
    const again = await folder.call('export', run, '--what', 'misfits');
    expect(parseLines(again.stdout)).toHaveLength(2);
  });

  it('comes from a file beside the job, which the run keeps', async () => {
    folder.write('small.schema.json', '{ "properties": { "number": { "maximum": 4 } } }');
    folder.write('job.yaml', jobWith('small.schema.json'));
    const shown = await folder.call('try', `${site.origin}/p/5`, '--file', 'job.yaml');
    expect(shown.stdout).toContain('number is not as the schema has it: 5 is greater than 4, found 5');
    expect((await folder.call('run', 'job.yaml')).stdout).toContain('4 complete, 1 not as');
  });

  it('says so where no item is as it has it', async () => {
    folder.write('job.yaml', jobWith('{ properties: { number: { maximum: 0 } } }'));
    const result = await folder.call('run', 'job.yaml');
    expect(result.code).toBe(1);
    expect(result.stdout).toContain('no item counts: each is incomplete, or not as its schema has it');
  });

  it.each<[string, string, string]>([
    ['{ type: sting }', 'job.yaml:7:', 'pages.default.schema.type: expected one of string'],
    ['none.schema.json', 'job.yaml:7:', 'which cannot be read (ENOENT'],
    ['broken.schema.json', 'job.yaml:7:', 'which is no JSON'],
    [
      'wrong.schema.json',
      'job.yaml:7:',
      'wrong.schema.json: properties.a.pattern: expected a regular expression',
    ],
  ])('is checked before the run: %s', async (schema, location, message) => {
    folder.write('broken.schema.json', '{');
    folder.write('wrong.schema.json', '{"properties":{"a":{"pattern":"("}}}');
    folder.write('job.yaml', jobWith(schema));
    const { code, stdout } = await folder.call('validate', 'job.yaml');
    expect(code).toBe(1);
    expect(stdout).toContain(location);
    expect(stdout).toContain(message);
  });

  it('may be a schema of zod in a program', async () => {
    const job = defineJob({
      name: 'small',
      sources: [{ crawl: { start: 'https://a.example/' } }],
      pages: {
        default: {
          each: 'li',
          fields: { n: { select: 'b', type: 'integer' } },
          schema: z.object({ n: z.int().max(3) }),
        },
      },
    });
    const body = '<ul><li><b>2</b></li><li><b>7</b></li></ul>';
    const { items, misfits } = await extractPage(job, { url: 'https://a.example/', body });
    expect(items.map(({ n }) => n)).toEqual([2]);
    expect(misfits.map(({ misfits: of }) => of.map(({ path, keyword }) => [path, keyword]))).toEqual([
      [['n', 'maximum']],
    ]);
  });
});

describe('spinneret types', () => {
  it('writes a JSON Schema that every exported item follows', async () => {
    folder.write('job.yaml', jobWith(upTo3));
    expect(await folder.call('types', 'job.yaml', '--output', 'items.schema.json')).toMatchObject({
      code: 0,
    });
    await folder.call('run', 'job.yaml');
    const [run = ''] = readdirSync(join(folder.path, 'output'));
    const schema = new Validator(JSON.parse(folder.read('items.schema.json')), '2020-12', false);
    const items = folder.readLines(`output/${run}/items.jsonl`);
    expect(items).toHaveLength(3);
    for (const item of items) expect(schema.validate(item)).toEqual({ valid: true, errors: [] });
    for (const item of folder.readLines(`output/${run}/misfits.jsonl`)) {
      expect(schema.validate(item).valid).toBe(false);
    }
  });

  it('writes TypeScript to stdout, and no file over another unasked', async () => {
    folder.write('job.yaml', jobWith(upTo3));
    const { stdout } = await folder.call('types', 'job.yaml');
    expect(stdout).toContain('export interface Default {');
    // By its schema it is an integer, which null is not.
    expect(stdout).toContain('  number: number;');
    folder.write('items.d.ts', '// mine');
    expect(await folder.call('types', 'job.yaml', '--output', 'items.d.ts')).toMatchObject({ code: 2 });
    expect(await folder.call('types', 'job.yaml', '--output', 'items.d.ts', '--force')).toMatchObject({
      code: 0,
    });
    expect(folder.read('items.d.ts')).toContain('export type Item = Default;');
  });
});
