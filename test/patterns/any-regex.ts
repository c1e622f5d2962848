import fc from 'fast-check';

/** Characters that meet in few classes and in many, a line break and halves of pairs among them. */
const chars = ['a', 'b', 'B', '1', '_', ' ', '-', '\n', '\u2028', 'é', 'ſ', 'K', '😀', '\ud83d', '\ude00'];

export const anyText = fc.string({ unit: fc.constantFrom(...chars, 'a', 'b', 'ab'), maxLength: 10 });

const atoms = [
  'a',
  'b',
  'ab',
  '.',
  '\\d',
  '\\w',
  '\\s',
  '\\W',
  '\\D',
  '\\S',
  '[ab]',
  '[^a]',
  '[a-b1-]',
  '[\\w-]',
  '[^\\s\\d]',
  '\\-'.slice(1),
  '\\u0061',
  '\\x62',
  '\\u{1F600}',
  '\\ud83d\\ude00',
  '\\p{Lu}',
  '\\P{L}',
  '[\\p{L}1]',
  '[^\\p{L}]',
  '[]',
  '[^]',
  '\\n',
  '(?:)',
  'é',
  '\\ud83d',
  '[\\ud800-\\udfff]',
];
const anchors = ['^', '$', '\\b', '\\B'];
const quantifiers = ['*', '+', '?', '*?', '+?', '??', '{2}', '{0,2}', '{1,3}?', '{2,}', '{0}', '{3}'];

const { regex } = fc.letrec<{ regex: string; term: string; group: string }>((tie) => ({
  regex: fc
    .array(fc.array(tie('term'), { maxLength: 3 }), { minLength: 1, maxLength: 3 })
    .map((options) => options.map((terms) => terms.join('')).join('|')),
  term: fc.oneof(
    { maxDepth: 4, depthIdentifier: 'regex' },
    fc.constantFrom(...atoms),
    fc.constantFrom(...anchors),
    tie('group'),
    fc
      .tuple(
        fc.oneof(fc.constantFrom(...atoms.filter((atom) => atom !== 'ab')), tie('group')),
        fc.constantFrom(...quantifiers),
      )
      .map((parts) => parts.join('')),
  ),
  group: fc
    .tuple(fc.constantFrom('(', '(?:', '(?:', '(?i:', '(?s:'), tie('regex'))
    .map(([open, body]) => `${open}${body})`),
}));

/** An expression with the flag `u` of everything that RE2 can run, most of them with repetitions of repetitions. */
export const anyRegex = regex;
