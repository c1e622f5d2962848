import { describe, expect, it } from 'vitest';
import { extractWith, fieldsWith, parseJob } from '../compile-job.ts';

const inScript = (code: string) => `<!doctype html><title>t</title><script>${code}</script><p>text</p>`;

async function valueIn(code: string, field: Record<string, unknown> = {}) {
  return (await fieldsWith({ f: { script: 'window.__STATE__', ...field } }, inScript(code)))['f'];
}

describe('a field of a variable', () => {
  it.each([
    ['JSON', 'window.__STATE__ = {"a": [1, {"b": "x"}]};', { a: [1, { b: 'x' }] }],
    [
      'a literal of JavaScript',
      "window.__STATE__={a:'x', 'b':1.5, 3:[1,,2,], c:undefined,}",
      { 3: [1, null, 2], a: 'x', b: 1.5, c: null },
    ],
    ['a declaration', 'var __STATE__ = {"a":1}', { a: 1 }],
    ['a constant behind others', 'const x = "__STATE__ = 5", __STATE__ = [1];', [1]],
    ['the same variable by another name', 'self["__STATE__"] = {"a":1}', { a: 1 }],
    ['a chain', 'window.x = window.__STATE__ = {"a":1}', { a: 1 }],
    ['a default', 'window.__STATE__ = window.__STATE__ || {"a":1};', { a: 1 }],
    [
      'JSON.parse',
      `window.__STATE__ = JSON.parse('{"a":"it\\'s \\\\"x\\\\" \\u00e9"}');`,
      { a: 'it\'s "x" é' },
    ],
    [
      'JSON.parse of what is encoded',
      'window.__STATE__=JSON.parse(decodeURIComponent("%7B%22a%22%3A1%7D"))',
      { a: 1 },
    ],
    ['JSON.parse of base64', `window.__STATE__=JSON.parse(atob("${btoa('{"a":1}')}"))`, { a: 1 }],
    ['a template', 'window.__STATE__ = `x\ny`', 'x\ny'],
    ['texts that are joined', "window.__STATE__ = 'a' + \"b\" + 'c'", 'abc'],
    [
      'escapes',
      String.raw`window.__STATE__ = '\x41\u{1F600}\
B\n'`,
      'A😀B\n',
    ],
    [
      'numbers',
      'window.__STATE__ = [0x10, -1.5e3, .5, 1_000, 90071992547409931, 5n, !0, !1, void 0]',
      [16, -1500, 0.5, 1000, '90071992547409931', 5, true, false, null],
    ],
    [
      'numbers that begin with a zero',
      'window.__STATE__ = [012, -017, 089, 0o12, 0.5, 0]',
      [10, -15, 89, 10, 0.5, 0],
    ],
    ['octal escapes', String.raw`window.__STATE__ = '\101\7x\0\18'`, 'A\u0007x\0\u00018'],
    ['parentheses', 'window.__STATE__ = ({a: (1)})', { a: 1 }],
    [
      'a call with literals, as Nuxt writes it',
      'window.__STATE__=(function(a,b){return {x:a,y:[b,a,{z:null}]}}("q",true));',
      { x: 'q', y: [true, 'q', { z: null }] },
    ],
    ['its other form', 'window.__STATE__=(function(a){return {x:a}})({k:1})', { x: { k: 1 } }],
    ['comments', 'window.__STATE__ /* = 1 */ = // {}\n {a: /* b */ 1}', { a: 1 }],
    ['the end of the script', 'window.__STATE__={a:1}', { a: 1 }],
    ['behind a regular expression', 'x = /"/.test(y); window.__STATE__={a:1}; z = a / b / c', { a: 1 }],
    ['behind a template', 'x = `${f(`"`)} "`; window.__STATE__={a:1}', { a: 1 }],
  ])('reads %s', async (_, code, value) => {
    expect(await valueIn(code)).toEqual(value);
  });

  it.each([
    ['a call', 'window.__STATE__ = load({"a":1})', 'load({"a":1})'],
    [
      'a call with statements',
      'window.__STATE__=(function(a){a.x=1;return {a}}({}))',
      '(function(a){a.x=1;return {a}}({}))',
    ],
    ['a method of a literal', 'window.__STATE__ = [1,2].map(x => x + 1)', '[1,2].map(x => x + 1)'],
    ['a sum', 'window.__STATE__ = 1 + x', '1 + x'],
    ['a variable', 'window.__STATE__ = other', 'other'],
    ['a condition', 'window.__STATE__ = {"a":1} ? 1 : 2', '{"a":1} ? 1 : 2'],
  ])('has no value of %s, and says so', async (_, code, found) => {
    const { items } = await extractWith(
      { fields: { f: { script: '__STATE__', required: true }, t: 'p' } },
      inScript(code),
    );
    expect(items[0]?.fields).toEqual({ f: null, t: 'text' });
    expect(items[0]?.lost).toEqual([{ field: 'f', step: 'script', found }]);
    expect(items[0]?.missing).toEqual(['f']);
  });

  it.each([
    ['a comparison', 'if (window.__STATE__ == {"a":1}) x()'],
    ['a text', "x = \"window.__STATE__ = {}\"; y = '\\'; __STATE__ = 1'"],
    ['a comment', '// window.__STATE__ = {}\n/* window.__STATE__ = {} */'],
    ['a template', 'x = `window.__STATE__ = {}`'],
    ['a property of another one', 'other.__STATE__ = {"a":1}; other().__STATE__ = 2'],
    ['a longer name', 'window.__STATE__2 = {"a":1}; my__STATE__ = 2'],
    ['a function', '(__STATE__) => 1'],
    ['a property of it', 'window.__STATE__.a = 1'],
  ])('is not %s', async (_, code) => {
    const { items } = await extractWith({ fields: { f: { script: '__STATE__' }, t: 'p' } }, inScript(code));
    expect(items[0]).toEqual({ item: 'product', url: expect.anything(), fields: { f: null, t: 'text' } });
  });

  it('leaves out what is code, and marks the value', async () => {
    const code =
      'window.__STATE__ = {a: 1, at: new Date(), f() { return "}" }, get g() { return 1 }, ...rest, [k]: 2, h, l: [x, 2], b: function () { if (y) { return /}/ } }, c: "z"}';
    const { items } = await extractWith({ fields: { f: { script: '__STATE__' } } }, inScript(code));
    expect(items[0]?.fields).toEqual({ f: { a: 1, at: null, l: [null, 2], b: null, c: 'z' } });
    expect(items[0]?.marks).toEqual([{ kind: 'mended', field: 'f' }]);
  });

  it.each([
    ['a.at', 'new Date()'],
    ['a.at.year', 'new Date()'],
    ['l[1]', 'x'],
    ['l[*].y', 'x'],
    ['h', 'h'],
    ['n.t', '`${k}`'],
  ])('says that it is code which stands at %s', async (path, found) => {
    const code = `window.__STATE__ = {a: {at: new Date()}, l: [1, x], h, n: (function(k){return {t: \`\${k}\`}}("q"))}`;
    const fields = {
      f: { script: '__STATE__', path },
      none: { script: '__STATE__', path: 'a.none' },
      t: 'p',
    };
    const { items } = await extractWith({ fields }, inScript(code));
    expect(items[0]?.lost).toEqual([{ field: 'f', step: 'script', found }]);
  });

  it('reads a script that is hidden from browsers without scripts', async () => {
    expect(await valueIn('<!--\nwindow.__STATE__ = {a: 1}\n//-->')).toEqual({ a: 1 });
    expect(await valueIn('<!--\nwindow.__STATE__ = {a: 1}\n-->')).toEqual({ a: 1 });
    expect(await valueIn('window.__STATE__ = {a: 1}; while (n --> 0) { window.__STATE__ = 2 }')).toEqual({
      a: 1,
    });
  });

  it('reads below a path, of the first value that has it', async () => {
    const code =
      'window.__STATE__ = {}; window.__STATE__ = {"p":{"price":"1.299","sizes":["S","M"],"raw":"{\\"x\\":[7]}"}}';
    const fields = {
      price: { script: '__STATE__', path: 'p.price', type: 'number' },
      sizes: { script: '__STATE__', path: 'p.sizes', list: true },
      product: { script: '__STATE__', path: 'p', fields: { amount: { path: 'price' } } },
      none: { script: '__STATE__', path: 'q' },
      other: { script: 'window.other' },
      from: {
        from: [
          { script: '__STATE__', path: 'x' },
          'script:window.absent',
          { script: '__STATE__', path: 'p.sizes[1]' },
        ],
      },
    };
    const { items } = await extractWith({ fields }, inScript(code));
    expect(items[0]?.fields).toEqual({
      price: 1.299,
      sizes: ['S', 'M'],
      product: { amount: '1.299' },
      none: null,
      other: null,
      from: 'M',
    });
    expect(items[0]?.marks).toEqual([{ kind: 'from', field: 'from', source: 'script:__STATE__ p.sizes[1]' }]);
  });

  it('reads a text that holds JSON, where a path goes on in it', async () => {
    expect(await valueIn(String.raw`window.__STATE__ = "{\"a\":{\"b\":[1,2]}}"`, { path: 'a.b[1]' })).toBe(2);
    expect(await valueIn('window.__STATE__ = "{\\"a\\":1}"')).toBe('{"a":1}');
  });

  it('reads what is pushed', async () => {
    const code =
      'dataLayer = window.dataLayer || []; dataLayer.push({event: "view"}, {price: 5}); function gtag(){dataLayer.push(arguments)}';
    const fields = {
      price: { script: 'dataLayer', path: 'price' },
      event: { script: 'window.dataLayer', path: 'event' },
    };
    expect(await fieldsWith(fields, inScript(code))).toEqual({ price: 5, event: 'view' });
  });

  it('reads a script that holds JSON, by its id', async () => {
    const page = '<script id="__NEXT_DATA__" type="application/json">{"props":{"a":[{"b":1}]}}</script>';
    expect(await fieldsWith({ f: { script: '__NEXT_DATA__', path: 'props.a[0].b' } }, page)).toEqual({
      f: 1,
    });
  });

  it('reads no script that a browser does not run', async () => {
    const page = ['text/template', 'application/ld+json', 'text/x-handlebars'].map(
      (type) => `<script type="${type}">__STATE__ = 1</script>`,
    );
    expect(await fieldsWith({ f: { script: '__STATE__' } }, page.join(''))).toEqual({ f: null });
  });

  it.each([
    ['nested beyond reason', `window.__STATE__ = ${'['.repeat(50_000)}`],
    [
      'a value of many parameters',
      `window.__STATE__ = (function(a){return [${'a,'.repeat(20_000)}]}("${'x'.repeat(20_000)}"))`,
    ],
    ['an end that is missing', 'window.__STATE__ = {"a": [1, 2'],
    ['a text without an end', 'window.__STATE__ = "abc'],
    ['a template without an end', 'window.__STATE__ = `abc'],
  ])('is not read of %s', async (_, code) => {
    const found = await fieldsWith({ f: { script: '__STATE__' }, t: 'p' }, inScript(code));
    expect(found).toEqual({ f: null, t: 'text' });
  });

  it('leaves out a call in a call, which could double a value without end', async () => {
    const code = `window.__STATE__ = ${'(function(a){return [a,a]}('.repeat(40)}1${'))'.repeat(40)}`;
    const { items } = await extractWith({ fields: { f: { script: '__STATE__' } } }, inScript(code));
    expect(items[0]).toMatchObject({ fields: { f: [null, null] }, marks: [{ kind: 'mended' }] });
  });

  it.each([
    ['comments without an end', 'x = 1; /* '.repeat(60_000)],
    ['texts without an end', "'\\".repeat(120_000)],
    ['regular expressions without an end', '([/'.repeat(120_000)],
    ['assignments in one another', '__STATE__ = {a: '.repeat(40_000)],
  ])('takes linear time: %s', async (_, code) => {
    const start = performance.now();
    await fieldsWith({ f: { script: '__STATE__' } }, inScript(`__STATE__; ${code}`));
    expect(performance.now() - start).toBeLessThan(5_000);
  });
});

describe('the stream of Next.js', () => {
  const rows = [
    '0:["$","main",null,{"children":["$","$L1",null,{"product":"$3"}]}]',
    '1:I["(app)/product.js",["1","2"],"default"]',
    ':HL["/style.css","style"]',
    '3:{"name":"Lampe","price":"$$5","text":"$4","at":"$D2026-01-02T03:04:05.000Z","parent":"$3","more":["$5:items:0","$undefined"]}',
    '4:Tc,Grüße\n2:{}',
    '5:{"items":[{"sku":"A"}]}',
  ];
  const stream = `${rows.slice(0, 5).join('\n')}${rows[5]}\n`;
  const chunks = [stream.slice(0, 30), stream.slice(30, 217), stream.slice(217)];
  const page = inScript(
    [
      '(self.__next_f=self.__next_f||[]).push([0])',
      ...chunks.map((chunk) => `self.__next_f.push([1,${JSON.stringify(chunk)}])`),
    ].join('\n'),
  );

  it('is put together, and read by path at whatever depth', async () => {
    const fields = {
      name: { script: 'self.__next_f', path: 'product.name' },
      text: { script: '__next_f', path: 'text' },
      price: { script: '__next_f', path: 'price' },
      more: { script: '__next_f', path: 'product.more' },
      sku: { script: '__next_f', path: 'items[*].sku', list: true },
      at: { script: '__next_f', path: 'at' },
      none: { script: '__next_f', path: 'nothing' },
    };
    expect(await fieldsWith(fields, page)).toEqual({
      name: 'Lampe',
      text: 'Grüße\n2:{}',
      price: '$5',
      more: [{ sku: 'A' }, null],
      sku: ['A'],
      at: '2026-01-02T03:04:05.000Z',
      none: null,
    });
  });
});

it.each([['a[0]'], ['a b'], ['a..b'], ['1a'], ['f()']])('refuses %s as a variable', (script) => {
  const parse = () => parseJob({ pages: { product: { fields: { f: { script } } } } });
  expect(parse).toThrow(/a variable such as window\.__STATE__/);
});
