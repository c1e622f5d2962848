import type { LockAnswer, LockRequest } from '../../shared/coordination/ports.ts';
import type { Json } from '../../shared/model.ts';
import { isLinearizable, type Operation } from './linearizable.ts';

/** One call of a store, as its caller saw it. */
export interface Call {
  method: 'acquireLock' | 'renewLock' | 'releaseLock' | 'readRegister' | 'writeRegister';
  values: unknown[];
  /** Places in the order of all calls and answers. */
  calledAt: number;
  returnedAt?: number;
  /** True ms. */
  calledMs: number;
  returnedMs?: number;
  /** None: nobody knows whether it took effect. */
  answer?: unknown;
}

interface LockState {
  fence: number;
  /** `fromMs`: the lease began then or later. */
  holders: { token: string; fromMs: number; leaseMs: number }[];
}

interface RegisterState {
  value: Json | undefined;
  fence: number;
}

/**
 * Whether the calls are those of locks and registers that keep their promises. A lease may end only once its
 * time has passed since the grant or renewal could have taken effect first. Names what does not hold.
 */
export function checkHistory(calls: Call[], permitsOf: (lock: string) => number): string[] {
  const byName = Map.groupBy(calls, (call) => `${isLockCall(call) ? 'lock' : 'register'} ${nameOf(call)}`);
  const wrong: string[] = [];
  for (const [name, own] of byName) {
    const isOk = name.startsWith('lock')
      ? isLinearizable(
          lockOperations(own, permitsOf(nameOf(own[0]))),
          { fence: 0, holders: [] },
          JSON.stringify,
        )
      : isLinearizable(registerOperations(own), { value: undefined, fence: 0 }, JSON.stringify);
    if (!isOk) wrong.push(`locks: the history of ${name} is not linearizable`);
  }
  return wrong;
}

function isLockCall({ method }: Call): boolean {
  return method.endsWith('Lock');
}

function nameOf(call: Call | undefined): string {
  const [first] = call?.values ?? [];
  return typeof first === 'string' ? first : (first as LockRequest).name;
}

function lockOperations(calls: Call[], permits: number): Operation<LockState>[] {
  return calls.flatMap((call) => {
    const step = lockStep(call, permits);
    return step === undefined ? [] : [operationOf(call, step)];
  });
}

/** `undefined`: it changed nothing, and may be said at any time. */
function lockStep(call: Call, permits: number): Operation<LockState>['step'] | undefined {
  const { method, values, answer } = call;
  if (method === 'acquireLock') {
    const request = values[0] as LockRequest;
    const given = answer as LockAnswer | undefined;
    if (given?.state === 'held') return undefined;
    return (state) => granted(state, call, request, permits, given?.fence);
  }
  const [, token] = values as [string, string, number?];
  if (method === 'renewLock') {
    const leaseMs = Number(values[2]);
    if (answer === false) return undefined;
    return (state) => renewed(state, token, call.calledMs, leaseMs, answer === true);
  }
  return (state) => [{ ...state, holders: state.holders.filter((holder) => holder.token !== token) }];
}

function granted(
  { fence, holders }: LockState,
  { calledMs, returnedMs = Number.POSITIVE_INFINITY }: Call,
  { token, leaseMs }: LockRequest,
  permits: number,
  givenFence: number | undefined,
): LockState[] {
  const others = holders.filter((holder) => holder.token !== token);
  const next = givenFence ?? fence + 1;
  if (next <= fence) return [];
  const state = (kept: LockState['holders']) => ({
    fence: next,
    holders: [...kept, { token, fromMs: calledMs, leaseMs }].sort((a, b) => (a.token < b.token ? -1 : 1)),
  });
  if (others.length < permits) return [state(others)];
  return others
    .filter((holder) => holder.fromMs + holder.leaseMs <= returnedMs)
    .map((ended) => state(others.filter((holder) => holder !== ended)));
}

function renewed(
  { fence, holders }: LockState,
  token: string,
  fromMs: number,
  leaseMs: number,
  isCertain: boolean,
): LockState[] {
  const held = holders.find((holder) => holder.token === token);
  if (held === undefined) return isCertain ? [] : [{ fence, holders }];
  // A renewal never brings a deadline forward.
  const until = Math.max(held.fromMs + held.leaseMs, fromMs + leaseMs);
  const renewal = { token, fromMs: until - leaseMs, leaseMs };
  return [{ fence, holders: holders.map((holder) => (holder.token === token ? renewal : holder)) }];
}

function registerOperations(calls: Call[]): Operation<RegisterState>[] {
  return calls.flatMap((call) => {
    const { method, values, answer } = call;
    if (method === 'readRegister') {
      const [, raised = 0] = values as [string, number?];
      const read = ({ value, fence }: RegisterState) => ({ value, fence: Math.max(fence, raised) });
      if (answer === undefined) return [operationOf<RegisterState>(call, (state) => [read(state)])];
      const expected = JSON.stringify(answer);
      return [
        operationOf<RegisterState>(call, (state) =>
          JSON.stringify(read(state)) === expected ? [read(state)] : [],
        ),
      ];
    }
    const [, value, fence] = values as [string, Json, number];
    return [operationOf<RegisterState>(call, (state) => written(state, value, fence, answer))];
  });
}

function written(state: RegisterState, value: Json, fence: number, answer: unknown): RegisterState[] {
  const isStale = fence < state.fence;
  if (answer !== undefined && answer === isStale) return [];
  return [isStale ? state : { value, fence }];
}

function operationOf<State>(call: Call, step: Operation<State>['step']): Operation<State> {
  const { calledAt, returnedAt, method, values, answer } = call;
  const text = `${method} ${JSON.stringify(values)}: ${JSON.stringify(answer)}`;
  return { calledAt, step, text, ...(returnedAt === undefined ? {} : { returnedAt }) };
}
