import { describe, expect, it } from 'vitest';
import { readYaml } from '../../shared/job/read-yaml.ts';

const read = (text: string) => {
  const { documents, findings } = readYaml(text);
  return findings.length > 0 ? findings.map(({ message }) => message) : documents[0]?.value;
};

describe('a tab between tokens', () => {
  it.each([
    ['a: {\tb: 1 }', { a: { b: 1 } }],
    ['a: {b:\t1,\tc:\t2\t}', { a: { b: 1, c: 2 } }],
    ['a: [\t1,\t2\t]', { a: [1, 2] }],
    ['a:\t{ b: [\t] }', { a: { b: [] } }],
    ['a: {\n\tb: 1,\n\t\tc: "x\ty"\n\t}', { a: { b: 1, c: 'x\ty' } }],
    ["a: {\tb: 'it''s\t}' }", { a: { b: "it's\t}" } }],
    ['a: {\tb: 1 }\nc: |\n  x\ty, \t{\n', { a: { b: 1 }, c: 'x\ty, \t{\n' }],
    ['a: {\tb: x }\t#\tcomment {\n', { a: { b: 'x' } }],
  ])('is white space: %j', (text, value) => {
    expect(read(text)).toEqual(value);
  });

  it('is no indentation', () => {
    expect(read('a:\n\tb: 1\n')).toEqual([expect.any(String)]);
  });
});
