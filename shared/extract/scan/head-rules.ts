import { startOf, starts, tags } from './html-rules.ts';
import { modes, type TreeBuilder } from './tree-builder.ts';

// Start and end tags before the body (HTML Standard, 13.2.6.4.1 to 13.2.6.4.6).

/** What is to be done with a tag. */
export const ignored = 0;
export const inserted = 1;
/** By the rules of the mode that it is now. */
export const again = 2;

export function startBeforeBody(builder: TreeBuilder, name: number): number {
  if (builder.mode === modes.initial) builder.mode = modes.beforeHtml;
  switch (builder.mode) {
    case modes.beforeHtml:
      if (name !== tags.html) builder.openImplied(tags.html);
      builder.mode = modes.beforeHead;
      return name === tags.html ? inserted : again;
    case modes.beforeHead:
      if (name === tags.html) return startHtml(builder);
      if (name !== tags.head) builder.openImplied(tags.head);
      builder.mode = modes.inHead;
      return name === tags.head ? inserted : again;
    case modes.inHeadNoscript:
      return startInNoscript(builder, name);
    default:
      return startInHead(builder, name);
  }
}

/** In the head, or between it and the body. */
function startInHead(builder: TreeBuilder, name: number): number {
  if (name === tags.html) return startHtml(builder);
  if (name === tags.head) return ignored;
  if (isOfHead(name)) return inserted;
  if (name === tags.template) return startTemplate(builder);
  if (builder.mode === modes.inHead && name === tags.noscript) {
    builder.mode = modes.inHeadNoscript;
    return inserted;
  }
  if (name === tags.frameset) return leaveToTree(builder);
  if (name !== tags.body) builder.openBody();
  else builder.leaveHead();
  return name === tags.body ? inserted : again;
}

function startInNoscript(builder: TreeBuilder, name: number): number {
  if (name === tags.html) return startHtml(builder);
  if (name === tags.head || name === tags.noscript) return ignored;
  const stays = isOfHead(name) && name !== tags.title && name !== tags.script && name !== tags.base;
  if (stays) return inserted;
  leaveNoscript(builder);
  return again;
}

export function startHtml(builder: TreeBuilder): number {
  // Its attributes go to the element that is there.
  return builder.stack.templates > 0 || builder.isBare() ? ignored : leaveToTree(builder);
}

export function startTemplate(builder: TreeBuilder): number {
  builder.formatting.insertMarker();
  builder.templateModes.push(modes.inTemplate);
  builder.mode = modes.inTemplate;
  return inserted;
}

export function leaveToTree(builder: TreeBuilder): number {
  builder.isBeyond = true;
  return ignored;
}

/** Is the element one of the head's, and no template? */
export function isOfHead(name: number): boolean {
  return startOf[name] === starts.ofHead || name === tags.noframes;
}

/** Returns whether the tag is to be read by the rules of the body. */
export function endBeforeBody(builder: TreeBuilder, name: number): boolean {
  if (builder.mode === modes.initial) builder.mode = modes.beforeHtml;
  const impliesBody = name === tags.body || name === tags.html || name === tags.br;
  if (builder.mode === modes.inHeadNoscript) {
    if (name === tags.noscript || name === tags.br) leaveNoscript(builder);
    if (name !== tags.br) return false;
  }
  if (name === tags.head && builder.mode <= modes.inHead) {
    builder.openHead();
    builder.mode = modes.afterHead;
    builder.isHeadEnded = true;
    return false;
  }
  if (!impliesBody) return name === tags.template && builder.mode >= modes.inHead;
  builder.openBody();
  return true;
}

function leaveNoscript(builder: TreeBuilder): void {
  builder.stack.pop();
  builder.mode = modes.inHead;
}
