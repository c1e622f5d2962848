import { describe, expect, it } from 'vitest';
import { refreshOf } from '../../../shared/extract/links/meta-refresh.ts';
import { cpuMsOf } from '../../../testing/cpu-time.ts';

const url = 'https://a.example/x/y?z=1';
const meta = (content: string) => `<head><meta http-equiv="refresh" content="${content}"></head>`;
const find = (markup: string, headers: Record<string, string> = {}) =>
  refreshOf({ url, body: Buffer.from(markup) }, headers);

describe('refreshOf', () => {
  it.each([
    ['0;url=/t', 'https://a.example/t'],
    ['0; URL=/t', 'https://a.example/t'],
    ["0;url='/t'", 'https://a.example/t'],
    ['0;url=&quot;/t&quot; x', 'https://a.example/t'],
    ['0,/t', 'https://a.example/t'],
    ['0 /t', 'https://a.example/t'],
    ['0; t', 'https://a.example/x/t'],
    [' 5.9 ; url = https://b.example/?a=1&amp;b=2#c', 'https://b.example/?a=1&b=2'],
    ['.5;url=/t', 'https://a.example/t'],
    ['0;url=/é', 'https://a.example/%C3%A9'],
    ['30;url=/t', 'https://a.example/t'],
    ['0', url],
    ['0;url=', url],
  ])('reads %j', (content, target) => {
    expect(find(meta(content))?.url).toBe(target);
  });

  it.each([
    ['of another kind', '<meta name=refresh content="0;url=/t">'],
    ['that comes much later', meta('31;url=/t')],
    ['without a number', meta('url=/t')],
    ['of scripts', meta('0;url=javascript:alert(1)')],
    ['of words', meta('soon;url=/t')],
    ['in a comment', `<!-- ${meta('0;url=/t')} -->`],
    ['in a script', `<script>"${meta('0;url=/t')}"</script>`],
    ['for browsers without scripts', `<noscript>${meta('0;url=/t')}</noscript>`],
    ['in a template', `<template>${meta('0;url=/t')}</template>`],
    ['in a text area', `<textarea>${meta('0;url=/t')}</textarea>`],
    ['far behind the head', `${' '.repeat(20_000)}${meta('0;url=/t')}`],
  ])('finds none %s', (_, markup) => {
    expect(find(markup)).toBeUndefined();
  });

  it.each(['1', ' ', ';', '.', '1.'])('reads 60,000 of %j in linear time', (part) => {
    expect(cpuMsOf(() => void find('', { refresh: `${part.repeat(60_000)}x` }))).toBeLessThan(1_000);
  });

  it('takes the first, whatever the case and the order of its attributes', () => {
    const markup = `<META CONTENT='1;URL=/one' HTTP-EQUIV=REFRESH>${meta('0;url=/two')}`;
    expect(find(markup)).toEqual({ url: 'https://a.example/one', delayS: 1 });
  });

  it('goes by the base of the page', () => {
    expect(find(`<base href="/b/">${meta('0;url=t')}`)?.url).toBe('https://a.example/b/t');
  });

  it('reads the header of that name, which goes before', () => {
    expect(find(meta('0;url=/t'), { refresh: '0; url=/h' })?.url).toBe('https://a.example/h');
  });
});
