import { again, ignored, inserted, leaveToTree, startHtml, startTemplate } from './head-rules.ts';
import { boundsTableScope, flagsOf, isOfTable, startOf, starts, tags } from './html-rules.ts';
import { endTemplate, resetMode } from './mode-parts.ts';
import { modes, type TreeBuilder } from './tree-builder.ts';

// Tags in tables and in `select` (HTML Standard, 13.2.6.4.9 to 13.2.6.4.17; of `select` as parse5 8.1.1 has it).
// What the standard puts before the table is left to the tree.

/** `undefined`: by the rules of the body. */
export function startInTable(builder: TreeBuilder, name: number): number | undefined {
  const isPart = ((flagsOf[name] as number) & isOfTable) !== 0;
  switch (builder.mode) {
    case modes.inCell:
      return isPart ? startBesideCell(builder) : undefined;
    case modes.inCaption:
      return isPart ? startAfterCaption(builder) : undefined;
    case modes.inRow:
      return isPart ? startPartInRow(builder, name) : startOther(builder, name);
    case modes.inTableBody:
      return isPart ? startPartInTableBody(builder, name) : startOther(builder, name);
    case modes.inColumnGroup:
      return startInColumnGroup(builder, name);
    case modes.inSelect:
    case modes.inSelectInTable:
      return startInSelect(builder, name);
    default:
      return isPart ? startPartInTable(builder, name) : startOther(builder, name);
  }
}

function startBesideCell(builder: TreeBuilder): number {
  const { stack } = builder;
  if (stack.inScope(tags.td, boundsTableScope) + stack.inScope(tags.th, boundsTableScope) === 0)
    return ignored;
  endCell(builder);
  return again;
}

function endCell(builder: TreeBuilder): void {
  const { stack } = builder;
  stack.popTo(Math.max(stack.topmost(tags.td), stack.topmost(tags.th)));
  builder.formatting.clearToMarker();
  builder.mode = modes.inRow;
}

function startAfterCaption(builder: TreeBuilder): number {
  return endCaption(builder) ? again : ignored;
}

function endCaption(builder: TreeBuilder): boolean {
  const depth = builder.stack.inScope(tags.caption, boundsTableScope);
  if (depth === 0) return false;
  builder.stack.popTo(depth);
  builder.formatting.clearToMarker();
  builder.mode = modes.inTable;
  return true;
}

function startPartInRow(builder: TreeBuilder, name: number): number {
  const { stack } = builder;
  if (name === tags.td || name === tags.th) {
    stack.clearTo(tags.tr, 0, 0);
    builder.mode = modes.inCell;
    builder.formatting.insertMarker();
    return inserted;
  }
  return endRow(builder) ? again : ignored;
}

function endRow(builder: TreeBuilder): boolean {
  const { stack } = builder;
  if (stack.inScope(tags.tr, boundsTableScope) === 0) return false;
  stack.clearTo(tags.tr, 0, 0);
  stack.pop();
  builder.mode = modes.inTableBody;
  return true;
}

function startPartInTableBody(builder: TreeBuilder, name: number): number {
  const { stack } = builder;
  if (name === tags.tr || name === tags.td || name === tags.th) {
    stack.clearTo(tags.tbody, tags.thead, tags.tfoot);
    builder.mode = modes.inRow;
    if (name === tags.tr) return inserted;
    builder.openImplied(tags.tr);
    return again;
  }
  return endTableBody(builder) ? again : ignored;
}

function endTableBody(builder: TreeBuilder): boolean {
  const { stack } = builder;
  if (!isTableBodyInScope(builder)) return false;
  stack.clearTo(tags.tbody, tags.thead, tags.tfoot);
  stack.pop();
  builder.mode = modes.inTable;
  return true;
}

function isTableBodyInScope({ stack }: TreeBuilder): boolean {
  return tableBodies.some((name) => stack.inScope(name, boundsTableScope) > 0);
}

const tableBodies = [tags.tbody, tags.thead, tags.tfoot];

function startPartInTable(builder: TreeBuilder, name: number): number {
  builder.stack.clearTo(tags.table, 0, 0);
  switch (name) {
    case tags.caption:
      builder.formatting.insertMarker();
      builder.mode = modes.inCaption;
      return inserted;
    case tags.colgroup:
      builder.mode = modes.inColumnGroup;
      return inserted;
    case tags.col:
      builder.openImplied(tags.colgroup);
      builder.mode = modes.inColumnGroup;
      return again;
    case tags.tr:
    case tags.td:
    case tags.th:
      builder.openImplied(tags.tbody);
      builder.mode = modes.inTableBody;
      return again;
    default:
      builder.mode = modes.inTableBody;
      return inserted;
  }
}

/** In a table, its bodies and rows: what is no part of a table. */
function startOther(builder: TreeBuilder, name: number): number {
  if (name === tags.style || name === tags.script) return inserted;
  switch (startOf[name]) {
    case starts.template:
      return startTemplate(builder);
    case starts.table:
      return endTable(builder) ? again : ignored;
    case starts.form:
      if (builder.hasForm || builder.stack.templates > 0) return ignored;
      builder.hasForm = true;
      builder.endsAtOnce = true;
      return inserted;
    case starts.leaf:
      builder.mustBeHidden = true;
      return name === tags.input ? inserted : leaveToTree(builder);
    default:
      return leaveToTree(builder);
  }
}

function endTable(builder: TreeBuilder): boolean {
  const depth = builder.stack.inScope(tags.table, boundsTableScope);
  if (depth === 0) return false;
  builder.stack.popTo(depth);
  resetMode(builder);
  return true;
}

function startInColumnGroup(builder: TreeBuilder, name: number): number {
  if (name === tags.html) return startHtml(builder);
  if (name === tags.col) return inserted;
  if (name === tags.template) return startTemplate(builder);
  return endColumnGroup(builder) ? again : ignored;
}

function endColumnGroup(builder: TreeBuilder): boolean {
  if (!builder.stack.isAt(tags.colgroup)) return false;
  builder.stack.pop();
  builder.mode = modes.inTable;
  return true;
}

function startInSelect(builder: TreeBuilder, name: number): number {
  const { stack } = builder;
  const endsSelect =
    ((flagsOf[name] as number) & isOfTable) !== 0 && name !== tags.col && name !== tags.colgroup;
  if (builder.mode === modes.inSelectInTable && (endsSelect || name === tags.table)) {
    endSelect(builder);
    return again;
  }
  switch (name) {
    case tags.html:
      return startHtml(builder);
    case tags.option:
      if (stack.isAt(tags.option)) stack.pop();
      return inserted;
    case tags.optgroup:
    case tags.hr:
      if (stack.isAt(tags.option)) stack.pop();
      if (stack.isAt(tags.optgroup)) stack.pop();
      return inserted;
    case tags.input:
    case tags.keygen:
    case tags.textarea:
      endSelect(builder);
      return again;
    case tags.select:
      endSelect(builder);
      return ignored;
    case tags.script:
      return inserted;
    case tags.template:
      return startTemplate(builder);
    default:
      return ignored;
  }
}

function endSelect(builder: TreeBuilder): void {
  builder.stack.popTo(builder.stack.topmost(tags.select));
  resetMode(builder);
}

/** Returns whether the tag is to be read by the rules of the body. */
export function endInTable(builder: TreeBuilder, name: number): boolean {
  switch (builder.mode) {
    case modes.inCell:
      return endInCell(builder, name);
    case modes.inCaption:
      return endInCaption(builder, name);
    case modes.inSelect:
    case modes.inSelectInTable:
      endInSelect(builder, name);
      return false;
    case modes.inColumnGroup:
      return endInColumnGroup(builder, name);
    default:
      return endInParts(builder, name);
  }
}

function endInCell(builder: TreeBuilder, name: number): boolean {
  const { stack } = builder;
  if (name === tags.td || name === tags.th) {
    const depth = stack.inScope(name, boundsTableScope);
    if (depth === 0) return false;
    stack.popTo(depth);
    builder.formatting.clearToMarker();
    builder.mode = modes.inRow;
    return false;
  }
  if (isCaptionOrColumn(name) || name === tags.body || name === tags.html) return false;
  const isPart = ((flagsOf[name] as number) & isOfTable) !== 0 || name === tags.table;
  if (!isPart) return true;
  if (stack.inScope(name, boundsTableScope) === 0) return false;
  endCell(builder);
  return endInParts(builder, name);
}

function isCaptionOrColumn(name: number): boolean {
  return name === tags.caption || name === tags.col || name === tags.colgroup;
}

function endInCaption(builder: TreeBuilder, name: number): boolean {
  if (name === tags.caption || name === tags.table) {
    const isEnded = endCaption(builder);
    return isEnded && name === tags.table && endInParts(builder, name);
  }
  const isPart = ((flagsOf[name] as number) & isOfTable) !== 0;
  return !isPart && name !== tags.body && name !== tags.html;
}

function endInColumnGroup(builder: TreeBuilder, name: number): boolean {
  if (name === tags.colgroup) endColumnGroup(builder);
  else if (name === tags.template) endTemplate(builder);
  else if (name !== tags.col && endColumnGroup(builder)) return endInParts(builder, name);
  return false;
}

/** In a table, its bodies and rows. */
function endInParts(builder: TreeBuilder, name: number): boolean {
  const { stack, mode } = builder;
  switch (name) {
    case tags.table:
      if (mode === modes.inRow && !endRow(builder)) return false;
      if (mode !== modes.inTable && !endTableBody(builder)) return false;
      endTable(builder);
      return false;
    case tags.tbody:
    case tags.thead:
    case tags.tfoot:
      if (mode === modes.inTable || stack.inScope(name, boundsTableScope) === 0) return false;
      if (mode === modes.inRow && !endRow(builder)) return false;
      endTableBody(builder);
      return false;
    case tags.tr:
      if (mode === modes.inRow) endRow(builder);
      return false;
    case tags.template:
      endTemplate(builder);
      return false;
    case tags.p:
    case tags.br:
      // Their elements would be put before the table.
      leaveToTree(builder);
      return false;
    default:
      return ((flagsOf[name] as number) & isOfTable) === 0;
  }
}

function endInSelect(builder: TreeBuilder, name: number): void {
  const { stack } = builder;
  const isTablePart =
    (((flagsOf[name] as number) & isOfTable) !== 0 && name !== tags.col && name !== tags.colgroup) ||
    name === tags.table;
  if (builder.mode === modes.inSelectInTable && isTablePart) {
    if (stack.inScope(name, boundsTableScope) === 0) return;
    endSelect(builder);
    if (endInTable(builder, name)) leaveToTree(builder);
  } else if (name === tags.optgroup) {
    const below = stack.depth - 1;
    if (stack.isAt(tags.option) && stack.names[below] === tags.optgroup && stack.isHtmlAt(below)) stack.pop();
    if (stack.isAt(tags.optgroup)) stack.pop();
  } else if (name === tags.option) {
    if (stack.isAt(tags.option)) stack.pop();
  } else if (name === tags.select) endSelect(builder);
  else if (name === tags.template) endTemplate(builder);
}
