import { DropError, RetryError } from '../../errors.ts';
import type { PageRequest } from '../../model.ts';
import { containsPoint } from '../../places/areas/box.ts';
import { cellRequest } from './cell-requests.ts';
import { type CellState, cellFact, type Doubt } from './cell-state.ts';
import { serviceOf } from './choose-service.ts';
import type { CellExpansion } from './expand-cell.ts';
import type { PlacesPlan } from './plan.ts';
import type { Halted, PageFault, SearchPage } from './service.ts';

/** How often the neighbourhood of a cell is doubled: the cell that it is a part of lies within the second one. */
const maxWidenings = 5;
/** A cell whose neighbourhood names more than a page of places has to name none so often. */
const maxAsked = 3;

/** The first form that has named a place in this process, by index of the source; others have the cursor of their cell. */
export type ProvenForms = Map<number, number>;

/** Whether the answer does not say which places the cell has: it may be a refusal, or its neighbourhood was asked. */
export function isDoubtful(plan: PlacesPlan, { cursor }: PageRequest<'cell'>, page: SearchPage): boolean {
  if (page.fault !== undefined || (cursor.doubt?.widened ?? 0) > 0) return true;
  return cursor.page === 0 && page.places.length === 0 && !serviceOf(plan).isEmptyCertain;
}

/**
 * What is asked next of a cell that named no place. A service may answer a request that it does not want with a list
 * that has no rows, which looks like the list of an empty cell; and some forms of the request get no rows at all. So
 * other forms are tried until one works. Then the neighbourhood is asked, which must name places somewhere: if it
 * names less than a page of them and none in the cell, the cell is shown to be empty; if it names a page of others, the
 * cell is asked again. A neighbourhood that holds places that were named before, and names none now, shows a refusal.
 *
 * Throws `RetryError` EMPTY_DOUBTFUL where nothing around it names a place either, and `DropError` for an answer that
 * cannot be read in any form.
 */
export function confirmEmpty(
  plan: PlacesPlan,
  request: PageRequest<'cell'>,
  page: SearchPage,
  proven: ProvenForms,
): CellExpansion | Halted {
  const { cursor } = request;
  const { doubt = { widened: 0, asked: 0 } } = cursor;
  const cell = { ...cursor, doubt };
  if (page.places.length > 0) return judgeNeighbourhood(plan, cell, doubt, page);
  const otherForm = formToTry(plan, cell, proven);
  if (otherForm !== undefined) return asking(plan, { ...cell, ...otherForm });
  if (page.fault !== undefined) return failWith(page.fault);
  return doubt.widened === 0 ? afterItself(plan, cell, doubt) : afterNeighbourhood(plan, cell, doubt);
}

/** The cell itself named no place. */
function afterItself(plan: PlacesPlan, cell: CellState, { asked }: Doubt): CellExpansion {
  if (asked + 1 >= maxAsked) return shownEmpty(cell);
  return widen(plan, cell, { widened: 1, asked: asked + 1 });
}

/** Its neighbourhood named none. */
function afterNeighbourhood(plan: PlacesPlan, cell: CellState, doubt: Doubt): CellExpansion | Halted {
  if (doubt.widened < maxWidenings) return widen(plan, cell, { ...doubt, widened: doubt.widened + 1 });
  const what = `neither the cell nor its neighbourhood, up to ${2 ** maxWidenings} times as wide, named a place`;
  // A cell below the first level is part of one that was full.
  if (cell.level > 0) {
    const message = `${what}, though they named some before: the listing holds results back`;
    return heldBack(plan, cell, message);
  }
  throw new RetryError('EMPTY_DOUBTFUL', `${what}: the listing may hold results back`);
}

/** Its neighbourhood named places, so the listing does answer. */
function judgeNeighbourhood(
  plan: PlacesPlan,
  cell: CellState,
  { asked }: Doubt,
  page: SearchPage,
): CellExpansion | Halted {
  const areInside = page.places.some(
    ({ location }) => location === undefined || containsPoint(cell.box, location),
  );
  if (areInside && asked >= maxAsked - 1) {
    const message = `a cell named no place ${asked} times, though its neighbourhood named some in it`;
    return heldBack(plan, cell, message);
  }
  const isList = serviceOf(plan).nextPage(page, cell, page.places.length) === undefined;
  if (!areInside && isList) return shownEmpty(cell);
  return asking(plan, { ...cell, isProven: true, doubt: { widened: 0, asked } });
}

/** What was seen says nothing of the time at which the run is resumed: the cell is then asked as if it had not been. */
function heldBack(plan: PlacesPlan, { doubt: _, ...cell }: CellState, message: string): Halted {
  const again = cellRequest(plan, { ...cell, page: 0, met: [] });
  return { halt: { code: 'GATED_STUB', message }, again };
}

function shownEmpty(cell: CellState): CellExpansion {
  return { next: [], places: [], counts: {}, fact: cellFact(cell, [], 'whole') };
}

/** Without a form that is known to work, the neighbourhood is asked in each form again. */
function widen(plan: PlacesPlan, cell: CellState, doubt: Doubt): CellExpansion {
  const { form: _, ...unproven } = cell;
  return asking(plan, { ...(cell.isProven === true ? cell : unproven), doubt });
}

function asking(plan: PlacesPlan, cell: CellState): CellExpansion {
  return {
    next: [cellRequest(plan, { ...cell, page: 0, met: [] })],
    places: [],
    counts: { 'cells:asked-again': 1 },
  };
}

/** The form that works as far as this process knows, else the one after; none when all were tried. */
function formToTry(
  plan: PlacesPlan,
  { form = 0, isProven }: CellState,
  proven: ProvenForms,
): Pick<CellState, 'form' | 'isProven'> | undefined {
  if (isProven === true) return undefined;
  const known = proven.get(plan.index);
  if (known !== undefined) return known === form ? undefined : { form: known };
  return form + 1 < serviceOf(plan).forms.length ? { form: form + 1 } : undefined;
}

function failWith({ is, code, message }: PageFault): Halted {
  if (is === 'halt') return { halt: { code, message } };
  throw new DropError(code, message);
}
