import type { Document } from 'domhandler';
import { isPageData } from '../../job/field-sources.ts';
import type { Field } from '../../job/schema.ts';
import type { ItemMark, Json, LostValue } from '../../model.ts';
import { joinPath } from '../json/json-path.ts';
import type { PageBase } from '../links/resolve-url.ts';
import type { Page } from '../types.ts';

/** How a value was lost, without the path of its field. */
export type Loss = Omit<LostValue, 'field'>;

/** The state of reading one item. */
export interface Reading {
  page: Page;
  base(): PageBase;
  /** Its tree, built when it is first asked for; `undefined` of a page that is no markup. */
  document(): Document | undefined;
  /** Collects the paths of required fields without a value. */
  missing: string[];
  /** Called with every value that is lost, required or not; `path` is computed only where it is kept. */
  onLost(loss: Loss, field: Field, path: () => string): void;
  /** Called with what is to be known of a value that was found. */
  onMark(mark: ItemMark): void;
}

/** The reading of an item, and the page that it is part of. */
export interface ReadingOf<Spot> extends Reading {
  root: Spot;
}

/** The path of a field in the item. Written out only for what is reported. */
export interface FieldAt {
  parent: string;
  name: string;
}

export type FieldReader<Spot> = (scope: Spot, reading: ReadingOf<Spot>, at: FieldAt) => Json;

/** Of data, the path selects. */
function nothingLocated(field: Field): Loss {
  const { path, select, label } = field;
  const isOfData = isPageData(field) || (path !== undefined && (select ?? label) === undefined);
  return { step: isOfData ? 'path' : 'select' };
}

/** The default, or null. `loss`: how it was lost; null where that is recorded already. */
export function absent(
  field: Field,
  reading: Reading,
  { parent, name }: FieldAt,
  loss: Loss | null = nothingLocated(field),
): Json {
  const isMissing = field.required && (field.default ?? null) === null;
  const path = () => joinPath(parent, name);
  if (isMissing) reading.missing.push(path());
  if (loss !== null) reading.onLost(loss, field, path);
  return field.default ?? (field.list ? [] : null);
}
