import fc from 'fast-check';

/**
 * Pages as they come: well-formed, sloppy and broken. Few names, so that selectors of
 * `job-arbitrary.ts` find something.
 */
export function html(): fc.Arbitrary<string> {
  return fc.oneof(
    {
      weight: 6,
      arbitrary: fc.array(token(), { maxLength: 40, size: 'max' }).map((parts) => parts.join('')),
    },
    { weight: 4, arbitrary: tree() },
    // Truncated anywhere.
    { weight: 1, arbitrary: fc.tuple(tree(), fc.nat(400)).map(([text, at]) => text.slice(0, at)) },
  );
}

export const tagNames = (
  'div p a b i span ul li table tr td th tbody thead form button select option input br img h1 h2 pre time ' +
  'script style template title textarea svg math foreignObject desc body head html base link dd dt dl section x-y ' +
  'image article rt rp tfoot optgroup hr mi linearGradient iframe'
).split(' ');
/** Elements that end others, are ended by others, or change what is inside. */
export const nestingNames = (
  'tr th td body a li p h1 h6 select input output button datalist textarea option optgroup dd dt address ' +
  'fieldset form hr main ol pre table rt rp tbody tfoot thead head link script svg math title desc foreignObject ' +
  'mi br image template style iframe div b'
).split(' ');
export const classNames = ['a', 'b', 'c-d', 'é'];
export const attributeNames = ['class', 'id', 'href', 'data-x', 'rel', 'type', 'datetime', 'title'];
export const attributeValues = [
  'a',
  'b',
  'a b',
  'c-d',
  ' a\tb ',
  '',
  'A',
  '/x',
  'y?z=1#f',
  'https://a.example/b',
  '#top',
  'canonical',
  'é a',
  'a-b',
  '2024-03-12',
  '12',
  'a\u00a0b',
  'text',
  'javascript:x',
  '//h.example/',
  '?q',
  '../up',
];

/** Of few elements, whose texts are parted by comments, tags that are ignored and end tags that are left out. */
export function textHtml(): fc.Arbitrary<string> {
  const name = fc.constantFrom(
    ...['div', 'p', 'b', 'a', 'li', 'ul', 'span', 'td', 'div', 'p', 'b', 'script', 'template', 'svg', 'pre'],
  );
  const piece = fc.constantFrom(
    ...[
      'word',
      'word',
      'x',
      ' ',
      '\n',
      ' 12 ',
      'two words',
      '\u00a0',
      '&amp;',
      '&#32;',
      '&#10;',
      'é',
      '\r\n',
    ],
    ...[
      '<!--c-->',
      '<!c>',
      '</i>',
      '</>',
      '<br>',
      '<img class="a" href="/x">',
      '<![CDATA[x]]>',
      '</p>',
      '<li>',
    ],
    ...['<table><tr><td>word<td>12</table>', '<table> <!--c--> x', '<p>', '</b>', '<title>word</title>'],
    ...[
      '</body>',
      '</html>',
      '</head>',
      '<body>',
      '<template>word<b>x</b></template>',
      '<script>word</script>',
    ],
  );
  const attributes = fc.constantFrom('', '', ' class=a', ' class="a b" href="/x"', ' id=a title=word');
  const { node } = fc.letrec<{ node: string; inside: string[] }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 5, depthIdentifier: 'text' },
      piece,
      fc
        .tuple(name, attributes, tie('inside'), fc.constantFrom(true, true, true, false))
        .map(
          ([tag, written, inside, ends]) => `<${tag}${written}>${inside.join('')}${ends ? `</${tag}>` : ''}`,
        ),
    ),
    inside: fc.array(tie('node'), { maxLength: 5, depthIdentifier: 'text', size: 'max' }),
  }));
  const start = fc.constantFrom(
    '',
    '',
    '<!doctype html>\n<html>\n<head>\n<title>word</title> </head>\n<body>\n',
  );
  return fc
    .tuple(start, fc.array(node, { minLength: 2, maxLength: 6, size: 'max' }))
    .map(([head, parts]) => head + parts.join(''));
}

/** Well-formed, of few elements, each with an id of its own. */
export function nestedHtml(): fc.Arbitrary<string> {
  const start = fc.tuple(fc.constantFrom('div', 'b', 'i'), fc.constantFrom('', '', ' class=a'));
  const wrap = ([name, named]: [string, string], inside: string[]) =>
    `<${name}${named} id=?>${inside.join('')}</${name}>`;
  const { node } = fc.letrec<{ node: string; inside: string[] }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 5, depthIdentifier: 'nested' },
      start.map((tag) => wrap(tag, [])),
      fc.tuple(start, tie('inside')).map(([tag, inside]) => wrap(tag, inside)),
      fc.tuple(start, tie('inside')).map(([tag, inside]) => wrap(tag, inside)),
    ),
    inside: fc.array(tie('node'), { maxLength: 4, depthIdentifier: 'nested', size: 'max' }),
  }));
  return fc.array(node, { minLength: 1, maxLength: 3 }).map((parts) => {
    let serial = 0;
    return parts.join('').replaceAll('?', () => String(serial++));
  });
}

function token(): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 8, arbitrary: startTag() },
    { weight: 6, arbitrary: endTag() },
    { weight: 5, arbitrary: text() },
    { weight: 1, arbitrary: comment() },
    { weight: 1, arbitrary: rawText() },
    { weight: 1, arbitrary: fc.constantFrom(...oddities) },
  );
}

function tree(): fc.Arbitrary<string> {
  const { node } = fc.letrec<{ node: string; children: string }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 6, depthIdentifier: 'html' },
      text(),
      fc
        .tuple(startTag(), tie('children'), fc.constantFrom('', '', '', '<p>', '</b>'), fc.boolean())
        .map(([start, inside, odd, isClosed]) => start + inside + odd + (isClosed ? endOf(start) : '')),
      fc.tuple(element(), tie('children')).map(([name, inside]) => `<${name}>${inside}</${name}>`),
      fc.tuple(element(), tie('children')).map(([name, inside]) => `<${name} class="a">${inside}</${name}>`),
    ),
    children: fc
      .array(tie('node'), { maxLength: 4, depthIdentifier: 'html', size: 'max' })
      .map((parts) => parts.join('')),
  }));
  return fc.array(node, { maxLength: 5, size: 'max' }).map((parts) => parts.join(''));
}

function endOf(start: string): string {
  return `</${/^<([^\s/>]+)/.exec(start)?.[1] ?? 'p'}>`;
}

function element(): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom('div', 'p', 'a', 'b', 'span', 'ul', 'li') },
    { weight: 3, arbitrary: fc.constantFrom(...tagNames) },
    { weight: 1, arbitrary: fc.constantFrom(...tagNames).map((name) => name.toUpperCase()) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        'custom-1',
        'o:p',
        'scripts',
        'sc',
        'tit',
        'textare',
        'p\u0000',
        'b\u212a',
        'foreignobject',
      ),
    },
  );
}

function startTag(): fc.Arbitrary<string> {
  return fc
    .tuple(
      element(),
      fc.array(attribute(), { maxLength: 3, size: 'max' }),
      fc.constantFrom('>', '>', '>', ' >', '/>', ' / >', '/ x>', ''),
    )
    .map(([name, attributes, end]) => `<${name}${attributes.join('')}${end}`);
}

function endTag(): fc.Arbitrary<string> {
  return fc
    .tuple(element(), fc.constantFrom('>', '>', '>', ' >', ' class="a">', '/>', ''))
    .map(([name, end]) => `</${name}${end}`);
}

function attribute(): fc.Arbitrary<string> {
  const name = fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...attributeNames) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        'CLASS',
        'Href',
        'x',
        '=a',
        '"b"',
        'd\u0000',
        '__proto__',
        'constructor',
        'é',
        '\u212aey',
        "'",
        '<b',
      ),
    },
  );
  const value = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...attributeValues) },
    { weight: 1, arbitrary: text() },
  );
  const around = fc.constantFrom('=', '=', '=', ' = ', '=\n', ' ');
  return fc
    .tuple(
      fc.constantFrom(' ', ' ', ' ', ' ', ' ', '\n', '/', ' / ', ''),
      name,
      around,
      value,
      fc.constantFrom('"', '"', "'", ''),
    )
    .map(([before, named, sign, held, mark]) => `${before}${named}${sign}${mark}${held}${mark}`);
}

function text(): fc.Arbitrary<string> {
  return fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 4 }).map((parts) => parts.join(''));
}

function comment(): fc.Arbitrary<string> {
  return fc
    .tuple(
      fc.constantFrom(
        '<!--',
        '<!--',
        '<!',
        '<!-',
        '<?',
        '<!doctype ',
        '<!DOC',
        '<![if x]',
        '</ ',
        '</1',
        '<!--->',
        '<!-->',
      ),
      text(),
      fc.constantFrom('-->', '-->', '>', '--!>', '--->', '--', '->'),
    )
    .map((parts) => parts.join(''));
}

function rawText(): fc.Arbitrary<string> {
  const name = fc.constantFrom(
    'script',
    'style',
    'title',
    'textarea',
    'iframe',
    'SCRIPT',
    'xmp',
    'noembed',
    'noframes',
  );
  const inside = fc.array(
    fc.constantFrom(
      ...words,
      '</b>',
      '<p>',
      '</scripty>',
      '<!--',
      '</',
      '{"a": 1, "b": [2, 3]}',
      '{"b": {"a": "x"}}',
    ),
    { maxLength: 4 },
  );
  return fc
    .tuple(
      name,
      fc.constantFrom('>', ' class=a>', '/>'),
      inside,
      fc.constantFrom('>', ' >', '/>', ' x="y>">'),
    )
    .map(([tag, start, parts, end]) => `<${tag}${start}${parts.join('')}</${tag}${end}`);
}

const words = [
  'word',
  ' ',
  '\n',
  '\u00a0',
  'two words',
  '12',
  '1,234.50',
  '&amp;',
  '&lt;',
  '&amp',
  '&lt',
  '&not',
  '&notit;',
  '&noti',
  '&nbsp;',
  '&#65;',
  '&#x41',
  '&#0;',
  '&#',
  '&#x',
  '&',
  '&&amp;',
  '&unknown;',
  '&copy',
  '&copy=1',
  '&ampx',
  '&hellip;',
  '&NotEqualTilde;',
  '&CounterClockwiseContourIntegral;',
  '<',
  '< ',
  '<<',
  '>',
  '"',
  "'",
  '=',
  '\u0000',
  'é',
  '😀',
  '\r\n',
  '\t',
  '12 March 2024',
  '{"a": 1}',
  '&#128512;',
  '&#xD800;',
  '&#1114112;',
  '&#150;',
];

const oddities = [
  '</head>\n<title>x</title>',
  '</body>\n<!--x-->\n',
  '</html>\n<!--x-->',
  '</>',
  '</p>',
  '</br>',
  '<br/>',
  '<svg><title>x</title></svg>',
  '<svg><path d="M0 0"/></svg>',
  '<svg/>',
  '<math><mi>x</mi></math>',
  '<svg><foreignObject><p>x</foreignObject></svg>',
  '<svg><desc><image></desc><image/></svg>',
  '<![CDATA[x]]>',
  '<svg><![CDATA[x]]></svg>',
  '<form><form class=a><p></form>',
  '<base href="/base/">',
  '<base>',
  '<link rel="canonical" href="/c">',
  '<link rel=canonical href=/d><body>',
  '<plaintext>',
  '<script>',
  '<title>',
  '<template><p class=a>x</p></template>',
  '<select><option>1<option class=a>2</select>',
  '<pre>\n a\n <br>b</pre>',
  '<time datetime="2024-03-12T10:00Z">x</time>',
  '<time datetime="P3D">12 March 2024</time>',
  '<a href="/x"><a href="/y">',
  '\u001c/script>',
  '<table><tr><td>1<td>2<tr><th>3</table>',
  '<x',
  '<a href="',
  '<!--',
  '</a',
  '</',
  '<',
];
