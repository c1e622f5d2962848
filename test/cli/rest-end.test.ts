import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CliFolder, openCliFolder } from './call-cli.ts';

let folder: CliFolder;
const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://a');
  const isFirst = searchParams.get('page') === '1';
  if (!isFirst && pathname === '/ends') return void response.writeHead(404).end();
  response.end(JSON.stringify(isFirst ? { rows: [{ id: 1 }] } : { error: 'quota' }));
});

beforeAll(async () => {
  folder = openCliFolder();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  for (const name of ['ends', 'breaks']) {
    const rest = `{ url: 'http://127.0.0.1:${port}/${name}', items: rows, label: row, page: { by: number } }`;
    const head = `name: ${name}\nnetwork: allowPrivate\npoliteness: { gapMs: 0, robots: ignore }\n`;
    folder.write(
      `${name}.yaml`,
      `${head}sources: [{ rest: ${rest} }]\npages: { row: { fields: { id: { path: id } } } }\n`,
    );
  }
});
afterAll(() => {
  folder[Symbol.dispose]();
  server.close();
});

describe('run, of an API whose second page', () => {
  it.concurrent.each([
    ['ends', 'is not there, ends with 0', 0, /1 REST_ENDED/],
    ['breaks', 'has no list, ends with 1', 1, /1 REST_INVALID[\s\S]*sources\[0\] was not read to its end/],
  ])('%s: it %s', async (name, _, code, text) => {
    const run = await folder.call('run', `${name}.yaml`, '--processes', '1');
    expect({ code: run.code, stdout: run.stdout }).toEqual({ code, stdout: expect.stringMatching(text) });
  });
});
