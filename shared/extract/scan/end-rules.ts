import { endBeforeBody } from './head-rules.ts';
import {
  boundsButtonScope,
  boundsListScope,
  boundsScope,
  endOf,
  ends,
  html,
  startOf,
  starts,
  tags,
} from './html-rules.ts';
import { endAnything, endFormatting, endTemplate, leaveForeign } from './mode-parts.ts';
import { endInTable } from './table-rules.ts';
import { afterBody, modes, type TreeBuilder } from './tree-builder.ts';

/** Does what an end tag does (HTML Standard, 13.2.6). */
export function endTag(builder: TreeBuilder, name: number): void {
  const { stack } = builder;
  if (endOf[name] !== ends.page) builder.leaveAfterBody();
  if (stack.namespace !== html) {
    if (name === tags.p || name === tags.br) leaveForeign(builder);
    else if (endForeign(builder, name)) return;
  }
  const { mode } = builder;
  if (mode === modes.inBody) endInBody(builder, name);
  else if (mode < modes.inTable) {
    if (endBeforeBody(builder, name)) endInBody(builder, name);
  } else if (mode === modes.inTemplate) {
    if (name === tags.template) endTemplate(builder);
  } else if (endInTable(builder, name)) endInBody(builder, name);
}

/** Returns whether an element of SVG or MathML was meant. */
function endForeign({ stack }: TreeBuilder, name: number): boolean {
  for (let depth = stack.depth; depth > 0 && !stack.isHtmlAt(depth); depth--) {
    if (stack.names[depth] !== name) continue;
    stack.popTo(depth);
    return true;
  }
  return false;
}

function endInBody(builder: TreeBuilder, name: number): void {
  const { stack } = builder;
  switch (endOf[name]) {
    case ends.formatting:
      endFormatting(builder, name);
      break;
    case ends.block:
      endInScope(builder, stack.inScope(name, boundsScope));
      break;
    case ends.p:
      endParagraphTag(builder);
      break;
    case ends.item:
      endInScope(builder, stack.inScope(name, boundsListScope | boundsScope));
      break;
    case ends.description:
      endInScope(builder, stack.inScope(name, boundsScope));
      break;
    case ends.heading:
      endInScope(builder, headingInScope(builder));
      break;
    case ends.br:
      builder.reconstruct();
      builder.passImplied(tags.br);
      break;
    case ends.page:
      endBody(builder, name);
      break;
    case ends.form:
      endForm(builder);
      break;
    case ends.object:
      endObject(builder, stack.inScope(name, boundsScope));
      break;
    case ends.template:
      endTemplate(builder);
      break;
    default:
      endAnything(builder, name);
  }
}

/** What comes after the body goes into it, but for comments. */
function endBody(builder: TreeBuilder, name: number): void {
  const { stack } = builder;
  if (builder.mode !== modes.inBody || stack.inScope(tags.body, boundsScope) === 0) return;
  if (stack.namespace !== html) builder.afterBody = afterBody.unknown;
  else if (builder.afterBody !== afterBody.unknown)
    builder.afterBody = name === tags.html ? afterBody.html : afterBody.body;
}

function endInScope({ stack }: TreeBuilder, depth: number): void {
  if (depth > 0) stack.popTo(depth);
}

function endParagraphTag(builder: TreeBuilder): void {
  const { stack } = builder;
  const depth = stack.paragraphs === 0 ? 0 : stack.inScope(tags.p, boundsButtonScope);
  if (depth === 0) builder.openImplied(tags.p);
  stack.popTo(depth === 0 ? stack.depth : depth);
}

function headingInScope({ stack }: TreeBuilder): number {
  for (let depth = stack.depth; depth > 0; depth--) {
    if (stack.isHtmlAt(depth) && startOf[stack.names[depth] as number] === starts.heading) return depth;
    if (stack.isScopeBound(depth)) return 0;
  }
  return 0;
}

function endForm(builder: TreeBuilder): void {
  const { stack } = builder;
  const depth = stack.inScope(tags.form, boundsScope);
  if (stack.templates > 0) {
    if (depth > 0) stack.popTo(depth);
    return;
  }
  const { hasForm } = builder;
  builder.hasForm = false;
  if (!hasForm || depth === 0) return;
  stack.endImplied(0);
  // It may be further outside than the scope, or have ended.
  const { formDepth } = builder;
  builder.formDepth = 0;
  if (formDepth > 0) stack.hideForm(formDepth);
}

function endObject(builder: TreeBuilder, depth: number): void {
  if (depth === 0) return;
  builder.stack.popTo(depth);
  builder.formatting.clearToMarker();
}

/** The page ends: what it never opened is there all the same. */
export function endPage(builder: TreeBuilder): void {
  while (builder.stack.templates > 0) endTemplate(builder);
  if (builder.mode < modes.inTable) builder.openBody();
  builder.stack.popTo(1);
}
