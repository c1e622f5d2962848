import { describe, expect, it } from 'vitest';
import { loginSchema } from '../../shared/sessions/login-schema.ts';

const open = { open: 'https://wiki.example.com/login' };
const check = { select: '.user' };

function mistakesOf(login: Record<string, unknown>): string[] {
  const { error } = loginSchema.safeParse({ check, ...login });
  return (error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);
}

describe('loginSchema', () => {
  it.each([
    ['http', [open, { form: {} }, { request: { url: 'https://wiki.example.com/token' } }]],
    [
      'browser',
      [
        open,
        { form: {} },
        { fill: { 'input[type=password]': '${env:PASS}' } },
        { click: 'a' },
        { waitFor: 'a' },
      ],
    ],
    ['person', [open]],
  ])('takes each step of via: %s', (via, steps) => {
    expect(mistakesOf({ via, steps })).toEqual([]);
  });

  it.each([
    ['http', [open, { click: 'a' }], 'steps.1: for via: http a step is open, form, request'],
    [
      'browser',
      [open, { request: { url: open.open } }],
      'steps.1: for via: browser a step is open, form, fill, click, waitFor',
    ],
    ['browser', [{ click: 'a' }], 'steps.0: open with the page of the form first'],
    ['person', [open, { form: {} }], 'steps.1: one step, open, for via: person'],
    ['browser', [open, { fill: { 'input[': 'ann' } }], 'steps.1.fill'],
    ['browser', [open, { fill: { '#password': 'geheim' } }], 'steps.1.fill.#password'],
  ])('refuses what is no step of via: %s', (via, steps, mistake) => {
    expect(mistakesOf({ via, steps }).join()).toContain(mistake);
  });
});
