import type { Outcomes } from '../../shared/coordination/ports.ts';
import type { Outcome } from '../../shared/model.ts';

/** By `run batch`, as text: what was written cannot be changed by whoever has it. */
export type OutcomeTexts = Map<string, string>;

export function makeMemoryOutcomes(texts: OutcomeTexts): Outcomes {
  const read = (run: string, batch: string): Outcome | undefined => {
    const text = texts.get(`${run} ${batch}`);
    return text === undefined ? undefined : JSON.parse(text);
  };
  return {
    async write(outcome) {
      const key = `${outcome.run} ${outcome.batch}`;
      if (!texts.has(key)) texts.set(key, JSON.stringify(outcome));
      return read(outcome.run, outcome.batch) ?? outcome;
    },
    read: async (run, batch) => read(run, batch),
    async listBatches(run, { after = '', limit }) {
      const own = [...texts.keys()].filter((key) => key.startsWith(`${run} `));
      const batches = own.map((key) => key.slice(run.length + 1)).filter((batch) => batch > after);
      return batches.sort().slice(0, limit);
    },
    async *list(run) {
      for (const [key, text] of texts) if (key.startsWith(`${run} `)) yield JSON.parse(text);
    },
  };
}
