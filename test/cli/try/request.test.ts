import { describe, expect, it } from 'vitest';
import { serveSite } from '../../engine/site.ts';
import { openCliFolder } from '../call-cli.ts';

describe('try of requests made of items', () => {
  it('shows them on the page with the items, and not as its next page', async () => {
    const site = await serveSite({ '/ids': json({ ids: [{ id: 1 }, { id: 2 }], next: 'c2' }) });
    using folder = openCliFolder();
    folder.write('api.yaml', apiJob(site.origin, `{ url: "${site.origin}/items/{id}" }`));
    const { stdout, code } = await folder.call('try', '--file', 'api.yaml', `${site.origin}/ids`);
    expect(stdout).toContain(
      `    2 requests of detail, made of these items: ${site.origin}/items/1, ${site.origin}/items/2`,
    );
    expect(stdout).toContain(`    next page of the API: ${site.origin}/ids?after=c2`);
    expect(stdout.match(/next page of the API/g)).toHaveLength(1);
    expect(code).toBe(0);
    await site.close();
  });

  it('says where to look, for an address that does not name the item', async () => {
    using folder = openCliFolder();
    const origin = 'http://127.0.0.1:1';
    folder.write('api.yaml', apiJob(origin, `{ url: "${origin}/search", json: { id: '{id}' } }`));
    const { stderr, code } = await folder.call('try', '--file', 'api.yaml', `${origin}/search`);
    expect(stderr).toContain('try the page with the items');
    expect(code).toBe(2);
  });
});

const json = (value: unknown) => ({
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
});

function apiJob(origin: string, detail: string): string {
  return `name: api
network: allowPrivate
sources:
  - rest: { url: "${origin}/ids", items: ids, page: { by: cursor, path: next, param: after }, label: index }
  - rest: { each: { from: index }, label: detail, ${detail.slice(1)}
pages:
  index: { fields: { id: { path: id } } }
  detail: { fields: { price: { path: price } } }
`;
}
