import type { LostStep, LostValue } from '../model.ts';

/** Why a value was lost, in words that follow the field's name. */
export function describeLoss({ step, found, wanted }: LostValue): string {
  const isRequiredText = found === '' && (step === 'attr' || step === 'path' || step === 'text');
  if (isRequiredText) return step === 'attr' ? `${wanted ?? 'the attribute'} is empty` : 'the value is empty';
  const met = found === undefined ? '' : ` in ${JSON.stringify(found.slice(0, shownLength))}`;
  switch (step) {
    case 'select':
      return 'nothing is selected';
    case 'text':
      return 'the element is empty';
    case 'attr':
      return `the element has no ${wanted ?? 'such attribute'}`;
    case 'path':
      return 'the data has nothing at its path, or the page has no such data';
    case 'json':
      return `JSON that cannot be read: ${(found ?? '').slice(0, shownLength)}`;
    case 'script':
      return `its value is code, and no script is run: ${(found ?? '').slice(0, shownLength)}`;
    case 'table':
      return 'it is no table with rows';
    case 'cell':
      return `a cell of its table is in no pair: ${JSON.stringify((found ?? '').slice(0, shownLength))}`;
    case 'formula':
      return `a formula whose value is not in the workbook: ${(found ?? '').slice(0, shownLength)}`;
    case 'regex':
      return `regex: finds nothing${met}`;
    case 'transform':
      return `${wanted ?? 'a step'}: makes nothing of ${JSON.stringify((found ?? '').slice(0, shownLength))}`;
    case 'type':
      return `type: ${JSON.stringify((found ?? '').slice(0, shownLength))} is no ${wanted ?? 'such value'}`;
    case 'article':
      return wanted === undefined ? 'the page has no main text' : `the article has no ${wanted}`;
    case 'handler':
      return 'the handler gave none';
    default:
      return step satisfies never;
  }
}

/** What the counts of lost values by step mean. */
export const lostMeanings: Record<LostStep, string> = {
  select: 'nothing was selected',
  text: 'the element was empty',
  attr: 'the element lacked the attribute, or a required one was empty',
  path: 'nothing was at the path',
  json: 'what should be JSON could not be read',
  script: 'the value of the variable is code, and no script is run',
  table: 'it was no table with rows',
  cell: 'a cell of the table was in no pair',
  formula: 'the workbook has a formula and not its value',
  regex: 'the regex found nothing',
  transform: 'a step made nothing of it',
  type: 'the text was not of the type',
  article: 'the page had no main text, or it lacked the part',
  handler: 'the handler gave none',
};

/** Characters of a value that fit a line. */
const shownLength = 80;
