import { describe, expect, it } from 'vitest';
import { readPlaceAnswer, readSearch } from '../../../../shared/sources/places/listing/read-answer.ts';
import {
  answerOf,
  bakery,
  cafe,
  guarded,
  header,
  htmlPage,
  legacySearch,
  newerSearch,
  placeJson,
  type Sparse,
  toList,
} from './listing-answer.ts';

const names = (body: string) => {
  const read = readSearch(answerOf(body));
  return read.state === 'places' ? read.places.map(({ name }) => name) : read;
};
const both = ['Dream Coffee', 'Corner Bakery'];
const moved = (record: Sparse): Sparse =>
  Object.fromEntries(Object.entries(record).map(([index, value]) => [Number(index) + 1, value]));
const filler = { 200: 'x'.repeat(700) };

describe('readSearch', () => {
  it.each([
    ['the older envelope', guarded(legacySearch([cafe, bakery]))],
    ['one without a header', guarded(legacySearch([cafe, bakery], []))],
    ['the newer envelope', guarded(newerSearch([cafe, bakery]))],
    ['one with the line end missing', `)]}'${JSON.stringify(legacySearch([cafe, bakery]))}`],
    ['one without the guard', JSON.stringify(legacySearch([cafe, bakery]))],
    ['one with a byte order mark', `\uFEFF${guarded(legacySearch([cafe, bakery]))}`],
    ['a slot never seen before', guarded([null, { 5: 1 }, [[[toList(cafe)]], [null, toList(bakery)]]])],
    ['an HTML page', htmlPage(legacySearch([cafe, bakery]))],
    ['an HTML page with another slot', htmlPage(newerSearch([cafe, bakery]), 5)],
  ])('reads %s', (_, body) => {
    expect(names(body)).toEqual(both);
  });

  it.each([
    ['the newer', { 10: cafe[10], 11: cafe[11] }, cafe],
    ['the older', cafe, { 10: cafe[10], 11: cafe[11] }],
  ])('reads a place of both envelopes once, from %s if there is more of it', (_, older, newer) => {
    const answer = newerSearch([newer, bakery]);
    answer[0] = legacySearch([bakery, older])[0];
    expect(readSearch(answerOf(guarded(answer)))).toMatchObject({
      state: 'places',
      rows: 2,
      places: [{ name: 'Corner Bakery' }, { name: 'Dream Coffee', rating: 4.5 }],
    });
  });

  it('counts repeated and unreadable rows, so that a page is not taken for the last one', () => {
    const read = readSearch(answerOf(guarded(legacySearch([cafe, cafe, moved(bakery)]))));
    expect(read).toMatchObject({ state: 'places', rows: 3, unread: 1, places: [{ name: 'Dream Coffee' }] });
  });

  it('does not take places that a record recommends for results', () => {
    const recommending = { ...cafe, 99: [[['People also search for', [['id', toList(bakery)]]]]] };
    expect(names(guarded(legacySearch([recommending])))).toEqual(['Dream Coffee']);
    expect(names(guarded(legacySearch([{ ...cafe, 99: [toList(bakery)] }])))).toEqual(['Dream Coffee']);
    expect(
      readSearch(answerOf(guarded(legacySearch([{ ...recommending, 10: 'moved', ...filler }])))),
    ).toMatchObject({
      state: 'changed',
    });
  });

  it.each([
    ['a header alone', legacySearch([])],
    ['no row', legacySearch([], [])],
    ['no row in the newer envelope', newerSearch([])],
  ])('says that nothing was found on %s', (_, json) => {
    expect(readSearch(answerOf(guarded(json)))).toEqual({ state: 'empty' });
    expect(readSearch(answerOf(htmlPage(json)))).toEqual({ state: 'empty' });
  });

  it.each([
    ['records that have moved', legacySearch([moved({ ...cafe, ...filler })])],
    ['records without ids', newerSearch([{ ...cafe, 10: 17, ...filler }])],
    ['a row of another kind', legacySearch([], [header, ['x'.repeat(700)]])],
    ['a row that is short', legacySearch([], [toList({ 8: 'event', 13: moved({ ...cafe, ...filler }) })])],
    ['a row with nothing in it', [['coffee', [[]]], 'x'.repeat(700)]],
    ['talk of a captcha in data', [['coffee', `/sorry/ ${'x'.repeat(700)}`]]],
    ['no list of rows', [['coffee', null], 'x'.repeat(700)]],
    ['no query', [[null, [header]], 'x'.repeat(700)]],
    ['a list of something else', [['coffee', 'x'.repeat(700)]]],
    ['an object', { results: [] }],
    ['null', null],
  ])('calls it changed, not empty, when there is %s', (_, json) => {
    expect(readSearch(answerOf(guarded(json)))).toMatchObject({
      state: 'changed',
      message: expect.stringContaining('expected a list of places; there was'),
    });
  });

  it('says where the ids of places stand instead', () => {
    const read = readSearch(answerOf(guarded(legacySearch([moved({ ...cafe, ...filler })]))));
    expect(read).toMatchObject({ message: expect.stringContaining('a feature id stands at 0,1,1,14,11') });
    const none = readSearch(answerOf(guarded(['coffee', 'x'.repeat(700)])));
    expect(none).toMatchObject({ message: expect.stringContaining('no feature id in it') });
  });

  it.each([
    ['429', answerOf('', { status: 429 }), 'blocked', '429'],
    ['403', answerOf('', { status: 403 }), 'blocked', '403'],
    [
      'a redirect to /sorry/',
      answerOf('', { status: 302, redirect: 'https://www.google.com/sorry/index?continue=x' }),
      'blocked',
      '/sorry/',
    ],
    [
      '/sorry/ itself',
      answerOf('<html>', { url: 'https://www.google.com/sorry/index' }),
      'blocked',
      '/sorry/',
    ],
    [
      'a captcha',
      answerOf('<html><form id="captcha-form"><div class="g-recaptcha">', { status: 503 }),
      'blocked',
      'captcha',
    ],
    [
      'a captcha with status 200',
      answerOf('<!doctype html>Our systems have detected unusual traffic from your computer network.'),
      'blocked',
      'captcha',
    ],
    [
      'a redirect to consent',
      answerOf('', { status: 302, redirect: 'https://consent.google.com/m?continue=x' }),
      'consent',
      'consent',
    ],
    [
      'a page of consent',
      answerOf('<html><title>Before you continue</title><form action="https://consent.google.com/save">'),
      'consent',
      'consent',
    ],
    [
      'a redirect to sign in',
      answerOf('', { status: 302, redirect: 'https://accounts.google.com/ServiceLogin' }),
      'gated',
      'sign in',
    ],
    ['a stub', answerOf(guarded([null, null, null, 'event'])), 'stub', 'bytes'],
    ['an empty list', answerOf(guarded([])), 'stub', 'bytes'],
  ])('tells %s', (_, answer, state, words) => {
    expect(readSearch(answer)).toEqual({ state, message: expect.stringContaining(words) });
    expect(readPlaceAnswer(answer)).toEqual({ state, message: expect.stringContaining(words) });
  });

  it.each([
    ['an error status', answerOf('{}', { status: 404 }), 'status 404'],
    [
      'a redirect to elsewhere',
      answerOf('', { status: 301, redirect: 'https://b.example/' }),
      'redirect to https://b',
    ],
    ['an empty body', answerOf(''), 'an empty body'],
    ['no JSON', answerOf('Service unavailable'), 'beginning "Service unavailable"'],
    ['JSON that breaks off', answerOf(guarded(legacySearch([cafe])).slice(0, -9)), 'no JSON'],
    ['an HTML page without data', answerOf('<html><title> Maps </title>'), 'an HTML page, “Maps”'],
    [
      'an HTML page whose data breaks off',
      answerOf('<html>APP_INITIALIZATION_STATE=[[[1,"a]\\"'),
      'an HTML page',
    ],
    ['too much', answerOf('x'.repeat(17_000_000)), '17000000 bytes'],
  ])('says what came instead of data: %s', (_, answer, words) => {
    expect(readSearch(answer)).toEqual({ state: 'changed', message: expect.stringContaining(words) });
  });

  it('is not led astray by nesting without end', () => {
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
    expect(readSearch(answerOf(deep)).state).toBe('changed');
    expect(readSearch(answerOf(`<html>APP_INITIALIZATION_STATE=${'["\\"'.repeat(200_000)}`)).state).toBe(
      'changed',
    );
  });
});

describe('readPlaceAnswer', () => {
  it.each([
    ['an answer', guarded(placeJson(cafe))],
    ['an answer with another slot', guarded([null, toList(cafe)])],
    ['an HTML page', htmlPage(placeJson(cafe))],
  ])('reads %s', (_, body) => {
    expect(readPlaceAnswer(answerOf(body))).toMatchObject({
      state: 'place',
      place: { name: 'Dream Coffee' },
    });
  });

  it('does not take a place that the record recommends for the place', () => {
    const changed = { ...cafe, 10: 'moved', 99: [toList(bakery)], ...filler };
    expect(readPlaceAnswer(answerOf(guarded(placeJson(changed))))).toMatchObject({
      state: 'changed',
      message: expect.stringContaining('expected a place; there was a list of 7'),
    });
  });
});
