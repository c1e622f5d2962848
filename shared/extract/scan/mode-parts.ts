import { tags } from './html-rules.ts';
import { type Mode, modes, type TreeBuilder } from './tree-builder.ts';

/** Leaves SVG and MathML. */
export function leaveForeign(builder: TreeBuilder): void {
  while (builder.isForeign()) builder.stack.pop();
}

export function endTemplate(builder: TreeBuilder): void {
  const { stack } = builder;
  if (stack.templates === 0) return;
  stack.popTo(stack.topmost(tags.template));
  builder.formatting.clearToMarker();
  builder.templateModes.pop();
  resetMode(builder);
}

/** The adoption agency, as long as no block is in the formatting element: else the tree moves elements. */
export function endFormatting(builder: TreeBuilder, name: number): void {
  const { stack, formatting } = builder;
  if (stack.isAt(name) && formatting.findAt(stack.depth) < 0) {
    stack.pop();
    return;
  }
  const index = formatting.find(name);
  if (index < 0) {
    endAnything(builder, name);
    return;
  }
  const depth = formatting.depths[index] as number;
  if (depth === 0) formatting.remove(index);
  else if (!stack.isBoundAbove(depth)) {
    if (stack.isSpecialAbove(depth)) builder.isBeyond = true;
    formatting.remove(index);
    stack.popTo(depth);
  }
}

export function endAnything({ stack }: TreeBuilder, name: number): void {
  const depth = stack.topmost(name);
  if (depth > 1 && !stack.isSpecialAbove(depth)) stack.popTo(depth);
}

/** The mode that the open elements ask for (HTML Standard, "reset the insertion mode appropriately"). */
export function resetMode(builder: TreeBuilder): void {
  builder.mode = modeOf(builder);
}

function modeOf(builder: TreeBuilder): Mode {
  const { stack } = builder;
  for (let depth = stack.depth; depth > 0; depth--) {
    if (!stack.isHtmlAt(depth)) continue;
    const name = stack.names[depth] as number;
    if (name === tags.select) {
      const isInTable = stack.topmost(tags.table) > stack.topmost(tags.template);
      return isInTable ? modes.inSelectInTable : modes.inSelect;
    }
    if (name === tags.template) return builder.templateModes.at(-1) ?? modes.inTemplate;
    if (name === tags.head) return builder.isHeadEnded ? modes.afterHead : modes.inHead;
    const mode = modesOf.get(name);
    if (mode !== undefined) return mode;
  }
  return modes.inBody;
}

const modesOf = new Map<number, Mode>([
  [tags.td, modes.inCell],
  [tags.th, modes.inCell],
  [tags.tr, modes.inRow],
  [tags.tbody, modes.inTableBody],
  [tags.thead, modes.inTableBody],
  [tags.tfoot, modes.inTableBody],
  [tags.caption, modes.inCaption],
  [tags.colgroup, modes.inColumnGroup],
  [tags.table, modes.inTable],
  [tags.body, modes.inBody],
]);
