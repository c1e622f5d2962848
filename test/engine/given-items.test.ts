import { expect, it } from 'vitest';
import { makeVisit } from '../../shared/engine/make-visit.ts';
import { claimItems, lookForKnown, whichAreKnown } from '../../shared/engine/outcome/given-items.ts';
import type { PageRequest } from '../../shared/model.ts';
import { enterWorld } from './setting.ts';
import { makeJob } from './world.ts';

const place = (key: string): PageRequest =>
  ({
    ...{ kind: 'place', url: `place:${key}`, label: 'place', depth: 0, attempt: 0, source: 0 },
    cursor: { isNewOnly: true, key },
  }) as unknown as PageRequest;

it.each([
  ['one place', ['a'], [true]],
  ['several', ['a', 'b', 'c'], [true, false, false]],
  ['none', [], []],
])('lookForKnown knows what another run has given, of %s', async (_, keys, expected) => {
  const world = enterWorld();
  const engine = world.newProcess('p');
  await world.start('now', makeJob({ sources: [{ urls: { list: 'http://a.test/' } }] }));
  const context = await engine.contextOf('now');
  await world.ledger.claim('places test', 'before', ['a']);
  await world.ledger.claim('places test', 'now', ['b']);
  const requests = keys.map(place);
  const isKnown = await lookForKnown(engine, context, requests);
  expect(requests.map(isKnown)).toEqual(expected);
});

it('lookForKnown reads nothing where no request is for an item that is given once', async () => {
  const world = enterWorld();
  const engine = world.newProcess('p');
  await world.start('r', makeJob({ sources: [{ urls: { list: 'http://a.test/' } }] }));
  const claimants = () => Promise.reject(new Error('it was asked'));
  const unread = { ...engine, ledger: { ...engine.ledger, claimants } };
  const page: PageRequest = { kind: 'page', url: 'http://a.test/', label: 'default', depth: 0, attempt: 0 };
  const isKnown = await lookForKnown(unread, await engine.contextOf('r'), [page]);
  expect(isKnown(page)).toBe(false);
});

const dayMs = 86_400_000;

it.each([
  [0, true],
  [30, true],
  [61, false],
])('whichAreKnown knows after %i days what a run left out: %s', async (days, expected) => {
  const world = enterWorld();
  const engine = world.newProcess('p');
  const job = makeJob({ sources: [{ urls: { list: 'http://a.test/' } }] });
  const key = { scope: 'places', key: 'a left out: minRating=4.5', fades: true as const };
  await world.start('first', job);
  const first = await engine.contextOf('first');
  const page: PageRequest = { kind: 'page', url: 'http://a.test/', label: 'default', depth: 0, attempt: 0 };
  await claimItems(engine, first, [{ ...makeVisit(page, { end: 'stored' }), leftOut: [key] }], 0);
  expect(await whichAreKnown(engine, first, [key])).toEqual([false]);
  world.advance(days * dayMs);
  await world.start('second', job);
  const second = await engine.contextOf('second');
  const ever = { scope: 'places', key: 'b' };
  expect(await whichAreKnown(engine, second, [key, ever])).toEqual([expected, false]);
});
