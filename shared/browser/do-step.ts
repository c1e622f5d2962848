import type { Locator, Page } from 'playwright-core';
import { locate } from './at-rest.ts';
import type { PageStep } from './types.ts';

/** Does one thing in the page; waits for what it names for as long as it may take. */
export async function doStep(page: Page, step: PageStep, fillIn: (text: string) => string): Promise<void> {
  if ('open' in step) {
    await page.goto(step.open, { waitUntil: 'commit', timeout: 0 });
    return;
  }
  if ('waitFor' in step) return locate(page, step.waitFor).waitFor({ state: 'attached', timeout: 0 });
  if ('click' in step) return locate(page, step.click).click({ timeout: 0, noWaitAfter: true });
  if ('fill' in step) {
    for (const [select, text] of Object.entries(step.fill)) await fill(locate(page, select), fillIn(text));
    return;
  }
  step satisfies { form: unknown };
  await submitForm(page, step.form, fillIn);
}

async function submitForm(
  page: Page,
  { select, fields, submit }: Extract<PageStep, { form: unknown }>['form'],
  fillIn: (text: string) => string,
): Promise<void> {
  const form = locate(page, select);
  let last: Locator = form;
  for (const [name, text] of Object.entries(fields)) {
    const value = fillIn(text);
    const named = form.locator(`[name=${JSON.stringify(name)}]`);
    const kind = await kindOf(named.first());
    last = kind === 'radio' ? named.and(page.locator(`[value=${JSON.stringify(value)}]`)) : named.first();
    await fill(last, value);
  }
  const named = submit === undefined ? '' : `[name=${JSON.stringify(submit)}]`;
  const buttons = ['button:not([type=button], [type=reset])', 'input:is([type=submit], [type=image])'];
  const button = form.locator(buttons.map((selector) => `${selector}${named}`).join(', ')).first();
  const hasButton = submit !== undefined || (await button.count()) > 0;
  // A form without a button is sent by the Enter key.
  if (hasButton) await button.click({ timeout: 0, noWaitAfter: true });
  else await last.press('Enter', { timeout: 0, noWaitAfter: true });
}

/** As a person does, where the control is one for people. */
async function fill(control: Locator, value: string): Promise<void> {
  const options = { timeout: 0 };
  const kind = await kindOf(control);
  switch (kind) {
    case 'select':
      await control.selectOption(value, options);
      return;
    case 'checkbox':
      return control.setChecked(value !== '', options);
    case 'radio':
      return control.check(options);
    case 'hidden':
      await control.evaluate('(control, value) => { control.value = value }', value, options);
      return;
    case 'text':
      return control.fill(value, options);
    default:
      return kind satisfies never;
  }
}

type ControlKind = 'select' | 'checkbox' | 'radio' | 'hidden' | 'text';

async function kindOf(control: Locator): Promise<ControlKind> {
  await control.waitFor({ state: 'attached', timeout: 0 });
  if (await is(control, 'select')) return 'select';
  for (const type of ['checkbox', 'radio', 'hidden'] as const) {
    if (await is(control, `input[type=${type} i]`)) return type;
  }
  return 'text';
}

/** Asked by selector, since what the page says of itself by its scripts may be anything. */
async function is(control: Locator, selector: string): Promise<boolean> {
  return (await control.and(control.page().locator(selector)).count()) > 0;
}
