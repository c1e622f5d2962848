import { describe, expect, it } from 'vitest';
import { parseHtml } from '../../shared/extract/tree/parse-html.ts';
import { compileQuery } from '../../shared/extract/tree/query.ts';
import { cpuMsOf } from '../../testing/cpu-time.ts';
import { compileBoth, ruleOf } from './scan/both-ways.ts';

/** As Chromium has them (`npm run corpora -- browser`): the ids of what is found, in both ways of reading. */
const cases: [why: string, selector: string, body: string, ids: string[]][] = [
  ['white space is text', 'p:empty', '<p id=a></p><p id=b> </p><p id=c><!--x--></p>', ['a', 'c']],
  ['no-break space does not part classes', '.y', '<p id=a class="x y"><p id=b class="x\u00a0y">', ['a']],
  ['nor does a vertical tab', '.y', '<p id=a class="x\ty"><p id=b class="x\u000by">', ['a']],
  ['a form feed does', '.y', '<p id=a class="x\fy">', ['a']],
  ["values of the standard's list are in any case", '[type=TEXT]', '<input id=a type=text>', ['a']],
  ['not in SVG', 'style[type=TEXT]', '<svg><style id=a type=text></style></svg>', []],
  ['letters fold in ASCII alone', '[id="\u212a" i]', '<p id=k>', []],
  ['an empty word is none', '[class~=""]', '<p id=a class="">', []],
  ['what is in :is() may begin outside', 'p:is(body b, body p)', '<p id=a>', ['a']],
  ['as in :has()', ':has(> p:is(body > div > p))', '<div id=a><p></div>', ['a']],
  [':scope in :has() is the scope', ':has(:scope)', '<p id=a>', []],
  ['positions among some', 'p:nth-child(2 of .x)', '<p class=x><p><p id=a class=x>', ['a']],
  ['of the others', 'p:nth-last-of-type(2n)', '<p id=a><p><b></b>', ['a']],
  [
    'a legend is not disabled',
    ':disabled:not(fieldset)',
    '<fieldset disabled><legend><input></legend><input id=a>',
    ['a'],
  ],
  ['options of a select that is', 'option:disabled', '<select disabled><option id=a></select>', ['a']],
  ['the first option is chosen', 'option:checked', '<select><option disabled><option id=a></select>', ['a']],
  [
    'the last radio button wins',
    ':checked',
    '<input type=radio name=n checked><input id=a type=radio name=n checked>',
    ['a'],
  ],
  ['a paragraph is read-only', 'p:read-only', '<p id=a><p contenteditable>', ['a']],
  ['a range is not required', ':required', '<input id=a required><input type=range required>', ['a']],
  [
    'the first button is the default',
    ':default',
    '<form><button type=button></button><button id=a></button><button></button></form>',
    ['a'],
  ],
  [
    'no group without a name',
    ':indeterminate',
    '<input id=a type=radio><progress id=b></progress>',
    ['a', 'b'],
  ],
  [
    'a placeholder shows',
    ':placeholder-shown',
    '<input id=a placeholder=x><input placeholder=x value=v>',
    ['a'],
  ],
  ['a link of the head is none', ':any-link', '<link href=x><a id=a href></a><a></a>', ['a']],
  ['no language of a longer name', ':lang(en)', '<p id=a lang=en-GB><p lang=english>', ['a']],
  ['direction by the first letter', 'p:dir(rtl)', '<p id=a dir=auto>1 \u05d0<p dir=auto>a \u05d0', ['a']],
  ['of any namespace', '*|circle', '<svg><circle id=a /></svg>', ['a']],
  ['names of SVG', 'foreignObject', '<svg><foreignObject id=a></foreignObject></svg>', ['a']],
  ['what is in a template is elsewhere', 'template:empty', '<template id=a>x</template>', ['a']],
  [
    'a template of SVG is none',
    'svg template p, svg circle',
    '<svg><template><circle id=a /></template></svg>',
    ['a'],
  ],
  ['escapes', '.\\31 0', '<p id=a class=10>', ['a']],
  ['brackets in a text', 'p:contains(")")', '<p id=a>(x)', ['a']],
];

describe('a selector', () => {
  it.each(cases)('%s: %s', (_why, selector, body, ids) => {
    expect(idsOf(selector, `<!doctype html>${body}`)).toEqual(ids);
  });

  it.each([
    ['.A', ['a', 'b']],
    ['#B', ['b']],
    ['p:not(.a)', []],
    ['[class=A]', ['a']],
    ['.\u00c9', []],
  ])('compares classes and ids in any case in quirks mode: %s', (selector, ids) => {
    expect(idsOf(selector, '<p id=a class=A><p id=b class="a \u00e9">')).toEqual(ids);
  });

  it.each([
    'a/**/b',
    '.1a',
    ':not(> a)',
    'a < b',
    'p*',
    ':nth-child(2 n)',
    '|',
    'a b:is()',
    '[a==b]',
    '[a="b',
  ])('is refused in words: %s', (selector) => {
    expect(() => compileQuery(selector)).toThrow(/is no CSS selector: \S/);
  });

  it.each(['b ~ p', 'p:has(~ b)', 'p:nth-child(n of p)', 'p:nth-last-of-type(3)', ':has(b) p'])(
    'takes time in proportion to the page: %s',
    (selector) => {
      const wide = parseHtml(`<!doctype html>${'<p>x</p>'.repeat(50_000)}`);
      expect(cpuMsOf(() => void compileQuery(selector).all(wide))).toBeLessThan(5_000);
    },
  );
});

function idsOf(selector: string, body: string): (string | undefined)[] {
  const field = { select: selector, list: true, fields: { text: {}, id: { attr: 'id' } } };
  compileBoth(ruleOf({ fields: { field } }))(body);
  return compileQuery(selector)
    .all(parseHtml(body))
    .map(({ attribs }) => attribs['id']);
}
