import { describe, expect, it } from 'vitest';
import { readDecisions } from '../../docs/decision-pages.ts';

const pages = readDecisions().map((page) => [page.file, page] as const);

describe('each page of decisions', () => {
  it.each(pages)(
    '%s has a date, a status, a decision, and what else was weighed',
    (_, { date, status, text }) => {
      expect(new Date(date).toISOString().slice(0, 10)).toBe(date);
      expect(status).toMatch(/^(in force|proposed|decided|stands|not now|replaced by \[.+\]\(.+\.md\))/);
      expect(text).toMatch(/^\*\*Decision\b/m);
      expect(text).toMatch(/^\*\*(What else was weighed|Weighed|Why not)\.\*\*\s+\S/m);
    },
  );
});
