import { createHash } from 'node:crypto';
import { readdir, rm, stat, statfs, utimes } from 'node:fs/promises';
import path from 'node:path';
import { draftBytes, readFeatures, readSegmentIndex, SegmentDraft, segmentSuffix } from './segment-file.ts';
import type { KeyedFeatures, SegmentEntry } from './segment-file.ts';

/** Where features are kept between starts of the program, and how much of the disk they may take. */
export interface KeptFeaturesOptions {
  readonly folder: string;
  readonly budgetBytes: number;
  /** Free disk space that is left alone, in bytes. */
  readonly reservedBytes?: number;
}

const defaultReservedBytes = 2e9;
/** A draft that nobody has finished for this long is what a kill left. */
const staleDraftMs = 3600_000;

/**
 * Features of frame pairs on disk, so that tomorrow's questions about a video need not decode and encode it anew:
 *
 *     <folder>/<video and weights>/<segment>.features      one segment for each look, written once
 *
 * Values are kept as float32, so what is found is what was computed, to the bit. Several processes share the folder: segments
 * appear whole or not at all and never change. What was used longest ago goes first; anything may be deleted at any time. What
 * is damaged or gone is a miss, and writing that fails (a full disk) keeps nothing: neither ever fails a question.
 */
export class KeptFeatures {
  #options: KeptFeaturesOptions;
  /** By video and weights, as far as they were opened. */
  readonly #groups = new Map<string, Map<string, SegmentEntry>>();

  constructor(options: KeptFeaturesOptions) {
    this.#options = options;
  }

  /** How much of the disk may be taken. */
  get budgetBytes(): number {
    return this.#options.budgetBytes;
  }

  /** How much of the disk is taken. */
  async bytes(): Promise<number> {
    return (await listKeptFeatures(this.#options.folder)).reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** From now on so much of the disk may be taken; what is beyond it goes at once. */
  async changeBudget(budgetBytes: number): Promise<void> {
    this.#options = { ...this.#options, budgetBytes };
    await this.#removeOldest(budgetBytes);
  }

  /** Forgets all that is kept, and leaves alone what somebody is writing. */
  async empty(): Promise<void> {
    for (const file of await listKeptFeatures(this.#options.folder))
      if (file.path.endsWith(segmentSuffix)) await rm(file.path, { force: true });
  }

  /** Reads what there is of a group, so that `has` knows; other processes may have written meanwhile. */
  async open(group: string): Promise<void> {
    const folder = this.#folderOf(group);
    const names = await readdir(folder).catch(() => []);
    const known = this.#groups.get(group) ?? new Map<string, SegmentEntry>();
    const paths = new Set(
      names.filter((name) => name.endsWith(segmentSuffix)).map((name) => path.join(folder, name)),
    );
    const indexed = new Set([...known.values()].map(({ segmentPath }) => segmentPath));
    for (const [key, { segmentPath }] of known) if (!paths.has(segmentPath)) known.delete(key);
    for (const segmentPath of paths) {
      if (indexed.has(segmentPath)) continue;
      const entries = await readSegmentIndex(segmentPath);
      if (entries === undefined) await rm(segmentPath, { force: true }).catch(() => undefined);
      for (const entry of entries ?? []) known.set(entry.key, entry);
    }
    this.#groups.set(group, known);
  }

  /** Whether a pair of an opened group was there when it was opened or written. */
  has(group: string, key: string): boolean {
    return this.#groups.get(group)?.has(key) ?? false;
  }

  /** Features by their keys, as far as they are there and whole. */
  async read(group: string, keys: readonly string[]): Promise<Map<string, Float32Array>> {
    const known = this.#groups.get(group);
    const wanted = keys.flatMap((key) => known?.get(key) ?? []);
    const found = new Map<string, Float32Array>();
    for (const [segmentPath, entries] of Map.groupBy(wanted, (entry) => entry.segmentPath)) {
      const read = await readFeatures(segmentPath, entries);
      for (const [at, { key }] of entries.entries()) {
        const features = read[at];
        if (features === undefined) known?.delete(key);
        else found.set(key, features);
      }
      const now = new Date();
      await utimes(segmentPath, now, now).catch(() => undefined);
    }
    return found;
  }

  /** Keeps features, where budget and disk have room for them. */
  async write(group: string, pairs: readonly KeyedFeatures[]): Promise<void> {
    if (pairs.length === 0 || this.#options.budgetBytes === 0) return;
    try {
      const draft = await SegmentDraft.begin(this.#folderOf(group), pairs);
      const hasRoom = await this.#makeRoom(draft).catch(() => false);
      if (!hasRoom) {
        await draft.drop();
        return;
      }
      const { budgetBytes } = this.#options;
      const entries = await draft.finish();
      if (this.#options.budgetBytes < budgetBytes) await this.#removeOldest(this.#options.budgetBytes);
      const known = this.#groups.get(group) ?? new Map<string, SegmentEntry>();
      for (const entry of entries) known.set(entry.key, entry);
      this.#groups.set(group, known);
    } catch {
      // A full or read-only disk: then nothing is kept, and the question goes on.
    }
  }

  /**
   * Removes the oldest segments until a draft fits beside what is there and what others are writing. False where it never would. Of
   * two drafts that begin at once at least one sees the other: together they never pass the budget.
   */
  async #makeRoom(draft: SegmentDraft): Promise<boolean> {
    const { folder, budgetBytes, reservedBytes = defaultReservedBytes } = this.#options;
    if (draft.bytes > budgetBytes) return false;
    if (!(await this.#removeOldest(budgetBytes))) return false;
    const disk = await statfs(folder);
    return disk.bavail * disk.bsize >= draft.bytes + reservedBytes;
  }

  /** Removes the oldest segments until no more than so much is taken. False where what is being written is too much. */
  async #removeOldest(mostBytes: number): Promise<boolean> {
    const files = await listKeptFeatures(this.#options.folder);
    const segments = files.filter((file) => file.path.endsWith(segmentSuffix));
    let total = files.reduce((sum, { bytes }) => sum + bytes, 0);
    const beingWritten = total - segments.reduce((sum, { bytes }) => sum + bytes, 0);
    if (beingWritten > mostBytes) return false;
    for (const file of segments.toSorted((one, other) => one.usedMs - other.usedMs)) {
      if (total <= mostBytes) break;
      await rm(file.path, { force: true });
      total -= file.bytes;
    }
    return true;
  }

  #folderOf(group: string): string {
    const name = createHash('sha256').update(group).digest('hex').slice(0, 32);
    return path.join(this.#options.folder, name);
  }
}

/** A file with kept features. */
export interface KeptFeatureFile {
  readonly path: string;
  /** Of one that is being written: what it will be. */
  readonly bytes: number;
  /** When it was last written or read. */
  readonly usedMs: number;
}

/** All files under a folder of kept features; drafts that a kill left behind are removed. */
export async function listKeptFeatures(folder: string): Promise<KeptFeatureFile[]> {
  const files: KeptFeatureFile[] = [];
  for (const group of await readdir(folder).catch(() => [])) {
    for (const name of await readdir(path.join(folder, group)).catch(() => [])) {
      const filePath = path.join(folder, group, name);
      const facts = await stat(filePath).catch(() => undefined);
      if (facts === undefined) continue;
      const isStale = !name.endsWith(segmentSuffix) && Date.now() - facts.mtimeMs > staleDraftMs;
      if (isStale) await rm(filePath, { force: true }).catch(() => undefined);
      else files.push({ path: filePath, bytes: draftBytes(name) ?? facts.size, usedMs: facts.mtimeMs });
    }
  }
  return files;
}
