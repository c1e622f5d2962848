import { expect, it } from 'vitest';
import { scriptAnswers } from '../../../cli/try/script-answers.ts';
import type { ScriptAnswer } from '../../../shared/browser/types.ts';

function answer(url: string, body: string, contentType = 'application/json'): ScriptAnswer {
  const kept = { url, status: 200, headers: {}, body: Buffer.from(body), ms: 1, startedAt: 0 };
  return { method: 'GET', url, status: 200, contentType, bytes: body.length, kept };
}

const item = { item: 'part', url: 'http://a/', fields: { name: 'Ash  trough', price: 12.5, tag: 'x' } };

it('names first the answer that holds the values of the items, and where they stand in it', () => {
  const found = scriptAnswers(
    [
      answer('/page', '<h1>Ash trough</h1>', 'text/html'),
      answer('/menu', '{"name":"other","tag":"x"}'),
      answer('/parts', '{"parts":[{"title":"other"},{"title":"Ash trough","cost":{"net price":12.5}}]}'),
    ],
    [item],
  );
  expect(found.map(({ url }) => url)).toEqual(['/parts', '/menu', '/page']);
  expect(found[0]?.holds).toEqual({ name: 'parts[*].title', price: 'parts[*].cost["net price"]' });
  expect(found.slice(1).map(({ holds }) => holds)).toEqual([undefined, undefined]);
  expect(Object.keys(found[0] ?? {})).not.toContain('kept');
});

it('finds nothing in an answer that is no JSON in spite of its type', () => {
  expect(scriptAnswers([answer('/parts', '{"parts":')], [item])[0]?.holds).toBeUndefined();
});
