import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatVersion } from '../../shared/model.ts';
import { keysOf, type Schema } from './job-keys.ts';

const root = join(import.meta.dirname, '../..');

const read = (path: string) => JSON.parse(readFileSync(join(root, path), 'utf8'));

/** What the functions of the last release know, which may be delivered the batches of a run that this version has begun. */
const released: { formatVersion: number; keys: string[] } = read('test/job/released-keys.json');

/** Why a function of the last release would half obey a job with these keys; `undefined` if it hands such a run on, or if there are none. */
function halfObeyed(keys: string[], version: number): string | undefined {
  const added = keys.filter((key) => !released.keys.includes(key));
  if (added.length === 0 || version > released.formatVersion) return undefined;
  return `raise formatVersion and deploymentVersion: the last release does not know ${added.join(', ')}`;
}

describe('keys of a job that the last release does not know', () => {
  it('are of a newer format, so that its functions leave such a run to newer ones', () => {
    expect(halfObeyed(keysOf(read('docs/job.schema.json')), formatVersion)).toBeUndefined();
  });

  it('would otherwise be named here', () => {
    const schema: Schema = { properties: { sources: { items: { $ref: '#/definitions/source' } } } };
    const source: Schema = { anyOf: [{ properties: { newKey: {} } }, { properties: { crawl: {} } }] };
    const keys = keysOf({ ...schema, definitions: { source } });
    expect(keys).toEqual(['sources', 'sources[].crawl', 'sources[].newKey']);
    expect(halfObeyed(keys, released.formatVersion)).toContain('does not know sources[].newKey');
    expect(halfObeyed(keys, released.formatVersion + 1)).toBeUndefined();
    expect(halfObeyed(released.keys, released.formatVersion)).toBeUndefined();
  });
});
