import { CORE_SCHEMA, constructFromEvents, EVENT_ID, type Event, mergeTag, parseEvents } from 'js-yaml';
import { withSpacesForTabs } from './flow-tabs.ts';
import type { YamlFinding } from './problems.ts';
import { explainYamlError } from './yaml-errors.ts';
import { findPlaces, type NodeLocation } from './yaml-locations.ts';

/** A document that is not empty. */
export interface YamlDocument {
  /** 1-based; empty documents count. */
  number: number;
  /** Plain JSON values. */
  value: unknown;
  root: NodeLocation;
}

/** YAML 1.2 core (`yes` and dates are text), and `<<`, without which long field lists would have to be copied. */
const schema = CORE_SCHEMA.withTags(mergeTag);
const maxDepth = 50;
const maxAliases = 100;

/** The documents of a text and everything wrong with it as YAML. Never throws. */
export function readYaml(text: string): { documents: YamlDocument[]; findings: YamlFinding[] } {
  const documents: YamlDocument[] = [];
  const findings: YamlFinding[] = [];
  let events: Event[];
  try {
    events = parse(text);
  } catch (error) {
    const problem = explainYamlError(error, text);
    return { documents, findings: [{ ...problem, document: documentAt(problem.offset, text), path: '' }] };
  }
  splitDocuments(events).forEach((slice, index) => {
    const read = readDocument(slice, text, index + 1);
    findings.push(...read.findings);
    if (read.document) documents.push(read.document);
  });
  return { documents, findings };
}

/** Values are read from the original text, in which tabs are not replaced. */
function parse(text: string): Event[] {
  try {
    return parseEvents(text, { maxDepth });
  } catch (error) {
    const spaced = text.includes('\t') ? withSpacesForTabs(text) : text;
    if (spaced === text) throw error;
    try {
      return parseEvents(spaced, { maxDepth });
    } catch {
      throw error;
    }
  }
}

function readDocument(
  events: Event[],
  text: string,
  number: number,
): { document?: YamlDocument; findings: YamlFinding[] } {
  if (isEmpty(events)) return { findings: [] };
  const { root, usable, findings: found } = findPlaces(events, text);
  const findings: YamlFinding[] = found.map((finding) => ({ ...finding, document: number }));
  if (!usable) return { findings };
  try {
    // Duplicate keys are reported already; with the last value, the rest can be checked too.
    const json = findings.length > 0;
    const [value] = constructFromEvents(events, { source: text, schema, maxAliases, json });
    return { document: { number, value, root }, findings };
  } catch (error) {
    findings.push({ ...explainYamlError(error, text), document: number, path: '' });
    return { findings };
  }
}

function splitDocuments(events: Event[]): Event[][] {
  const documents: Event[][] = [];
  for (const event of events) {
    if (event.type === EVENT_ID.DOCUMENT) documents.push([]);
    documents.at(-1)?.push(event);
  }
  return documents;
}

function isEmpty(events: Event[]): boolean {
  const content = events[1];
  return content?.type === EVENT_ID.POP || (content?.type === EVENT_ID.SCALAR && content.valueStart < 0);
}

/** For a text that does not parse: counts the separators before the offset, except one that opens the file. */
function documentAt(offset: number, text: string): number {
  const before = text.slice(0, offset);
  const opens = /^(?:[ \t]*(?:[#%].*)?\r?\n)*---(?=\s)/.test(before) ? 1 : 0;
  return 1 + (before.match(/^---(?=\s)/gm)?.length ?? 0) - opens;
}
