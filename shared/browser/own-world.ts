import type { CDPSession } from 'playwright-core';

/**
 * A world of scripts of our own in a frame: it shares the page's nodes, but no object and no function with the page, so that neither can
 * deceive or notice the other. What it holds goes with the session.
 */
export interface OwnWorld {
  /** The text that a function gives of the node, which is its `this`. */
  textOf(backendNodeId: number, declaration: string): Promise<string>;
  /** What a function gives of the node: a list of nodes, each with its values behind it. */
  valuesOf(backendNodeId: number, declaration: string, argument: unknown): Promise<NodeValues[]>;
}

/** A node by its number, and what a script says of it. */
export interface NodeValues {
  backendNodeId: number;
  values: (string | null)[];
}

/** Its execution context, which is another one in another document. Throws where the frame is no more. */
export async function enterOwnWorld(session: CDPSession, frameId: string): Promise<number> {
  const world = { frameId, worldName: 'spinneret' };
  const { executionContextId } = await session.send('Page.createIsolatedWorld', world);
  return executionContextId;
}

/** What a script in it has thrown. */
export function thrownBy({ exception, text }: { exception?: { description?: string }; text: string }): Error {
  return new Error(exception?.description ?? text);
}

/** Throws where the frame is no more. */
export async function openOwnWorld(session: CDPSession, frameId: string): Promise<OwnWorld> {
  const executionContextId = await enterOwnWorld(session, frameId);
  const call = async (backendNodeId: number, functionDeclaration: string, argument?: unknown) => {
    const { object } = await session.send('DOM.resolveNode', { backendNodeId, executionContextId });
    const { result, exceptionDetails } = await session.send('Runtime.callFunctionOn', {
      ...(object.objectId === undefined ? {} : { objectId: object.objectId }),
      functionDeclaration,
      arguments: argument === undefined ? [] : [{ value: argument }],
    });
    if (exceptionDetails === undefined) return result;
    throw thrownBy(exceptionDetails);
  };
  const numberOf = async (objectId: string): Promise<number> => {
    const { node } = await session.send('DOM.describeNode', { objectId, depth: 0 });
    return node.backendNodeId;
  };
  return {
    async textOf(backendNodeId, declaration) {
      const { value } = await call(backendNodeId, declaration);
      return String(value);
    },
    async valuesOf(backendNodeId, declaration, argument) {
      const { objectId = '' } = await call(backendNodeId, declaration, argument);
      const { result } = await session.send('Runtime.getProperties', { objectId, ownProperties: true });
      const found: { objectId: string; values: (string | null)[] }[] = [];
      for (const { name, value } of result) {
        if (!/^\d+$/.test(name)) continue;
        if (value?.objectId !== undefined) found.push({ objectId: value.objectId, values: [] });
        else found.at(-1)?.values.push(value?.value);
      }
      return Promise.all(
        found.map(async ({ objectId, values }) => ({ backendNodeId: await numberOf(objectId), values })),
      );
    },
  };
}
