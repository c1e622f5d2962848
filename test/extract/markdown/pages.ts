import fc from 'fast-check';

/** Pages of blocks and lines by chance, with texts that look like Markdown. */

const pieces = [
  ...[
    'a',
    'b1',
    'word',
    'Ä',
    '文',
    '🙂',
    ' ',
    ' ',
    '\n',
    '*',
    '**',
    '_',
    '__',
    '`',
    '``',
    '~',
    '~~',
    '[',
    ']',
    '(',
    ')',
  ],
  ...[
    '[x]',
    '[^1]',
    '](',
    ']:',
    '!',
    '#',
    '##',
    '-',
    '--',
    '---',
    '+',
    '=',
    '===',
    '1.',
    '2)',
    '>',
    '<',
    '</b>',
    '<!--',
  ],
  ...['&', '&amp;', '&#42;', '\\', '\\\\', '|', '||', ':', '.', ',', '"', "'", '「', '」', '。', '/', '@'],
  ...[
    'http://a.example/b_c*d',
    'www.a.example/_',
    'x@a.example',
    '$',
    '%',
    '^',
    '{',
    '}',
    'snake_case',
    '\u00a0',
  ],
];

export const text = fc
  .array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 6 })
  .map((parts) => escapeHtml(parts.join('')));

function escapeHtml(value: string): string {
  return value.replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`);
}

const wrap = (name: string) => (content: string) => `<${name}>${content}</${name}>`;

const { line } = fc.letrec<{ line: string; inline: string }>((tie) => ({
  line: fc.array(tie('inline'), { minLength: 1, maxLength: 4 }).map((parts) => parts.join('')),
  inline: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { arbitrary: text, weight: 6 },
    {
      arbitrary: fc
        .constantFrom('b', 'i', 'em', 'strong', 'del', 'code', 'span', 'sup')
        .chain((name) => tie('line').map(wrap(name))),
      weight: 3,
    },
    {
      arbitrary: fc.constantFrom('<br>', '<br><br>', '<img src="/p_(1).png" alt="a *b* [c]">', ' '),
      weight: 1,
    },
    {
      arbitrary: tie('line').map((content) =>
        content.includes('<a ') ? content : `<a href="/q?a=1&amp;b=(2">${content}</a>`,
      ),
      weight: 1,
    },
  ),
}));

const list = fc.constantFrom('ul', 'ol', 'ol start=7');
const close = (name: string) => name.split(' ')[0] ?? '';

const { blocks } = fc.letrec<{ blocks: string; block: string; items: string }>((tie) => ({
  blocks: fc.array(tie('block'), { minLength: 1, maxLength: 4 }).map((parts) => parts.join('\n')),
  items: fc
    .array(
      fc.oneof(
        { arbitrary: line, weight: 3 },
        { arbitrary: tie('blocks'), weight: 1 },
        fc.tuple(line, tie('block')).map((both) => both.join('')),
      ),
      {
        minLength: 1,
        maxLength: 3,
      },
    )
    .map((items) => items.map(wrap('li')).join('\n')),
  block: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { arbitrary: line.map(wrap('p')), weight: 5 },
    { arbitrary: line, weight: 2 },
    {
      arbitrary: fc
        .tuple(fc.integer({ min: 1, max: 6 }), line)
        .map(([level, content]) => `<h${level}>${content}</h${level}>`),
      weight: 2,
    },
    {
      arbitrary: fc.tuple(list, tie('items')).map(([name, items]) => `<${name}>${items}</${close(name)}>`),
      weight: 3,
    },
    { arbitrary: tie('blocks').map(wrap('blockquote')), weight: 2 },
    { arbitrary: tie('blocks').map(wrap('div')), weight: 1 },
    {
      arbitrary: fc.array(text, { minLength: 1, maxLength: 3 }).map((lines) => wrap('pre')(lines.join('\n'))),
      weight: 2,
    },
    { arbitrary: fc.constant('<hr>'), weight: 1 },
    {
      arbitrary: fc
        .array(fc.array(line, { minLength: 2, maxLength: 3 }), { minLength: 2, maxLength: 3 })
        .map((rows) =>
          wrap('table')(rows.map((cells) => wrap('tr')(cells.map(wrap('td')).join(''))).join('')),
        ),
      weight: 1,
    },
  ),
}));

export const page = blocks;
