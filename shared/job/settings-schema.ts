import { z } from 'zod';

/** The only home of the engine's settings (config/settings.yaml): what holds for every job of a project. */
export const settingsSchema = z
  .strictObject({
    processes: z
      .union([z.literal('auto'), z.int().min(1).max(256)])
      .default('auto')
      .describe('Worker processes of a run on this machine; auto: one per core.'),
    batchesPerProcess: z
      .int()
      .min(1)
      .max(256)
      .default(8)
      .describe('Batches one process works on at once, so that waiting for hosts is shared.'),
    batchSize: z
      .int()
      .min(1)
      .max(500)
      .default(20)
      .describe('Requests of one host per batch, at most; slow hosts get smaller ones.'),
    leaseMs: z
      .int()
      .min(2_000)
      .max(600_000)
      .default(10_000)
      .describe('Milliseconds after which the batches of a process that stopped answering go to another.'),
    store: z
      .string()
      .min(1)
      .default('.spinneret/store.db')
      .describe('The SQLite file that remembers every run, relative to the project folder.'),
    outputDir: z
      .string()
      .min(1)
      .default('output')
      .describe('Folder for exported files, relative to the project folder.'),
  })
  .describe('config/settings.yaml: the engine, for every job of a project.');

export type Settings = z.output<typeof settingsSchema>;
