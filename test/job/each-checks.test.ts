import { describe, expect, it } from 'vitest';
import { parseJobs } from '../../shared/job/load.ts';
import { InvalidFileError } from '../../shared/job/problems.ts';

/** The mistakes of a job, as `line: path: message`. */
function mistakes(yaml: string): string[] {
  try {
    parseJobs(yaml, 'job.yaml');
    return [];
  } catch (error) {
    if (!(error instanceof InvalidFileError)) throw error;
    return error.problems.map(({ line, path, message }) => `${line}: ${path}: ${message}`);
  }
}

const job = (source: string, fields = 'id: { path: id }') => `name: j
sources:
  - rest: { url: https://a.example/ids, label: index }
  - ${source}
pages:
  index: { fields: { ${fields} } }
  detail: { fields: { price: { path: price } } }
`;

describe('a job with each', () => {
  it.each([
    'rest: { url: "https://a.example/{id}", each: { from: index }, label: detail }',
    'send: { url: "https://a.example/", form: { q: "{id}" }, each: { from: index, with: [id] }, label: detail }',
    'send: { url: "https://a.example/", headers: { x: "{id.part}" }, each: { from: index }, label: detail }',
  ])('is valid: %s', (source) => {
    expect(mistakes(job(source))).toEqual([]);
  });

  it('may use any field where the items have those of the answer, or of a handler', () => {
    const source =
      'rest: { url: "https://a.example/{any}", each: { from: index, with: [any] }, label: detail }';
    expect(mistakes(job(source, ''))).toEqual([]);
  });

  it('may use what the items have of their own parents', () => {
    const source = `rest: { url: "https://a.example/{id}", each: { from: index, with: [id] }, label: detail }
  - send: { url: "https://a.example/{id}/{price}", each: { from: detail }, label: last }`;
    expect(mistakes(`${job(source)}  last: {}\n`)).toEqual([]);
  });

  it.each<[string, string, string[], string?]>([
    [
      'an unknown label',
      'rest: { url: "https://a.example/{id}", each: { from: indx }, label: detail }',
      [
        '4: sources[1].rest.each.from: expected a label under pages (index, detail), found "indx"; did you mean "index"?',
      ],
    ],
    [
      'an unknown field',
      'rest: { url: "https://a.example/{idd}", each: { from: index }, label: detail }',
      [
        '4: sources[1].rest.url: expected a field of pages.index (id) in {idd}, found "https://a.example/{idd}"',
      ],
    ],
    [
      'an unknown field to keep',
      'rest: { url: "https://a.example/{id}", each: { from: index, with: [nam] }, label: detail }',
      ['4: sources[1].rest.each.with[0]: expected a field of pages.index (id) in {nam}, found "nam"'],
    ],
    [
      'a field that the pages have themselves',
      'rest: { url: "https://a.example/{id}", each: { from: index, with: [price] }, label: detail }',
      ['4: sources[1].rest.each.with[0]: expected a field that pages.detail has not itself, found "price"'],
      'id: { path: id }, price: { path: price }',
    ],
    [
      'a circle of one',
      'rest: { url: "https://a.example/{id}", each: { from: index }, label: index }',
      [
        '4: sources[1].rest.each.from: expected a label that its own requests (index) do not lead to, found "index"',
      ],
    ],
    [
      'a circle of two',
      `rest: { url: "https://a.example/{id}", each: { from: index }, label: detail }
  - send: { url: "https://a.example/{price}", each: { from: detail }, label: index }`,
      [
        '4: sources[1].rest.each.from: expected a label that its own requests (detail) do not lead to, found "index"',
        '5: sources[2].send.each.from: expected a label that its own requests (index) do not lead to, found "detail"',
      ],
    ],
    [
      'a host from an item',
      'rest: { url: "https://{id}/x", each: { from: index }, label: detail }',
      [
        '4: sources[1].rest.url: expected a host that is written out, found "https://{id}/x"; values of items stand',
      ],
    ],
    [
      'a part of a host',
      'send: { url: "https://{id}.a.example/x", each: { from: index }, label: detail }',
      ['4: sources[1].send.url: expected a host that is written out'],
    ],
    [
      'no place for a value',
      'rest: { url: "https://a.example/x", each: { from: index }, label: detail }',
      ['4: sources[1].rest.each: expected a {field} of each item in url, headers or body, or else no each:'],
    ],
    [
      'a place with a dollar',
      `rest: { url: "https://a.example/\${id}/{id}", each: { from: index }, label: detail }`,
      ['4: sources[1].rest.url: expected {id}, without the dollar, for the value of an item'],
    ],
    [
      'a value in a body of text',
      'send: { url: "https://a.example/{id}", method: POST, body: "x={id}", each: { from: index }, label: detail }',
      ['4: sources[1].send.body: expected text without {field}, for it is sent as it is'],
    ],
  ])('is refused, with the line: %s', (_, source, expected, fields) => {
    const found = mistakes(job(source, fields));
    expect(found).toHaveLength(expected.length);
    for (const [index, message] of expected.entries()) expect(found[index]).toContain(message);
  });
});
