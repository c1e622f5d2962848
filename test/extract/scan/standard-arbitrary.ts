import fc from 'fast-check';
import { attributeNames, attributeValues } from './html-arbitrary.ts';

/**
 * Pages as authors write them who know HTML: end tags are left out where they may be and htmlparser2
 * knows it, signs stand in every quoting, and nothing is nested in a way that only error handling mends.
 */
export function agreedHtml(): fc.Arbitrary<string> {
  const { flow } = fc.letrec<Parts>((tie: Tie) => ({
    phrase: joined(fc.oneof({ weight: 3, arbitrary: text() }, leaf(), phrasing(tie('phrase'))), 3),
    block: block(tie),
    // A paragraph that is left open ends where the next block begins.
    flow: joined(
      fc.oneof(
        { maxDepth: 4, depthIdentifier: 'agreed' },
        text(),
        fc.constant('\r\n'),
        tie('block'),
        tie('block'),
        inset(tie),
        wrapped('p', tie('phrase'), { mayStayOpen: true }),
        tie('phrase'),
      ),
      4,
    ),
    // What may come last where the end tag of the element around it is left out.
    closedFlow: fc.tuple(tie('flow'), tie('block')).map((parts) => parts.join('')),
  }));
  return fc
    .tuple(attributes(), joined(headPart(), 3), attributes(), joined(flow, 4))
    .map(
      ([html, head, body, inside]) =>
        `<!DOCTYPE html>\n<html${html}>\n<head>${head}</head>\n<body${body}>${inside}</body>\n</html>\n`,
    );
}

interface Parts {
  phrase: string;
  block: string;
  flow: string;
  closedFlow: string;
}

type Tie = fc.LetrecTypedTie<Parts>;

/** They end a paragraph that is open before them. */
function block(tie: Tie): fc.Arbitrary<string> {
  const [phrase, flow, closedFlow] = [tie('phrase'), tie('flow'), tie('closedFlow')];
  const inItem = fc.oneof(phrase, phrase, closedFlow);
  const item = (name: string) => wrapped(name, inItem, { mayStayOpen: true });
  return fc.oneof(
    { maxDepth: 3, depthIdentifier: 'agreed' },
    wrapped('h1 h2 h3 address', phrase),
    wrapped('pre', joined(fc.oneof(text(), wrapped('b span', text())), 4)),
    wrapped('div section article blockquote main figure fieldset DIV', flow),
    wrapped('ul ol', joined(item('li LI'), 3)),
    wrapped('dl', joined(item('dt dd'), 4)),
    wrapped('table', table(inItem, flow)),
  );
}

/** They may stand in a paragraph. */
function inset(tie: Tie): fc.Arbitrary<string> {
  return fc.oneof(
    wrapped('select', joined(option(), 4)),
    wrapped('ruby', joined(fc.oneof(text(), wrapped('rt rp', text(), { mayStayOpen: true })), 3)),
    foreign(tie('closedFlow')),
    wrapped('template', tie('flow')),
  );
}

/** Of the start tag of a cell, only that of the next row or of a `td` ends a cell for htmlparser2. */
function table(inside: fc.Arbitrary<string>, flow: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const cells = fc
    .tuple(
      joined(wrapped('th', inside, { mayStayOpen: true }), 2),
      joined(wrapped('td', inside, { mayStayOpen: true }), 3),
    )
    .map((parts) => parts.join(''));
  const row = wrapped('tr', cells, { mayStayOpen: true });
  const rows = fc.tuple(joined(row, 2), wrapped('tr', cells)).map((parts) => parts.join(''));
  const sections = ['thead', 'tbody', 'tfoot'].map((name) =>
    wrapped(name, rows, { mayStayOpen: name !== 'tfoot' }),
  );
  const caption = fc.oneof(fc.constant(''), wrapped('caption', flow));
  return fc.tuple(caption, ...sections).map((parts) => parts.join('\n'));
}

function option(): fc.Arbitrary<string> {
  const options = joined(wrapped('option', text(), { mayStayOpen: true }), 3);
  return fc.oneof(options, wrapped('optgroup', options, { mayStayOpen: true }));
}

function phrasing(inside: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.oneof(
    { maxDepth: 3, depthIdentifier: 'agreed' },
    wrapped('b i em span code time label B sub x-y', inside),
    wrapped('b span', inside, { slash: true }),
    wrapped('a', fc.oneof(text(), wrapped('b span', text()))),
    wrapped('button', text()),
  );
}

/** SVG with HTML inside, and MathML; self-closing signs mean something here. */
function foreign(flow: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const shapes = fc.tuple(attributes(), fc.constantFrom('path', 'use', 'linearGradient', 'g', 'image'));
  const shape = shapes.map(([held, name]) => `<${name} viewBox="0 0" xlink:href="#a"${held}/>`);
  const inSvg = fc.oneof(
    shape,
    wrapped('title desc', text()),
    wrapped('foreignObject foreignobject', flow),
    wrapped('g text a', fc.oneof(shape, text())),
    comment(),
  );
  const inMath = fc.oneof(wrapped('mi mo mn mtext', text()), wrapped('mrow', wrapped('mi', text())));
  return fc.oneof(wrapped('svg', joined(inSvg, 3)), wrapped('math', joined(inMath, 3)));
}

interface TagOptions {
  mayStayOpen?: boolean;
  /** Is a sign written that only looks like an end? */
  slash?: boolean;
}

function wrapped(
  names: string,
  inside: fc.Arbitrary<string>,
  { mayStayOpen = false, slash = false }: TagOptions = {},
): fc.Arbitrary<string> {
  const end = fc.constantFrom('>', '>', ' >', '\n>');
  return fc
    .tuple(fc.constantFrom(...names.split(' ')), attributes(), inside, end, fc.boolean())
    .map(([name, held, content, ended, isOpen]) => {
      const start = `<${name}${held}${slash ? ' /' : ''}>`;
      return `${start}${content}${mayStayOpen && isOpen ? '' : `</${name}${ended}`}`;
    });
}

function joined(part: fc.Arbitrary<string>, maxLength: number): fc.Arbitrary<string> {
  return fc.array(part, { maxLength, size: 'max' }).map((parts) => parts.join(''));
}

/** Without elements inside. */
function leaf(): fc.Arbitrary<string> {
  const empty = fc
    .tuple(
      fc.constantFrom('br', 'img', 'input', 'wbr', 'IMG', 'image'),
      attributes(),
      fc.constantFrom('>', ' />'),
    )
    .map(([name, held, end]) => `<${name}${held}${end}`);
  return fc.oneof(empty, comment(), rawText(false), rawText(true));
}

function headPart(): fc.Arbitrary<string> {
  const empty = fc.tuple(fc.constantFrom('meta', 'link', 'base'), attributes());
  return fc.oneof(
    empty.map(([name, held]) => `<${name}${held}>\n`),
    fc.constantFrom('<link rel="canonical" href="/c?a=1&amp;b=2">', '<base href=/b/>', '\n'),
    wrapped('title', joined(escapableText(), 3)),
    wrapped('script style', joined(plainText(), 3)),
    comment(),
  );
}

function rawText(hasReferences: boolean): fc.Arbitrary<string> {
  if (hasReferences) return wrapped('textarea', joined(escapableText(), 3));
  return wrapped('script style iframe SCRIPT', joined(plainText(), 3));
}

const plainText = () =>
  fc.constantFrom(
    '<p>x</p>',
    '</b>',
    '<a href="/x">',
    '</scripty>',
    ' a < b && c ',
    '&amp;',
    '{"a": ["<i>"]}',
    '</',
  );
/** After a `<` that begins no tag htmlparser2 leaves a reference as it is. */
const escapableText = () =>
  fc.oneof(
    fc.constantFrom(...words.filter((word) => !word.startsWith('<'))),
    fc.constantFrom('<p>x</p>', '</b> ', '<a href="/x">'),
  );

function comment(): fc.Arbitrary<string> {
  const inside = fc.constantFrom('', ' a ', '<p>x</p>', ' -- > ', '[if IE]><b>x</b><![endif]', ' </body> ');
  return fc.oneof(
    inside.map((held) => `<!--${held}-->`),
    inside.map((held) => `<!-- ${held}--!>`),
    fc.constantFrom('<!-->', '<!--->', '<?php echo 1 ?>', '<!x y>', '</ x>', '<![endif]>'),
  );
}

function attributes(): fc.Arbitrary<string> {
  const value = fc.oneof(
    fc.constantFrom(...attributeValues),
    fc.constantFrom(
      'a&amp;b',
      '?a=1&b=2',
      '?x=1&copy=2',
      '&eacute;',
      'a > b',
      '&#x41;&#66',
      '&lt;p>',
      "it's",
      'a\nb',
    ),
  );
  const held = fc
    .tuple(
      fc.constantFrom(...attributeNames, 'CLASS', 'Data-X', '@a', 'é'),
      value,
      fc.constantFrom('=', ' = '),
    )
    .chain(([name, text, sign]) => spelt(text).map((quoted) => `${name}${sign}${quoted}`));
  const bare = fc.constantFrom('hidden', 'checked', 'CLASS');
  const before = fc.constantFrom(' ', ' ', '\n', '  ');
  const one = fc.tuple(before, fc.oneof({ weight: 6, arbitrary: held }, bare)).map((parts) => parts.join(''));
  return fc.array(one, { maxLength: 2 }).map((parts) => parts.join(''));
}

function spelt(value: string): fc.Arbitrary<string> {
  const ways = [`"${value}"`];
  if (!value.includes("'")) ways.push(`'${value}'`);
  if (/^[^\s"'=<>`]+$/u.test(value)) ways.push(value);
  return fc.constantFrom(...ways);
}

function text(): fc.Arbitrary<string> {
  return fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 4 }).map((parts) => parts.join(''));
}

const words = (
  'word|two words| |\n|12|1,234.50|\u00a0|é|😀|&amp;|&lt;b&gt;|&amp|&lt |&notit;|&noti|&nbsp;|&#65;|&#x41 |&copy;|' +
  '&copy 2024|&copy=1|&unknown;|&|& b|&&|&hellip;|&NotEqualTilde;|&#150;|&#128512;|&#x80;|&eacute|AT&T|< 3|<3|>|"|' +
  '12 March 2024|{"a": 1}|&#0;|&#xD800;|&#1114112;|&CounterClockwiseContourIntegral;'
).split('|');
