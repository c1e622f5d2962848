import type { FileFact } from '../model.ts';

/**
 * Where the files lie that jobs download: each once, under the hash of its bytes, over all runs of a job. What is not whole is
 * seen by nobody but the next attempt. Throws `HaltError` STORE_FAILED, as where the disk is full.
 */
export interface FileStore {
  /**
   * The file at an address that this run has kept already, where the outcome that would say so was lost with its process. Not
   * every store knows.
   */
  readKept(run: string, key: string): Promise<FileFact | undefined>;
  /** Notes it, until the run is over. */
  noteKept(run: string, key: string, file: FileFact): Promise<void>;
  /** What an earlier attempt at the address has left, to go on from. `key`: names the address within the run. */
  readPart(run: string, key: string): Promise<KeptPart | undefined>;
  /** Throws away what earlier attempts have left. */
  dropParts(run: string, key: string): Promise<void>;
  /** Begins an attempt, which no other one, under way or killed, can disturb. */
  begin(run: string, key: string): Promise<FileWriter>;
}

/** The beginning of a file, as it was when its server named it so. */
export interface KeptPart {
  /** The strong validator by which the rest may be asked for (RFC 9110 §13.1.5). */
  validator: string;
  bytes: number;
  read(): AsyncIterable<Uint8Array>;
}

/** One attempt at a file. Its calls never overlap. */
export interface FileWriter {
  /** Keeps what is written from now on, if the process should die, or `leave` is called. */
  keepAs(validator: string): Promise<void>;
  write(chunk: Uint8Array): Promise<void>;
  /** The file is whole. Once this has resolved, it outlives a power cut. `isEqual`: it was there already. */
  finish(sha256: string, type: string): Promise<{ isEqual: boolean }>;
  /** Ends the attempt: how many bytes are kept for the next one. */
  leave(): Promise<number>;
  /** Ends the attempt, and keeps nothing. */
  discard(): Promise<void>;
}
