import type { Field } from '../../job/schema.ts';
import { xpathOf } from '../../schema/xpath/parse-xpath.ts';
import type { Language } from '../fields/language.ts';
import {
  brokenJson,
  compileTake,
  datetimeTest,
  isFirstEnough,
  otherInJson,
  type SpotReader,
} from '../tree/html-fields.ts';
import { raiseDigits } from '../values/raised-digits.ts';
import { takesDigits } from '../values/takes-digits.ts';
import { asRead } from '../values/text.ts';
import { textReaderOf } from '../xpath/digit-text.ts';
import type { FoundByChains } from './chains.ts';
import { evaluateRest } from './evaluate-rest.ts';
import { preformattedTags, tags } from './html-rules.ts';
import {
  addChains,
  addScope,
  copyAttributes,
  noteHiding,
  type Program,
  type ScanScope,
  type Slot,
} from './program.ts';
import type { ScanMatch } from './scan-match.ts';
import { readSelector } from './selector-parts.ts';

/** Fields of HTML pages read by scanning: compiling them adds to `program` what they look for in `scope`. */
export function scanLanguage(program: Program, scope: ScanScope): Language<ScanMatch> {
  const insides = new Map<Field, ScanScope>();
  return {
    locate(field) {
      const found = field.select === undefined ? undefined : readSelector(field.select, scope.isElement);
      const slot = makeSlot(program, scope, field, found);
      scope.slots.push(slot);
      if (slot.inside !== undefined) insides.set(field, slot.inside);
      if (found === undefined || found.isOwn) scope.own.push(slot);
      else addChains(program, scope, found.chains, slot);
      if (found?.remainder === undefined) return (finding) => finding.slots[slot.index] ?? [];
      return evaluateRest(program, slot, found.remainder, {
        isFirst: isFirstEnough(field),
        textOf: textReaderOf(field),
      });
    },
    take: (field, location) => compileTake(field, location, findingReader),
    whyNothing: (field) => brokenJson(field, findingReader),
    otherAt: (field) => otherInJson(field, findingReader),
    // Fields with a base are read by the tree.
    placesOfBase: () => [],
    rawText: findingReader.rawText,
    languageAt: () => program.language.locale(),
    below: (field) => scanLanguage(program, insides.get(field) ?? scope),
    ofPage: () => scanLanguage(program, program.scopes[0] ?? scope),
  };
}

function makeSlot(program: Program, scope: ScanScope, field: Field, found: FoundByChains | undefined): Slot {
  const { fields } = field;
  const attr = found?.attribute ?? field.attr;
  const isScope = fields !== undefined;
  const readsDatetime = !isScope && datetimeTest(field) !== undefined;
  const isCopied = found?.remainder !== undefined;
  const isOfDigits = takesDigits(field);
  if (isOfDigits) noteHiding(program);
  if (found?.remainder !== undefined)
    copyAttributes(program, [
      ...found.remainder.attributes,
      ...(attr === undefined ? [] : [attr.toLowerCase()]),
      ...(readsDatetime ? ['datetime'] : []),
      ...(isOfDigits ? ['hidden', 'style'] : []),
    ]);
  return {
    index: scope.slots.length,
    isLink: false,
    // Which one is first is known when the rest is evaluated.
    isFirstEnough: found?.isFirstAlone === true || (!isCopied && isFirstEnough(field)),
    takesText: !isScope && attr === undefined && !isCopied,
    takesDigits: isOfDigits,
    looksIntoTemplate: field.select === undefined || xpathOf(field.select) === undefined,
    attribute: attr === undefined || isScope ? 0 : program.attributes.keep(attr.toLowerCase()),
    isAttributeFound: found?.attribute !== undefined,
    isCopied,
    machineDate: readsDatetime ? program.attributes.keep('datetime') : 0,
    inside: isScope ? addScope(program, scope.isElement || field.select !== undefined) : undefined,
  };
}

const findingReader: SpotReader<ScanMatch> = {
  rawText: ({ text }) => text,
  text: ({ text, name }) => asRead(text, preformattedTags.has(name)),
  digits: ({ text, marked, name }, keepsApart) =>
    asRead(marked === undefined ? text : raiseDigits(marked, keepsApart), preformattedTags.has(name)),
  attribute: ({ attribute }) => attribute,
  isTime: ({ name }) => name === tags.time,
};
