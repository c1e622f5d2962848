import { describe, expect, it } from 'vitest';
import type { Json } from '../../../shared/model.ts';
import { factsOf } from '../../../shared/sources/rest/facts-of-answer.ts';
import { saysMoreByName } from '../../../shared/sources/rest/says-more.ts';

const list = [{ id: 1, has_more: true }];
const cursor = (path: string) => ({ by: 'cursor', path, in: 'query' }) as const;

/** What an answer says of its list at `items`, by names alone: whether there is more, and under which name. */
function said(answer: Json, items: string, path?: string): string | undefined {
  const page = path === undefined ? undefined : cursor(path);
  const says = saysMoreByName(factsOf(answer, { items, page }));
  return says === undefined ? undefined : `${says.at} ${says.isMore}`;
}

describe('factsOf', () => {
  it.each<[string, Json, string, string?]>([
    ['at the top', { rows: list, has_more: true }, 'rows'],
    ['beside a nested list', { data: { rows: list, has_more: true } }, 'data.rows'],
    ['above a nested list', { data: { rows: list }, has_more: true }, 'data.rows'],
    ['in meta', { rows: list, meta: { has_more: true } }, 'rows'],
    ['in meta.pagination', { rows: list, meta: { pagination: { has_more: true } } }, 'rows'],
    ['in meta with an id of the request', { rows: list, meta: { id: 'q-1', has_more: true } }, 'rows'],
    ['in meta beside a nested list', { a: { b: { rows: list, page_info: { has_more: true } } } }, 'a.b.rows'],
    ['in an object of any name', { rows: list, stats: { took: 3, has_more: true } }, 'rows'],
    [
      'beside the cursor',
      { rows: list, x: { y: { next: null, id: 1, has_more: true } } },
      'rows',
      'x.y.next',
    ],
    ['of one of several lists', { groups: [{ rows: list, has_more: true }, { rows: [] }] }, 'groups[*].rows'],
    ['as the opposite', { rows: list, isLast: false }, 'rows'],
  ])('are those of the list itself: has_more %s', (_, answer, items, path) => {
    expect(said(answer, items, path)).toMatch(/^(has_more|isLast) true$/);
  });

  it.each<[string, Json, string, string?]>([
    ['in an item', { rows: list }, 'rows'],
    ['in a list of an item', { rows: [{ id: 1, lines: { data: [1], has_more: true } }] }, 'rows'],
    ['in the wrapper of an item', { edges: [{ node: { id: 1 }, has_more: true }] }, 'edges[*].node'],
    ['beside a cursor of an item', { rows: [{ at: 'a', has_more: true }] }, 'rows', 'rows[-1].at'],
    ['of a record', { rows: list, customer: { id: 4, has_more: true } }, 'rows'],
    ['of another list', { rows: list, comments: { entries: [1], has_more: true } }, 'rows'],
    ['within a record', { rows: list, owner: { name: 'a', meta: { has_more: true } } }, 'rows'],
    ['that is no yes or no', { rows: list, has_more: 'all of it' }, 'rows'],
    ['in the entries of the answer that is the list', list, ''],
  ])('are not of anything else: has_more %s', (_, answer, items, path) => {
    expect(said(answer, items, path)).toBeUndefined();
  });

  it('come nearest first, so that what stands beside the list outweighs what stands above', () => {
    expect(said({ has_more: true, data: { rows: list, has_more: false } }, 'data.rows')).toBe(
      'has_more false',
    );
    const beside = { data: { rows: list, has_more: false }, paging: { next: null, has_more: true } };
    expect(said(beside, 'data.rows', 'paging.next')).toBe('has_more true');
  });
});
