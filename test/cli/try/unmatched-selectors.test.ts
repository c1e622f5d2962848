import { describe, expect, it } from 'vitest';
import { describeUnmatched, findUnmatchedSelectors } from '../../../cli/try/unmatched-selectors.ts';
import { fieldsWith, parseJob } from '../../extract/compile-job.ts';

const found = (select: string) =>
  findUnmatchedSelectors(parseJob({ pages: { product: { fields: { field: select } } } }));

describe('findUnmatchedSelectors', () => {
  it.each([
    ['table > tr', 'table > tbody > tr'],
    ['#a, TABLE.x[border]>tr td', '#a, TABLE.x[border]> tbody > tr td'],
    ['table > td', 'table > tbody > tr > td'],
    ['div table > th.a', 'div table > tbody > tr > th.a'],
    ['tbody > td:nth-child(2)', 'tbody > tr > td:nth-child(2)'],
    ['thead > th', 'thead > tr > th'],
    ['table > col', 'table > colgroup > col'],
  ])('suggests what finds it for %s', async (select, suggestion) => {
    expect(found(select)).toEqual([
      { path: 'pages.product.fields.field.select', selector: select, suggestion },
    ]);
    const page =
      '<div id=b><table class=x border><col><thead><th class=a>h<tbody><td>1<td>2</table><table class=x border><th class=a>h<tr><td>1<td>2</table></div>';
    const fields = { found: { select, list: true }, suggested: { select: suggestion, list: true } };
    const { found: none, suggested } = await fieldsWith(fields, page);
    expect(none).toEqual([]);
    expect(suggested).not.toEqual([]);
  });

  it.each([
    'table > tbody > tr',
    'table tr',
    'table > thead',
    'tr > td',
    'ul > li',
    '.table > tr',
    'template > tr',
    'table > template',
  ])('says nothing of %s', (select) => {
    expect(found(select)).toEqual([]);
  });

  it('looks at items, links and nested fields', () => {
    const fields = { outer: { select: 'table', fields: { inner: 'tbody > td' } } };
    const job = parseJob({ pages: { product: { each: 'table > tr', follow: ['table > td'], fields } } });
    expect(findUnmatchedSelectors(job).map(describeUnmatched)).toEqual([
      expect.stringContaining('pages.product.follow[0].select: "table > td" finds nothing'),
      expect.stringContaining('pages.product.each: "table > tr" finds nothing'),
      expect.stringContaining('pages.product.fields.outer.fields.inner.select: "tbody > td" finds nothing'),
    ]);
  });
});
