import type { FieldType } from '../../job/field-types.ts';
import {
  type BareStep,
  type Step,
  stepOf,
  type TransformName,
  type TransformSettings,
} from '../../job/transforms.ts';
import type { Json } from '../../model.ts';
import { type ConversionContext, textOfScalar } from '../values/field-types.ts';
import { takesDigits } from '../values/takes-digits.ts';
import { detectLanguage } from '../words/detect-language.ts';
import { wordsOf } from '../words/segment.ts';
import { simhashOf } from '../words/simhash.ts';
import { date, relativeDate } from './date-steps.ts';
import { first, join, last, sort, unique } from './list-steps.ts';
import { match, replace, split, trim } from './text-steps.ts';
import type { ListStep, TextStep, ValueStep } from './transform.ts';
import { currency, map, number, unit } from './value-steps.ts';
import { email, hash, htmlToDigits, htmlToText, markdown, phone, slug, template, url } from './web-steps.ts';

type SettingsOf<Name extends TransformName> =
  | (Name extends keyof TransformSettings ? TransformSettings[Name] : never)
  | (Name extends BareStep ? undefined : never);

type Maker<Name extends TransformName, Kind> = (settings: SettingsOf<Name>) => Kind;

type StepRules = { readonly [Name in TransformName]: StepRule<Name> };

type StepRule<Name extends TransformName> =
  | { text: Maker<Name, TextStep> }
  | { value: Maker<Name, ValueStep> }
  | { list: Maker<Name, ListStep> };

/** The one list of what steps do; their names and settings are in `job/transforms.ts`. */
const rules: StepRules = {
  trim: { text: trim },
  lower: { text: () => (text) => text.toLowerCase() },
  upper: { text: () => (text) => text.toUpperCase() },
  replace: { text: replace },
  split: { text: split },
  match: { text: match },
  map: { value: map },
  template: { text: template },
  htmlToText: { text: () => htmlToText },
  markdown: { text: () => markdown },
  wordCount: { text: () => (text) => wordsOf(text).length },
  simhash: { text: () => simhashOf },
  language: { text: () => detectLanguage },
  slug: { text: () => slug },
  hash: { text: () => hash },
  url: { text: () => url },
  email: { text: () => email },
  number: { value: number },
  currency: { value: () => currency },
  unit: { value: () => unit },
  date: { text: date },
  relativeDate: { text: relativeDate },
  phone: { text: phone },
  unique: { list: () => unique },
  sort: { list: () => sort },
  first: { list: () => first },
  last: { list: () => last },
  join: { list: join },
};

/** Called with the step that can make nothing of a value. */
export type OnFailed = (step: TransformName, met: Json) => void;

export interface Transforms {
  /**
   * The steps up to the first that takes a list; of a list, each entry goes through them, and one of which nothing is left
   * is null. `undefined`: nothing is left.
   */
  each(value: Json, context: ConversionContext, onFailed?: OnFailed): Json | undefined;
  /** The other steps, of a list as a whole; `undefined` where there are none. */
  whole: ((value: Json, context: ConversionContext, onFailed?: OnFailed) => Json | undefined) | undefined;
}

/** Compiles the steps of a field, once for any number of values; `type`: what is read from what they make. */
export function compileTransforms(steps: Step[], type?: FieldType): Transforms {
  const hasDigits = takesDigits({ type, transform: steps });
  const compiled = steps.map((step) => {
    const { name, settings } = stepOf(step);
    const own = compileStep(name, settings);
    return hasDigits && name === 'htmlToText' ? { ...own, run: onEach(onText(htmlToDigits)) } : own;
  });
  const firstWhole = compiled.findIndex(({ takesList }) => takesList);
  const each = firstWhole === -1 ? compiled : compiled.slice(0, firstWhole);
  const rest = compiled.slice(each.length);
  return {
    each: (value, context, onFailed) => runAll(each, value, context, onFailed),
    whole:
      rest.length === 0 ? undefined : (value, context, onFailed) => runAll(rest, value, context, onFailed),
  };
}

interface CompiledStep {
  name: TransformName;
  takesList: boolean;
  run: ValueStep;
}

function compileStep<Name extends TransformName>(name: Name, settings: SettingsOf<Name>): CompiledStep {
  const rule: StepRule<Name> = rules[name];
  if ('list' in rule) return { name, takesList: true, run: onList(rule.list(settings)) };
  const run = 'text' in rule ? onText(rule.text(settings)) : rule.value(settings);
  return { name, takesList: false, run: onEach(run) };
}

function onText(step: TextStep): ValueStep {
  return (value, context) => {
    const text = textOfScalar(value);
    return text === undefined ? undefined : step(text, context);
  };
}

/** What a step makes a list of, such as parts of a text, becomes part of the list. */
function onEach(step: ValueStep): ValueStep {
  return (value, context) => {
    if (!Array.isArray(value)) return step(value, context);
    const entries = value.flatMap((entry) => (entry === null ? null : (step(entry, context) ?? null)));
    return entries.every((entry) => entry === null) ? undefined : entries;
  };
}

/** Entries without a value are left out. */
function onList(step: ListStep): ValueStep {
  return (value) => {
    const list = (Array.isArray(value) ? value : [value]).filter((entry) => entry !== null);
    return list.length === 0 ? undefined : step(list);
  };
}

function runAll(
  steps: readonly CompiledStep[],
  value: Json,
  context: ConversionContext,
  onFailed?: OnFailed,
): Json | undefined {
  let current = value;
  for (const { name, run } of steps) {
    const next = run(current, context);
    if (next === undefined || next === '') {
      onFailed?.(name, current);
      return undefined;
    }
    current = next;
  }
  return current;
}
