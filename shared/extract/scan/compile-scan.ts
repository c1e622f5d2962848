import { isOfTree, isPageData } from '../../job/field-sources.ts';
import type { Field } from '../../job/schema.ts';
import type { Syntax } from '../../job/syntaxes.ts';
import { compileFields, type FieldsReader } from '../fields/compile-fields.ts';
import { fieldAt, placeOf } from '../fields/places.ts';
import { defaultLinks } from '../links/follow-rule.ts';
import { isForHtml } from '../links/links.ts';
import type { ReadRule } from '../rule-reader.ts';
import type { LanguageOfText } from '../values/page-language.ts';
import { foundMark } from './chains.ts';
import { evaluateRest } from './evaluate-rest.ts';
import {
  addChains,
  addScope,
  copyAttributes,
  isTooLarge,
  makeProgram,
  type Program,
  type ScanScope,
  type Slot,
} from './program.ts';
import { scanLanguage } from './scan-language.ts';
import type { ScanMatch } from './scan-match.ts';
import { type Scanned, Scanner } from './scanner.ts';
import { readSelector } from './selector-parts.ts';

/** Reads the pages of one label in one pass. */
export interface PageScan {
  /** `utf8`: the page's text in UTF-8. `undefined`: this page has to be read by the tree. */
  scan(utf8: Uint8Array): Scanned | undefined;
  /** What items are read from. */
  scopes(scanned: Scanned): ScanMatch[];
  readFields: FieldsReader<ScanMatch>;
  language: LanguageOfText;
}

/**
 * Compiles the rule of a label that `compilePageRule` accepts; `undefined` when one of its parts needs
 * the tree: markup, tables, selectors that `readSelector` does not take.
 */
export function compileScan(rule: ReadRule, location: string, wantsCanonical: boolean): PageScan | undefined {
  if (!canScan(rule)) return undefined;
  const standard = compileFor(rule, location, wantsCanonical, false);
  let quirky: CompiledScan | undefined;
  return (
    standard && {
      ...standard,
      scan(utf8) {
        const scanned = standard.scanner.scan(utf8);
        if (scanned !== undefined || !standard.scanner.isOfOtherMode) return scanned;
        quirky ??= compileFor(rule, location, wantsCanonical, true);
        return quirky?.scanner.scan(utf8);
      },
    }
  );
}

interface CompiledScan extends Omit<PageScan, 'scan'> {
  scanner: Scanner;
}

/** `isQuirky`: for pages of quirks mode. Both find the same things in the same slots. */
function compileFor(
  rule: ReadRule,
  location: string,
  wantsCanonical: boolean,
  isQuirky: boolean,
): CompiledScan | undefined {
  const program = makeProgram(wantsCanonical, isQuirky);
  const [document = addScope(program, false)] = program.scopes;
  for (const { select, attr } of rule.follow.filter(isForHtml)) {
    const slot = { ...plainSlot, isLink: true, index: program.rules++ };
    slot.attribute = program.attributes.keep(attr.toLowerCase());
    addChains(program, document, readSelector(select ?? defaultLinks, false)?.chains ?? [], slot);
  }
  const { scopes, readFields } = compileItems(rule, location, program, document);
  if (isTooLarge(program)) return undefined;
  return { scanner: new Scanner(program), scopes, readFields, language: program.language };
}

const plainSlot: Slot = {
  index: 0,
  isLink: false,
  isFirstEnough: false,
  takesText: false,
  takesDigits: false,
  looksIntoTemplate: true,
  attribute: 0,
  isAttributeFound: false,
  machineDate: 0,
  inside: undefined,
  isCopied: false,
};

function compileItems(
  rule: ReadRule,
  location: string,
  program: Program,
  document: ScanScope,
): Pick<PageScan, 'scopes' | 'readFields'> {
  const compile = (scope: ScanScope) =>
    compileFields(rule.fields, `${location}.fields`, scanLanguage(program, scope));
  if (Object.keys(rule.fields).length === 0) return { scopes: () => [], readFields: () => ({}) };
  if (rule.each === undefined) return { scopes: ({ root }) => [root], readFields: compile(document) };
  const inside = addScope(program, true);
  const found = readSelector(rule.each, false);
  const rest = found?.remainder;
  const slot = {
    ...plainSlot,
    inside,
    isCopied: rest !== undefined,
    isFirstEnough: found?.isFirstAlone ?? false,
  };
  document.slots.push(slot);
  addChains(program, document, found?.chains ?? [], slot);
  if (rest !== undefined) copyAttributes(program, rest.attributes);
  const evaluate = rest && evaluateRest(program, slot, rest, { isFirst: false });
  const scopes = ({ root }: Scanned) => evaluate?.(root) ?? root.slots[slot.index] ?? [];
  return { scopes, readFields: compile(inside) };
}

function canScan(rule: ReadRule): boolean {
  const links = rule.follow.filter(isForHtml);
  return (
    rule.rows === undefined &&
    isReadable(rule.each, false, { asScope: true }) &&
    // A number that each link bears is read from the tree.
    links.every(
      ({ select, attr, priority }) =>
        isReadable(select, false, { attribute: attr, asLink: true }) &&
        isPlainName(attr) &&
        typeof priority !== 'object',
    ) &&
    Object.values(rule.fields).every((field) => canScanField(field, rule.each !== undefined))
  );
}

function canScanField(written: Field, inItem: boolean): boolean {
  const { from } = written;
  if (from !== undefined) {
    // A tree is built for the pages that come to a source behind the first, not for all.
    return from.every((_, index) => {
      const source = fieldAt(written, index);
      return (index > 0 && isPageData(source)) || canScanField(source, inItem);
    });
  }
  const field = placeOf(written);
  const { constant, page, select, label, column, attr, table, take, as, base, fields } = field;
  // What is below data of the page is read as JSON.
  if (constant !== undefined || page !== undefined || isPageData(field)) return !needsTree(field);
  const inElement = inItem && field.within === undefined;
  const isOfElement = inElement || select !== undefined;
  return (
    table === undefined &&
    (label ?? column ?? as ?? base) === undefined &&
    take === 'text' &&
    isReadable(select, inElement, {
      attribute: fields === undefined && attr === undefined ? '*' : undefined,
      asScope: fields !== undefined,
    }) &&
    isPlainName(attr ?? '') &&
    Object.values(fields ?? {}).every((nested) => canScanField(nested, isOfElement))
  );
}

function needsTree(field: Field): boolean {
  const { structured = [] } = field;
  return isOfTree(field) || structured === 'all' || structured.some(isSyntaxOfTree);
}

function isSyntaxOfTree(syntax: Syntax): boolean {
  return syntax === 'microdata' || syntax === 'rdfa';
}

interface Readable {
  /** Which may be found in place of its element, `*` for any. */
  attribute?: string | undefined;
  /** Are there fields to be read in what is found? */
  asScope?: boolean;
  /** Are links what is found? They are noted when they open. */
  asLink?: boolean;
}

function isReadable(
  selector: string | undefined,
  inElement: boolean,
  { attribute, asScope = false, asLink = false }: Readable,
): boolean {
  if (selector === undefined) return true;
  const found = readSelector(selector, inElement);
  if (found === undefined || (asLink && (found.remainder !== undefined || found.isFirstAlone))) return false;
  if (found.remainder !== undefined) return !asScope || found.remainder.keepsElements;
  if (found.attribute === undefined) return true;
  return attribute === '*' || attribute?.toLowerCase() === found.attribute;
}

/** An attribute of the one name is none in the tree, that of the other marks copies. */
function isPlainName(attribute: string): boolean {
  return !['__proto__', foundMark].includes(attribute.toLowerCase());
}
