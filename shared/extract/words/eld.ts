import type { eld } from 'eld/extrasmall';
import { loadFromPackage } from '../../own-files.ts';

let loaded: typeof eld | undefined;

/** Loaded by the first text whose language nothing states: a megabyte of sequences of letters. */
export function loadEld(): typeof eld {
  loaded ??= loadFromPackage<{ eld: typeof eld }>('eld', 'src', 'entries', 'static.extrasmall.js').eld;
  return loaded;
}
