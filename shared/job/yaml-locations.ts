import { EVENT_ID, type Event, getScalarValue, SCALAR_STYLE, type ScalarEvent } from 'js-yaml';
import { isUnsafeInteger } from '../exact-json.ts';
import { formatPath, quote } from '../schema/format-path.ts';
import { lineOf, type YamlFinding } from './problems.ts';

/** Where a YAML node and everything below it stands. Offsets are UTF-16, into the text. */
export interface NodeLocation {
  offset: number;
  entries?: Map<string, { keyOffset: number; value: NodeLocation }>;
  items?: NodeLocation[];
  /** Nodes at and below it, those behind aliases included. */
  size: number;
}

/** What a document's events say about locations; `usable` is false when its value must not be built. */
export interface NodeLocations {
  root: NodeLocation;
  findings: Omit<YamlFinding, 'document'>[];
  usable: boolean;
}

/** Few hand-written files repeat more; "billion laughs" files repeat exponentially more. */
const maxAliasedNodes = 10_000;

interface Frame {
  location: NodeLocation;
  path: PropertyKey[];
  /** Set between a mapping's key and its value. */
  key?: { name: string; offset: number; merges: boolean } | undefined;
  merged: NodeLocation[];
}

interface Walk {
  text: string;
  frames: Frame[];
  anchors: Map<string, NodeLocation>;
  open: Set<NodeLocation>;
  locations: NodeLocations;
  aliasedNodes: number;
  lastOffset: number;
}

/** The locations of one document, from its events (DOCUMENT … POP). */
export function findPlaces(events: Event[], text: string): NodeLocations {
  const walk: Walk = {
    text,
    frames: [],
    anchors: new Map(),
    open: new Set(),
    locations: { root: { offset: 0, size: 1 }, findings: [], usable: true },
    aliasedNodes: 0,
    lastOffset: 0,
  };
  for (const event of events) visit(walk, event);
  return walk.locations;
}

function visit(walk: Walk, event: Event): void {
  if (event.type === EVENT_ID.SCALAR) visitScalar(walk, event);
  else if (event.type === EVENT_ID.ALIAS) visitAlias(walk, event.anchorStart, event.anchorEnd);
  else if (event.type === EVENT_ID.POP) close(walk);
  else if (event.type !== EVENT_ID.DOCUMENT) {
    const isMapping = event.type === EVENT_ID.MAPPING;
    const location: NodeLocation = {
      offset: event.start,
      size: 1,
      ...(isMapping ? { entries: new Map() } : { items: [] }),
    };
    if (event.start >= 0) walk.lastOffset = event.start;
    remember(walk, event, location);
    walk.open.add(location);
    walk.frames.push({ location, path: nextPath(walk), merged: [] });
  }
}

function visitScalar(walk: Walk, event: ScalarEvent): void {
  if (event.valueStart >= 0) walk.lastOffset = startOf(event, walk.text);
  const frame = walk.frames.at(-1);
  if (frame?.location.entries && frame.key === undefined) {
    const name = getScalarValue(walk.text, event);
    const merges = name === '<<' && event.style === SCALAR_STYLE.PLAIN;
    frame.key = { name, offset: walk.lastOffset, merges };
    checkKey(walk, frame, name);
    return;
  }
  const location: NodeLocation = { offset: walk.lastOffset, size: 1 };
  checkDigits(walk, event);
  remember(walk, event, location);
  add(walk, location);
}

/** YAML's core schema makes a number of it, and JavaScript would round that. */
function checkDigits(walk: Walk, event: ScalarEvent): void {
  if (event.style !== SCALAR_STYLE.PLAIN || event.valueStart < 0 || event.tagStart >= 0) return;
  const written = getScalarValue(walk.text, event);
  const isOtherBase = /^0(?:x[\da-f]+|o[0-7]+)$/i.test(written) && !Number.isSafeInteger(Number(written));
  if (!isOtherBase && !isUnsafeInteger(written)) return;
  walk.locations.findings.push({
    offset: walk.lastOffset,
    path: formatPath(nextPath(walk)),
    message: `${written} is larger than a number can be without losing digits; write ${JSON.stringify(written)}`,
    expected: 'text, in quotes',
    suggestion: JSON.stringify(written),
  });
}

/** Quoted and block scalars count from their quote or indicator. */
function startOf(event: ScalarEvent, text: string): number {
  const quoted = event.style === SCALAR_STYLE.SINGLE_QUOTED || event.style === SCALAR_STYLE.DOUBLE_QUOTED;
  const before = text[event.valueStart - 1];
  return quoted && (before === '"' || before === "'") ? event.valueStart - 1 : event.valueStart;
}

function checkKey(walk: Walk, frame: Frame, name: string): void {
  const path = formatPath([...frame.path, name]);
  const report = (message: string) => {
    walk.locations.findings.push({ offset: walk.lastOffset, path, message });
  };
  const earlier = frame.location.entries?.get(name);
  if (earlier)
    report(`the key is written twice; the first is on line ${lineOf(earlier.keyOffset, walk.text)}`);
  if (name === '__proto__') report('this key is not allowed; choose another name');
}

function visitAlias(walk: Walk, start: number, end: number): void {
  walk.lastOffset = Math.max(0, start - 1);
  const name = walk.text.slice(start, end);
  const target = walk.anchors.get(name);
  const frame = walk.frames.at(-1);
  if (frame?.location.entries && frame.key === undefined) {
    frame.key = { name: `*${name}`, offset: walk.lastOffset, merges: false };
    return;
  }
  const refuse = (message: string) => {
    const path = formatPath(nextPath(walk));
    if (walk.locations.usable) walk.locations.findings.push({ offset: walk.lastOffset, path, message });
    walk.locations.usable = false;
  };
  walk.aliasedNodes += target?.size ?? 0;
  if (target && walk.open.has(target)) refuse(`the alias ${quote(`*${name}`)} stands inside what it repeats`);
  else if (walk.aliasedNodes > maxAliasedNodes)
    refuse(`aliases repeat more than ${maxAliasedNodes} values here`);
  add(walk, { ...(target ?? { size: 1 }), offset: walk.lastOffset });
}

function remember(
  walk: Walk,
  anchored: { anchorStart: number; anchorEnd: number },
  location: NodeLocation,
): void {
  if (anchored.anchorStart >= 0) {
    walk.anchors.set(walk.text.slice(anchored.anchorStart, anchored.anchorEnd), location);
  }
}

function nextPath(walk: Walk): PropertyKey[] {
  const frame = walk.frames.at(-1);
  if (frame === undefined) return [];
  return [...frame.path, frame.location.items ? frame.location.items.length : (frame.key?.name ?? '?')];
}

function close(walk: Walk): void {
  const frame = walk.frames.pop();
  if (frame === undefined) return;
  walk.open.delete(frame.location);
  for (const source of frame.merged) {
    for (const [name, entry] of source.entries ?? []) {
      if (!frame.location.entries?.has(name)) frame.location.entries?.set(name, entry);
    }
  }
  add(walk, frame.location);
}

function add(walk: Walk, value: NodeLocation): void {
  const frame = walk.frames.at(-1);
  if (frame === undefined) {
    walk.locations.root = value;
    return;
  }
  frame.location.size += value.size;
  if (frame.location.items) frame.location.items.push(value);
  else if (frame.location.entries && frame.key) {
    if (frame.key.merges) frame.merged.push(...(value.items ?? [value]));
    else if (!frame.location.entries.has(frame.key.name)) {
      frame.location.entries.set(frame.key.name, { keyOffset: frame.key.offset, value });
    }
    frame.key = undefined;
  } else {
    // A list or mapping as a key: building the value refuses it.
    frame.key = { name: '?', offset: value.offset, merges: false };
  }
}
