import { describe, expect, it } from 'vitest';
import { type Batch, formatVersion } from '../../../shared/model.ts';
import { readMessage, writeMessage } from '../../../shared/stores/aws/batch-message.ts';

const batch = (body: string): Batch => ({
  run: 'r',
  id: 'b',
  host: 'example.com',
  requests: [
    { kind: 'rest', source: 0, url: 'https://example.com/', label: 'x', depth: 0, attempt: 0, body },
  ],
});

describe('writeMessage', () => {
  it.each([
    ['a small batch', 'x'],
    ['characters that SQS refuses', '\uFFFE\uFFFF\u0000\u0008\uD800 \\uFFFF'],
    ['a large batch', 'é€\u{1F577}\uFFFF'.repeat(50_000)],
  ])('%s comes back as it was', (_, body) => {
    const message = writeMessage(batch(body));
    expect(readMessage(message)).toEqual(batch(body));
    // "#x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF", SQS API reference.
    expect(message).toMatch(/^[\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]*$/u);
  });

  it('packs what would be billed twice', () => {
    expect(writeMessage(batch('x'.repeat(50_000)))).toMatch(/^\{/);
    const packed = writeMessage(batch('x'.repeat(70_000)));
    expect(packed).toMatch(/^gz:/);
    expect(packed.length).toBeLessThan(1_000);
  });
});

describe('readMessage', () => {
  it.each([
    { v: formatVersion + 1, run: 'r', id: 'b', new: { words: 1 } },
    { v: 99, run: 'r', id: 'b', host: 7, requests: 'x'.repeat(70_000) },
  ])('takes what is newer for a batch, and keeps all of it', (body) => {
    expect(readMessage(writeMessage(body as unknown as Batch))).toEqual(body);
  });

  it.each([
    '',
    'null',
    '{',
    '[]',
    '{"run":"r"}',
    '{"v":2,"run":"r"}',
    '{"v":"2","run":"r","id":"b"}',
    'gz:',
    'gz:AAAA',
    'gz:####',
  ])('gives nothing for %j', (body) => {
    expect(readMessage(body)).toBeUndefined();
  });
});
