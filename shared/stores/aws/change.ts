import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { type DynamoItem, number } from './attributes.ts';

/** A change of one record, with its condition. */
export interface Change {
  pk: string;
  set?: DynamoItem;
  /** Added to numeric attributes; an absent one begins at 0. */
  add?: Record<string, number>;
  remove?: string[];
  /** Clauses, all of which must hold. In them `#name` is an attribute, `:name` one of `values`. */
  onlyIf?: string[];
  values?: DynamoItem;
  /** Attributes whose name cannot be written as `#name`. */
  names?: Record<string, string>;
}

export interface UpdateInput {
  TableName: string;
  Key: DynamoItem;
  UpdateExpression?: string;
  ConditionExpression?: string;
  ExpressionAttributeNames?: Record<string, string>;
  ExpressionAttributeValues?: DynamoItem;
  ReturnValuesOnConditionCheckFailure: 'ALL_OLD';
}

/**
 * The change as DynamoDB's expressions. Names are always placeholders, since they may be reserved words or hold
 * any character.
 */
export function toUpdate(table: string, change: Change): UpdateInput {
  const names: Record<string, string> = {};
  const values: DynamoItem = { ...change.values };
  const condition = change.onlyIf?.map((clause) => `(${clause})`).join(' AND ');
  for (const [placeholder, name = ''] of condition?.matchAll(/#(\w+)/g) ?? []) {
    names[placeholder] = change.names?.[name] ?? name;
  }
  const nameOf = (name: string, index: number, part: string): string => {
    const placeholder = `#${part}${index}`;
    names[placeholder] = name;
    return placeholder;
  };
  const assign = (part: string, between: string) => (entry: [string, AttributeValue], index: number) => {
    values[`:${part}${index}`] = entry[1];
    return `${nameOf(entry[0], index, part)}${between}:${part}${index}`;
  };
  const added = Object.entries(change.add ?? {}).filter(([, amount]) => amount !== 0);
  const update = [
    clause('SET', Object.entries(change.set ?? {}).map(assign('set', ' = '))),
    clause(
      'ADD',
      added.map(([name, amount]): [string, AttributeValue] => [name, number(amount)]).map(assign('add', ' ')),
    ),
    clause(
      'REMOVE',
      (change.remove ?? []).map((name, index) => nameOf(name, index, 'remove')),
    ),
  ].join(' ');
  return {
    TableName: table,
    Key: { pk: { S: change.pk } },
    ...(update.trim() === '' ? {} : { UpdateExpression: update.trim() }),
    ...(condition === undefined ? {} : { ConditionExpression: condition }),
    ...(Object.keys(names).length === 0 ? {} : { ExpressionAttributeNames: names }),
    ...(Object.keys(values).length === 0 ? {} : { ExpressionAttributeValues: values }),
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  };
}

function clause(word: string, parts: string[]): string {
  return parts.length === 0 ? '' : `${word} ${parts.join(', ')}`;
}
