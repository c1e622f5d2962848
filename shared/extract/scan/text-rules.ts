import { leaveToTree } from './head-rules.ts';
import { modes, type TreeBuilder } from './tree-builder.ts';

/** Does what text does to the elements, where it is not simply text (HTML Standard, 13.2.6). `isBlank`: nothing but white space. */
export function meetText(builder: TreeBuilder, isBlank: boolean): void {
  const { mode } = builder;
  if (builder.isForeign() || mode === modes.inSelect || mode === modes.inSelectInTable) return;
  if (mode < modes.inTable) {
    if (!isBlank) builder.openBody();
  } else if (mode < modes.inSelect) {
    // It goes before the table.
    if (!isBlank) leaveToTree(builder);
  } else {
    builder.reconstruct();
    if (builder.isHeadCut && builder.stack.depth === 2 && !isBlank) builder.isHeadCut = false;
  }
}
