import { type LabelSign, nameOfSign } from '../job/page-sign-schema.ts';
import type { PageRule } from '../job/schema.ts';
import type { Item } from '../model.ts';
import { jsonPathAt } from './compile-part.ts';
import type { PageContent } from './page-content.ts';
import { compilePageSign, type SignTest, showsValue } from './page-sign.ts';
import type { Page, RuledOut } from './types.ts';

/** The conditions of one label. */
export interface LabelConditions {
  /** Judges a page that is read. Throws `DropError` for one that cannot be read as a condition wants it. */
  page(page: Page, content: PageContent): RuledOut | undefined;
  /** The items that are left, and the conditions that left out the others, each as often as it did. */
  items(items: Item[]): { kept: Item[]; ruledOut: RuledOut[] };
  /** Judges an answer whose status is an error, by the conditions that name its status. */
  error(page: Page, content: PageContent): RuledOut | undefined;
  /** Of which error statuses pages have to be read. */
  statuses: ReadonlySet<number>;
}

/** Compiles the conditions of a label; `undefined` for one without any. Throws `HaltError` JOB_INVALID. */
export function compileConditions(
  label: string,
  { unless, only }: Pick<PageRule, 'unless' | 'only'>,
): LabelConditions | undefined {
  if (unless === undefined && only === undefined) return undefined;
  const all = [
    ...compileAll(`pages.${label}.unless`, unless, true),
    ...compileAll(`pages.${label}.only`, only, false),
  ];
  const ofPages = all.filter(({ sign }) => sign.field === undefined);
  const ofItems = all.filter(({ sign }) => sign.field !== undefined);
  const ofErrors = ofPages.filter(({ sign, isRefusal }) => isRefusal && sign.status?.some(isError));
  const judge = (conditions: Condition[]) => (page: Page, content: PageContent) =>
    conditions.find(({ shows, isRefusal }) => shows(page, content) === isRefusal)?.verdict;
  return {
    page: judge(ofPages),
    error: judge(ofErrors),
    items(items) {
      if (ofItems.length === 0) return { kept: items, ruledOut: [] };
      const verdicts = items.map((item) =>
        ofItems.find((condition) => condition.has(item) === condition.isRefusal),
      );
      return {
        kept: items.filter((_, index) => verdicts[index] === undefined),
        ruledOut: verdicts.flatMap((condition) => condition?.verdict ?? []),
      };
    },
    statuses: new Set(ofErrors.flatMap(({ sign }) => sign.status ?? []).filter(isError)),
  };
}

interface Condition {
  sign: LabelSign;
  /** Of `unless`: what shows it is left out; of `only`, what does not. */
  isRefusal: boolean;
  shows: SignTest;
  has(item: Item): boolean;
  verdict: RuledOut;
}

function compileAll(
  location: string,
  written: LabelSign | LabelSign[] | undefined,
  isRefusal: boolean,
): Condition[] {
  return [written ?? []].flat().map((sign, index) => {
    const rule = Array.isArray(written) ? `${location}[${index}]` : location;
    const name = nameOfSign(sign);
    const message = `${isRefusal ? 'it has' : 'it lacks'} ${name} (${rule})`;
    const reason = sign.reason ?? `${isRefusal ? '' : 'not '}${name}`.slice(0, maxReasonChars).trim();
    const verdict = {
      rule,
      reason,
      message: sign.reason === undefined ? message : `${sign.reason}: ${message}`,
    };
    const isOfItem = sign.field !== undefined;
    const shows = isOfItem ? () => false : compileShown(sign, rule);
    return { sign, isRefusal, shows, has: compileField(sign, rule), verdict };
  });
}

const maxReasonChars = 64;

function compileShown(sign: LabelSign, rule: string): SignTest {
  const { status } = sign;
  const isPlain = (sign.select ?? sign.path ?? sign.text) === undefined;
  const shows: SignTest = isPlain ? () => true : compilePageSign(sign, rule);
  return (page, content) => (status === undefined || status.includes(page.status)) && shows(page, content);
}

function compileField(sign: LabelSign, rule: string): (item: Item) => boolean {
  const { field } = sign;
  if (field === undefined) return () => false;
  const read = jsonPathAt(`${rule}.field`, field);
  return ({ fields }) => {
    // A field may have points in its name.
    const value = Object.hasOwn(fields, field) ? fields[field] : read(fields);
    return showsValue(value === undefined ? [] : [value], sign);
  };
}

function isError(status: number): boolean {
  return status >= 400;
}
