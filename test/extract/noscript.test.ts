import { parse } from 'parse5';
import { describe, expect, it } from 'vitest';
import { parseHtml } from '../../shared/extract/tree/parse-html.ts';
import { textOf } from '../../shared/extract/values/text.ts';
import { fieldsWith } from './compile-job.ts';

const counter = '<noscript><img src=/pixel alt=""></noscript>';

describe('a picture in noscript of the head', () => {
  it.each([
    ['before body with attributes', `<head>${counter}</head><body class=shop id=b><h1>T</h1>`],
    [
      'between other elements',
      `<head><title>a</title>${counter}<meta name=x content=y></head><body class=shop id=b><h1>T</h1>`,
    ],
    ['without end of the head', `<html><head>${counter}<body class=shop id=b><h1>T</h1>`],
    ['of both head and body', `<head>${counter}</head><body class=shop id=b>${counter}<h1>T</h1>`],
  ])('leaves the body its attributes, as in browsers: %s', async (_, body) => {
    const fields = {
      title: 'body.shop > h1',
      id: { select: 'body', attr: 'id' },
      pixel: { select: 'body > img, noscript img', attr: 'src' },
      meta: { select: 'meta', attr: 'content' },
    };
    const read = await fieldsWith(fields, body);
    expect(read).toMatchObject({ title: 'T', id: 'b', pixel: '/pixel' });
    expect(read['meta']).toBe(body.includes('meta') ? 'y' : null);
    // With and without scripts, the body has the same attributes, and the tree is the standard's.
    for (const scriptingEnabled of [true, false]) {
      expect(JSON.stringify(attributesOfBody(body, scriptingEnabled))).toContain('"shop"');
    }
    expect(textOf(parseHtml(body))).toContain('T');
  });
});

function attributesOfBody(text: string, scriptingEnabled: boolean): unknown {
  const html = parse(text, { scriptingEnabled }).childNodes.find((node) => node.nodeName === 'html');
  const children = html !== undefined && 'childNodes' in html ? html.childNodes : [];
  const body = children.find((node) => node.nodeName === 'body');
  return body !== undefined && 'attrs' in body ? body.attrs : undefined;
}
