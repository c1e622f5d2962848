import {
  again,
  ignored,
  inserted,
  isOfHead,
  leaveToTree,
  startBeforeBody,
  startHtml,
  startTemplate,
} from './head-rules.ts';
import {
  boundsButtonScope,
  boundsScope,
  endsForeign,
  flagsOf,
  html,
  math,
  startOf,
  starts,
  svg,
  tags,
} from './html-rules.ts';
import { endFormatting, leaveForeign } from './mode-parts.ts';
import { startInTable } from './table-rules.ts';
import { modes, type TreeBuilder } from './tree-builder.ts';

/**
 * Does what a start tag does to the elements before it (HTML Standard, 13.2.6). Returns whether it opens an
 * element, which is then `insert`ed.
 */
export function startTag(builder: TreeBuilder, name: number, nameEnd: number): boolean {
  builder.name = name;
  builder.nameEnd = nameEnd;
  builder.namespace = html;
  builder.endsAtOnce = false;
  builder.mustBeHidden = false;
  if (name !== tags.html) builder.leaveAfterBody();
  if (builder.stack.namespace !== html && isForeignTag(builder, name)) {
    if (name === tags.font) leaveToTree(builder);
    if (((flagsOf[name] as number) & endsForeign) === 0) return startForeign(builder, name);
    leaveForeign(builder);
  }
  return startOutside(builder, name) === inserted;
}

function startOutside(builder: TreeBuilder, written: number): number {
  const name = written === tags.image ? tags.img : written;
  builder.name = name;
  for (;;) {
    const result = startInMode(builder, name);
    if (result !== again) return result;
  }
}

function startInMode(builder: TreeBuilder, name: number): number {
  const { mode } = builder;
  if (mode === modes.inBody) return startInBody(builder, name);
  if (mode < modes.inTable) return startBeforeBody(builder, name);
  if (mode === modes.inTemplate) return startInTemplate(builder, name);
  const result = startInTable(builder, name);
  return result === undefined ? startInBody(builder, name) : result;
}

/** Directly in a template: what comes first decides how its content is read. */
function startInTemplate(builder: TreeBuilder, name: number): number {
  if (isOfHead(name)) return inserted;
  if (startOf[name] === starts.template) return startTemplate(builder);
  if (startOf[name] === starts.ofTable && name !== tags.head) return leaveToTree(builder);
  builder.templateModes[builder.templateModes.length - 1] = modes.inBody;
  builder.mode = modes.inBody;
  return again;
}

function isForeignTag(builder: TreeBuilder, name: number): boolean {
  if (builder.isForeign()) return true;
  const { stack } = builder;
  return stack.namespace === math && (name === tags.mglyph || name === tags.malignmark);
}

function startForeign(builder: TreeBuilder, name: number): boolean {
  // Whether HTML is inside depends on its attributes; a template of SVG is none.
  if (name === tags.annotationXml || name === tags.template) leaveToTree(builder);
  builder.namespace = builder.stack.namespace;
  return true;
}

/** In the body, a cell or a caption, and in tables for what they have of the body's rules. */
function startInBody(builder: TreeBuilder, name: number): number {
  const { stack } = builder;
  switch (startOf[name]) {
    case starts.anything:
    case starts.leaf:
      builder.reconstruct();
      return inserted;
    case starts.block:
      endParagraph(builder);
      return inserted;
    case starts.link:
      return startLink(builder);
    case starts.formatting:
      builder.reconstruct();
      return keepFormatting(builder);
    case starts.item:
      endItem(builder, stack.itemInReach(tags.li, tags.li));
      return inserted;
    case starts.description:
      endItem(builder, stack.itemInReach(tags.dd, tags.dt));
      return inserted;
    case starts.heading:
      endParagraph(builder);
      if (startOf[stack.innermost] === starts.heading && stack.namespace === html) stack.pop();
      return inserted;
    case starts.hr:
      endParagraph(builder);
      return inserted;
    case starts.ofHead:
    case starts.bare:
      return inserted;
    default:
      return startRarely(builder, name);
  }
}

function startRarely(builder: TreeBuilder, name: number): number {
  const { stack, formatting } = builder;
  switch (startOf[name]) {
    case starts.rubyBase:
    case starts.rubyText:
      if (stack.inScope(tags.ruby, boundsScope) > 0)
        stack.endImplied(startOf[name] === starts.rubyText ? tags.rtc : 0);
      return inserted;
    case starts.xmp:
      endParagraph(builder);
      builder.reconstruct();
      return inserted;
    case starts.svg:
      builder.reconstruct();
      builder.namespace = svg;
      return inserted;
    case starts.math:
      builder.reconstruct();
      builder.namespace = math;
      return inserted;
    case starts.html:
      return startHtml(builder);
    case starts.template:
      return startTemplate(builder);
    case starts.body:
      return stack.names[2] !== tags.body || stack.templates > 0 || builder.isBare()
        ? ignored
        : leaveToTree(builder);
    case starts.form:
      return startForm(builder);
    case starts.nobr:
      return startNobr(builder);
    case starts.table:
      if (stack.paragraphs > 0 && !builder.isQuirky()) endParagraph(builder);
      builder.mode = modes.inTable;
      return inserted;
    case starts.button:
      return startButton(builder);
    case starts.object:
      builder.reconstruct();
      formatting.insertMarker();
      return inserted;
    case starts.select:
      builder.reconstruct();
      builder.mode = isInTable(builder) ? modes.inSelectInTable : modes.inSelect;
      return inserted;
    case starts.option:
      if (stack.isAt(tags.option)) stack.pop();
      builder.reconstruct();
      return inserted;
    case starts.ofTable:
      return ignored;
    default:
      return leaveToTree(builder);
  }
}

/** A paragraph ends where a block begins. */
function endParagraph({ stack }: TreeBuilder): void {
  if (stack.paragraphs === 0) return;
  const depth = stack.inScope(tags.p, boundsButtonScope);
  if (depth > 0) stack.popTo(depth);
}

function endItem(builder: TreeBuilder, depth: number): void {
  if (depth > 0) builder.stack.popTo(depth);
  endParagraph(builder);
}

function keepFormatting(builder: TreeBuilder): number {
  const { formatting, stack, name, nameEnd } = builder;
  return formatting.push(name, nameEnd, stack.depth + 1) ? inserted : leaveToTree(builder);
}

function startLink(builder: TreeBuilder): number {
  const { formatting } = builder;
  if (formatting.find(tags.a) >= 0) {
    endFormatting(builder, tags.a);
    // The standard takes it off the list, and off the stack, even then.
    if (formatting.find(tags.a) >= 0) return leaveToTree(builder);
  }
  builder.reconstruct();
  return keepFormatting(builder);
}

function startNobr(builder: TreeBuilder): number {
  builder.reconstruct();
  if (builder.stack.inScope(tags.nobr, boundsScope) > 0) {
    endFormatting(builder, tags.nobr);
    builder.reconstruct();
  }
  return keepFormatting(builder);
}

function startForm(builder: TreeBuilder): number {
  const { stack } = builder;
  if (stack.templates === 0) {
    if (builder.hasForm) return ignored;
    builder.hasForm = true;
  }
  endParagraph(builder);
  if (stack.templates === 0) builder.formDepth = stack.depth + 1;
  return inserted;
}

function startButton(builder: TreeBuilder): number {
  const { stack } = builder;
  const depth = stack.inScope(tags.button, boundsScope);
  if (depth > 0) stack.popTo(depth);
  builder.reconstruct();
  return inserted;
}

function isInTable({ mode }: TreeBuilder): boolean {
  return (
    mode === modes.inTable ||
    mode === modes.inTableBody ||
    mode === modes.inRow ||
    mode === modes.inCaption ||
    mode === modes.inCell
  );
}
