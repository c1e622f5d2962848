import type { Json } from '../../model.ts';
import type { ConversionContext } from '../values/field-types.ts';

/** A step of one value; `undefined` where it can make nothing of it. */
export type ValueStep = (value: Json, context: ConversionContext) => Json | undefined;

/** A step of a text, or of what has one: a number, true or false. */
export type TextStep = (text: string, context: ConversionContext) => Json | undefined;

/** A step of a list as a whole, which has an entry at least and none that is null. */
export type ListStep = (list: Json[]) => Json | undefined;
