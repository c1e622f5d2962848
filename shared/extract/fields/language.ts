import type { FieldSource } from '../../job/field-sources.ts';
import type { Field } from '../../job/schema.ts';
import type { ItemMark, Json } from '../../model.ts';
import type { PageBase } from '../links/resolve-url.ts';
import type { Loss, Reading } from './reading.ts';

/** A mark without the path of its field. */
export type ValueMark = Omit<ItemMark, 'field'>;

/** How fields are located and read in one kind of content: HTML elements or JSON values. */
export interface Language<Spot> {
  /** Compiles the location of a field: the spots to try below a scope, in order; for a list, all of them. */
  locate(field: Field, location: string): (scope: Spot) => Spot[];
  /** Compiles what the field takes from a spot; `undefined` when nothing is there. */
  take(field: Field, location: string): (spot: Spot, page: Pick<Reading, 'base'>) => Json | undefined;
  /** Compiles why there is nothing at a spot to be taken, where that is not that it has none; `undefined` for fields of which that is never known. */
  whyNothing?(field: Field): ((spot: Spot) => Loss | undefined) | undefined;
  /** Compiles what else than the value of the field its spot says; `undefined` for a field of which it never says anything else. */
  otherAt?(field: Field): ((spot: Spot) => string | undefined) | undefined;
  /** Compiles what is to be marked of the field's value; `undefined` for a field of which nothing ever is. */
  marks?(field: Field): ((scope: Spot, value: Json) => ValueMark[]) | undefined;
  /** Compiles what the value of a field lacks of what was there; `undefined` for a field that never does. */
  losses?(field: Field): ((value: Json) => Loss[]) | undefined;
  /** The base of the references in a spot, where it has one of its own. */
  baseAt?(spot: Spot, base: PageBase): PageBase | undefined;
  /** The places where the address may be that `base` of a field names. */
  placesOfBase(base: string): FieldSource[];
  /** The text of a spot as it stands on the page, white space too: what JSON is read from. */
  rawText(spot: Spot): string;
  /** The locale of the natural language at a spot, as the page states it; `undefined` where it does not. */
  languageAt(spot: Spot): string | undefined;
  /** The language for the fields nested in a field, after that was located. */
  below(field: Field): Language<Spot>;
  /** The language for fields that are looked for on the whole page, whose scope is the page. */
  ofPage(): Language<Spot>;
}
