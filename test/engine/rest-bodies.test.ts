import { describe, expect, it } from 'vitest';
import { jobSchema } from '../../shared/job/schema.ts';
import { enterWorld, openSite } from './setting.ts';
import type { SiteRequest } from './site.ts';
import { driveRun, makeJob, outcomesOf } from './world.ts';

const pages = { item: { fields: { id: { path: 'id' } } } };

/** Runs a source on an API that answers with `answer`; returns what was asked of it. */
async function ask(
  source: object,
  answer: (request: SiteRequest) => unknown = () => [{ id: 1 }],
  env: Record<string, string> = {},
) {
  const site = await openSite({
    '/api': (request) => ({
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(answer(request)),
    }),
  });
  const world = enterWorld({}, env);
  const sources = [{ rest: { url: `${site.origin}/api`, label: 'item', ...source } }];
  await world.start('r', makeJob({ sources, pages, politeness: { gapMs: 0 } }));
  await driveRun(world, 'r', world.newProcess('p'));
  const outcomes = await outcomesOf(world, 'r');
  return {
    asked: site.log.filter(({ path }) => path === '/api'),
    counts: await world.ledger.readCounts('r'),
    ids: outcomes.flatMap(({ items }) => items.map(({ fields }) => fields['id'])),
    stored: JSON.stringify(outcomes),
  };
}

async function bodyOf(source: object, env: Record<string, string> = {}) {
  const { asked, counts } = await ask(source, undefined, env);
  expect(counts).toMatchObject({ stored: 1 });
  const [{ method, headers, body } = { method: '', headers: {}, body: '' }] = asked;
  return { method, type: headers['content-type'], body };
}

describe('the body of a request to an API', () => {
  it('is JSON, posted', async () => {
    const json = { filter: { since: '2026-01-01', tags: ['a', 'ü'] }, size: 50, deep: null };
    const sent = await bodyOf({ json });
    expect(sent).toMatchObject({ method: 'POST', type: 'application/json' });
    expect(JSON.parse(sent.body)).toEqual(json);
  });

  it('is a form, a list one field for each entry', async () => {
    expect(await bodyOf({ form: { q: 'a b&c=ü', size: 5, exact: true, tag: ['x', 'y'] } })).toEqual({
      method: 'POST',
      type: 'application/x-www-form-urlencoded',
      body: 'q=a+b%26c%3D%C3%BC&size=5&exact=true&tag=x&tag=y',
    });
  });

  it('is a form in parts, read back by a parser of the platform', async () => {
    const multipart = { 'na"me': 'one\ntwo', list: ['1', '2'], empty: '' };
    const { type = '', body } = await bodyOf({ multipart });
    const read = await new Response(body, { headers: { 'content-type': type } }).formData();
    expect([...read]).toEqual([
      ['na"me', 'one\r\ntwo'],
      ['list', '1'],
      ['list', '2'],
      ['empty', ''],
    ]);
    expect((await bodyOf({ multipart })).body).toBe(body);
  });

  it('is a query of GraphQL, with the cursor among its variables', async () => {
    const graphql = { query: 'query($after: String) { items }', variables: { first: 2 }, operationName: 'q' };
    const page = { by: 'cursor', path: 'data.info.end', in: 'body', param: 'variables.after' };
    const { asked, ids } = await ask({ graphql, page, items: 'data.items' }, ({ body }) => {
      const after = JSON.parse(body).variables.after ?? 0;
      return { data: { items: [{ id: after }], info: { end: after < 3 ? after + 1 : null } } };
    });
    expect(ids.sort()).toEqual([0, 1, 2, 3]);
    expect(asked.map(({ body }) => JSON.parse(body))).toEqual(
      [undefined, 1, 2, 3].map((after) => ({
        ...graphql,
        variables: { first: 2, ...(after === undefined ? {} : { after }) },
      })),
    );
  });

  it.each<[string, unknown, RegExp, number[]]>([
    ['all is missing for', null, /No list of items at "data.items".*; it reports: field a is not there/, []],
    [
      'a part is missing for',
      { items: [{ id: 1 }] },
      /The answer has 1 items, and reports an error: field a is not there/,
      [1],
    ],
  ])('is a query of GraphQL, whose answer names the error that %s', async (_, data, message, found) => {
    const errors = [{ message: 'field a is not there', path: ['items', 0, 'a'] }];
    const { ids, stored, counts } = await ask(
      { graphql: { query: '{ items { id a } }' }, items: 'data.items' },
      () => ({ data, errors }),
    );
    expect(ids).toEqual(found);
    expect(stored).toMatch(new RegExp(message.source.replaceAll('"', '\\\\"')));
    expect((counts['failed:REST_INVALID'] ?? 0) + (counts['source:failed:REST_INVALID'] ?? 0)).toBe(1);
  });

  it('is paged by number within JSON and within a form', async () => {
    const answer =
      (read: (body: string) => number) =>
      ({ body }: SiteRequest) =>
        read(body) > 3 ? [] : [{ id: read(body) }];
    const page = { by: 'number', in: 'body', param: 'page' };
    const inJson = await ask(
      { json: { q: 1 }, page },
      answer((body) => JSON.parse(body).page),
    );
    expect(inJson.ids.sort()).toEqual([1, 2, 3]);
    const form = await ask(
      { form: { q: 1 }, page },
      answer((body) => Number(new URLSearchParams(body).get('page'))),
    );
    expect(form.ids.sort()).toEqual([1, 2, 3]);
  });

  const secret = 'a"b\\c&d=e f';
  it.each<[string, object, (body: string) => unknown]>([
    ['JSON', { json: { key: `\${env:KEY}` } }, (body) => JSON.parse(body).key],
    ['a form', { form: { key: `\${env:KEY}` } }, (body) => new URLSearchParams(body).get('key')],
    [
      'GraphQL',
      { graphql: { query: 'q', variables: { key: `\${env:KEY}` } } },
      (body) => JSON.parse(body).variables.key,
    ],
  ])('has a secret as its place wants it, and keeps none in an outcome: %s', async (_, source, read) => {
    // The API gives back what it got.
    const { asked, stored } = await ask(source, ({ body }) => [{ id: `${read(body)} ${body}` }], {
      KEY: secret,
    });
    expect(read(asked[0]?.body ?? '')).toBe(secret);
    for (const form of [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)]) {
      expect(stored).not.toContain(form);
      expect(stored).not.toContain(JSON.stringify(form).slice(1, -1));
    }
  });

  it('has the type that the job gives, if it gives one', async () => {
    const headers = { 'Content-Type': 'application/vnd.api+json' };
    expect(await bodyOf({ json: {}, headers })).toMatchObject({ type: 'application/vnd.api+json' });
  });

  it.each<[string, object, string]>([
    [
      'two forms',
      { json: {}, form: { a: 1 } },
      'one of body, json, form, multipart and graphql: there is json',
    ],
    ['a body and JSON', { body: 'x', method: 'POST', json: {} }, 'there is body'],
    ['GET', { method: 'GET', json: {} }, 'POST, or no method at all'],
    ['paging in a body that is none', { page: { by: 'number', in: 'body' } }, 'method: POST'],
  ])('is refused with %s', (_, source, message) => {
    const rest = { url: 'https://a.example/', label: 'item', ...source };
    const parsed = jobSchema.safeParse({ name: 'j', sources: [{ rest }], pages });
    expect(parsed.error?.issues.map((issue) => issue.message).join()).toContain(message);
  });
});
