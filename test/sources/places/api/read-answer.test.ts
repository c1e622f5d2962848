import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDetails, readSearch } from '../../../../shared/sources/places/api/read-answer.ts';

const first = { id: 'EicxMyBNYXJrZXQ' };
const minute = { quota_limit: 'SearchTextRequestPerMinutePerProject', quota_unit: '1/min/{project}' };
const perDay = { quota_limit: 'SearchTextRequestPerDayPerProject', quota_unit: '1/d/{project}' };

describe('readSearch', () => {
  it('reads places and the token of the next page', () => {
    const read = readSearch(answer(200, { places: [first], nextPageToken: 'AeCr' }));
    expect(read).toEqual({ state: 'places', places: [{ placeId: first.id }], nextPageToken: 'AeCr' });
  });

  it('takes an empty object for no places, and the last page for one without a token', () => {
    expect(readSearch(answer(200, {}))).toEqual({ state: 'places', places: [] });
  });

  it.each([
    ['a list', []],
    ['text', '"places"'],
    ['no JSON', '<html>'],
    ['nothing', ''],
    ['places that are no list', { places: {} }],
    ['a place without an id', { places: [first, { name: 'places/x' }] }],
    ['a place that is none', { places: [null] }],
  ])('tells an answer that has changed from an empty one: %s', (_, body) => {
    expect(readSearch(answer(200, body))).toMatchObject({ state: 'changed' });
  });

  it.each([
    ['minute, by reason', refusal(429, 'RESOURCE_EXHAUSTED', 'RATE_LIMIT_EXCEEDED', minute), {}, 60_000],
    ['minute, without details', refusal(429, 'RESOURCE_EXHAUSTED'), {}, 60_000],
    ['minute, as 403', refusal(403, 'PERMISSION_DENIED', 'RATE_LIMIT_EXCEEDED', minute), {}, 60_000],
    ['minute, with Retry-After', refusal(429, 'RESOURCE_EXHAUSTED'), { 'retry-after': '7' }, 7_000],
    ['minute, without an error object', [429, 'slow down'] as const, {}, 60_000],
  ])('waits for the next minute: %s', (_, [status, body], headers, retryAfterMs) => {
    expect(readSearch(answer(status, body, headers))).toEqual({ state: 'quotaMinute', retryAfterMs });
  });

  it('waits as long as RetryInfo says', () => {
    const error = { code: 429, status: 'RESOURCE_EXHAUSTED', message: '', details: [{ retryDelay: '1.5s' }] };
    expect(readSearch(answer(429, { error }))).toEqual({ state: 'quotaMinute', retryAfterMs: 1_500 });
  });

  it.each([
    ['its unit', refusal(429, 'RESOURCE_EXHAUSTED', 'RATE_LIMIT_EXCEEDED', { quota_unit: '1/d/{project}' })],
    [
      'its name',
      refusal(429, 'RESOURCE_EXHAUSTED', 'RATE_LIMIT_EXCEEDED', { quota_limit: perDay.quota_limit }),
    ],
    [
      'the message',
      refusal(429, 'RESOURCE_EXHAUSTED', undefined, {}, "limit 'SearchTextRequest per day' of service"),
    ],
    ['a resource', refusal(429, 'RESOURCE_EXHAUSTED', 'RESOURCE_QUOTA_EXCEEDED')],
  ])('tells the limit of the day by %s', (_, [status, body]) => {
    const read = readSearch(answer(status, body));
    expect(read).toMatchObject({ state: 'quotaDay', message: expect.stringContaining('midnight') });
  });

  it('does not wait for a limit of 0', () => {
    const [status, body] = refusal(429, 'RESOURCE_EXHAUSTED', 'RATE_LIMIT_EXCEEDED', {
      ...minute,
      quota_limit_value: '0',
    });
    expect(readSearch(answer(status, body))).toMatchObject({ state: 'denied', code: 'RATE_LIMIT_EXCEEDED' });
  });

  it.each([
    // An invalid key is reported as a bad argument.
    [refusal(400, 'INVALID_ARGUMENT', 'API_KEY_INVALID'), 'API_KEY_INVALID', /Check the key/],
    [refusal(403, 'PERMISSION_DENIED', 'API_KEY_SERVICE_BLOCKED'), 'API_KEY_SERVICE_BLOCKED', /restrictions/],
    [
      refusal(403, 'PERMISSION_DENIED', 'API_KEY_HTTP_REFERRER_BLOCKED'),
      'API_KEY_HTTP_REFERRER_BLOCKED',
      /web sites/,
    ],
    [
      refusal(403, 'PERMISSION_DENIED', 'API_KEY_IP_ADDRESS_BLOCKED'),
      'API_KEY_IP_ADDRESS_BLOCKED',
      /address/,
    ],
    [refusal(403, 'PERMISSION_DENIED', 'SERVICE_DISABLED'), 'SERVICE_DISABLED', /Enable Places API \(New\)/],
    [refusal(403, 'PERMISSION_DENIED', 'BILLING_DISABLED'), 'BILLING_DISABLED', /billing account/],
    [refusal(403, 'PERMISSION_DENIED', 'CONSUMER_SUSPENDED'), 'CONSUMER_SUSPENDED', /suspended/],
    [refusal(403, 'PERMISSION_DENIED', 'SOMETHING_NEW'), 'SOMETHING_NEW', /its project/],
    [refusal(403, 'PERMISSION_DENIED'), 'PERMISSION_DENIED', /its project/],
    [refusal(401, 'UNAUTHENTICATED'), 'UNAUTHENTICATED', /its project/],
    [[403, '<html>'] as const, 'HTTP_403', /its project/],
  ])('says what to do when the key is denied: %j', ([status, body], code, remedy) => {
    const read = readSearch(answer(status, body));
    expect(read).toMatchObject({ state: 'denied', code, message: expect.stringMatching(remedy) });
  });

  it.each([
    ['invalid', refusal(400, 'INVALID_ARGUMENT', undefined, {}, 'Error expanding fields parameter')],
    ['invalid', refusal(404, 'NOT_FOUND')],
    ['busy', refusal(500, 'INTERNAL')],
    ['busy', refusal(503, 'UNAVAILABLE')],
    ['busy', [502, '<html>'] as const],
    ['changed', [404, '<html>'] as const],
    ['changed', [400, { message: 'no' }] as const],
    ['changed', [302, ''] as const],
  ])('reads as %s: %j', (state, [status, body]) => {
    expect(readSearch(answer(status, body))).toMatchObject({ state });
  });

  it('passes on what the API says, shortened', () => {
    const read = readSearch(
      answer(...refusal(400, 'INVALID_ARGUMENT', undefined, {}, `Bad\n${'x'.repeat(999)}`)),
    );
    expect(read).toEqual({ state: 'invalid', message: `Bad ${'x'.repeat(296)}` });
  });

  it('passes on which argument is wrong', () => {
    const fieldViolations = [
      { field: 'places', description: "Cannot find matching fields for path 'places.x'." },
    ];
    const error = {
      code: 400,
      status: 'INVALID_ARGUMENT',
      message: 'Invalid.',
      details: [{ fieldViolations }],
    };
    const message = "Invalid. Cannot find matching fields for path 'places.x'.";
    expect(readSearch(answer(400, { error }))).toEqual({ state: 'invalid', message });
  });

  it('never throws, whatever the server sends', () => {
    const bodies = fc.oneof(
      fc.json(),
      fc.string(),
      fc.json().map((json) => `{"error":${json}}`),
    );
    fc.assert(
      fc.property(fc.integer({ min: 200, max: 599 }), bodies, (status, body) => {
        expect(readSearch(answer(status, body)).state).toEqual(expect.any(String));
        expect(readDetails(answer(status, body)).state).toEqual(expect.any(String));
      }),
    );
  });
});

describe('readDetails', () => {
  it('reads a place', () => {
    expect(readDetails(answer(200, first))).toEqual({ state: 'place', place: { placeId: first.id } });
  });

  it.each([
    ['gone', refusal(404, 'NOT_FOUND')],
    ['gone', refusal(400, 'INVALID_ARGUMENT', undefined, {}, 'Not a valid Place ID: ChIJx')],
    ['invalid', refusal(400, 'INVALID_ARGUMENT', undefined, {}, 'Cannot find matching fields for path')],
    ['denied', refusal(403, 'PERMISSION_DENIED', 'SERVICE_DISABLED')],
    ['quotaDay', refusal(429, 'RESOURCE_EXHAUSTED', 'RATE_LIMIT_EXCEEDED', perDay)],
    ['changed', [404, '<html>'] as const],
    ['changed', [200, {}] as const],
    ['changed', [200, '[]'] as const],
  ])('reads as %s: %j', (state, [status, body]) => {
    expect(readDetails(answer(status, body))).toMatchObject({ state });
  });
});

function answer(status: number, body: unknown, headers: Record<string, string> = {}) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { status, headers, body: new TextEncoder().encode(text) };
}

function refusal(
  code: number,
  status: string,
  reason?: string,
  metadata: Record<string, string> = {},
  message = 'No.',
): readonly [number, unknown] {
  const info = {
    '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
    reason,
    domain: 'googleapis.com',
    metadata,
  };
  return [code, { error: { code, message, status, ...(reason === undefined ? {} : { details: [info] }) } }];
}
