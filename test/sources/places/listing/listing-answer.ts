import type { ListingAnswer } from '../../../../shared/sources/places/listing/refusal.ts';

/** Answers in the site's shapes, as small as they can be. Records are sparse lists: only what a test names is there. */
export type Sparse = Record<number, unknown>;

export const cafe: Sparse = {
  4: { 2: '€€', 7: 4.5, 8: 120 },
  9: { 2: 38.03, 3: 23.7 },
  10: '0x14a1a32f316b15a1:0x169c54b46dcc3a93',
  11: 'Dream Coffee',
  13: ['Coffee shop'],
  18: 'Dream Coffee, Eakou 74, Ilion',
};

export const bakery: Sparse = { 10: '0x14a1a3148b697c67:0xa7fb118f74eabd4b', 11: 'Corner Bakery' };

/** `{ 4: { 7: 5 } }` as `[null, null, null, null, [… 5]]`. */
export function toList(sparse: Sparse): unknown[] {
  const length = Math.max(-1, ...Object.keys(sparse).map(Number)) + 1;
  return Array.from({ length }, (_, index) => {
    const value = sparse[index] ?? null;
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? toList(value as Sparse)
      : value;
  });
}

export const header = toList({ 8: 'event', 9: 'ved', 10: ['coffee', 0] });

/** The envelope of before 2026. */
export function legacySearch(records: Sparse[], rows: unknown[] = [header]): unknown[] {
  return [['coffee', [...rows, ...records.map((record) => toList({ 14: record }))]], [[3826, 23.7, 38.03]]];
}

export function newerSearch(records: Sparse[]): unknown[] {
  return toList({
    0: ['coffee'],
    1: [[3826, 23.7, 38.03]],
    64: records.map((record) => [null, toList(record)]),
  });
}

export function placeJson(record: Sparse): unknown[] {
  return toList({ 1: [], 4: [[3281, 33.04, 34.67]], 6: record });
}

/** With the page's data as text within its script. */
export function htmlPage(json: unknown, slot = 6): string {
  const part = toList({ [slot]: guarded(json) });
  const state = JSON.stringify([[[1, 2, 3]], null, 'a "]" b\\', { ab: null, cd: part }]);
  return `<!doctype html><title>Coffee</title><script>window.APP_OPTIONS=[1];window.APP_INITIALIZATION_STATE=${state};window.APP_FLAGS=[[]];</script>`;
}

export function guarded(json: unknown): string {
  return `)]}'\n${JSON.stringify(json)}`;
}

export function answerOf(body: string, facts: Partial<Omit<ListingAnswer, 'body'>> = {}): ListingAnswer {
  const contentType = 'application/json; charset=UTF-8';
  const url = 'https://www.google.com/search?tbm=map';
  return { status: 200, contentType, url, ...facts, body: new TextEncoder().encode(body) };
}
