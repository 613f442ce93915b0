import { EngineError } from '../protocol/errors.ts';
import type { Role } from '../protocol/roles.ts';
import { float32, type Feeds, type Tensor } from '../runtime/runtime.ts';
import { openSafetensors, type WeightSet } from './safetensors/weight-set.ts';

/** Graph inputs that take adapter matrices have this in their names. */
const adapterInput = '.lora_';

/**
 * A package's adapters: A (in, rank) and B (rank, out) of each adapted module, by the graph input that they go into. Only
 * the role at work has its matrices in memory; reading them anew takes some hundredths of a second, while all of them
 * together take hundreds of megabytes at full size.
 */
export class RoleAdapters {
  readonly #files: Readonly<Partial<Record<Role, WeightSet>>>;
  readonly #zeros = new Map<string, Tensor<'float32'>>();
  #current:
    { readonly role: Role; readonly matrices: Readonly<Record<string, Tensor<'float32'>>> } | undefined;
  #feeds = new Map<readonly string[], Feeds>();

  private constructor(files: Readonly<Partial<Record<Role, WeightSet>>>) {
    this.#files = files;
  }

  /** Opens the roles' files: headers only. @throws EngineError SAFETENSORS_INVALID. */
  static async open(paths: Readonly<Partial<Record<Role, string>>>): Promise<RoleAdapters> {
    const files: Partial<Record<Role, WeightSet>> = {};
    for (const [role, path] of Object.entries(paths)) files[role as Role] = await openSafetensors(path);
    return new RoleAdapters(files);
  }

  /** The adapter inputs among a graph's inputs. */
  static inputsOf(inputNames: readonly string[]): string[] {
    return inputNames.filter((name) => name.includes(adapterInput));
  }

  /** The largest rank of any role's matrices; 0 where there are none. */
  get largestRank(): number {
    const ranks = Object.values(this.#files).flatMap((file) =>
      file.names().map((name) => Math.min(...file.get(name).shape)),
    );
    return Math.max(0, ...ranks);
  }

  /**
   * Feeds for the adapter inputs of a graph; zeros of rank 1 for what the role does not adapt. One run at a time: the
   * feeds of another role are void afterwards.
   */
  async feeds(role: Role, inputs: readonly string[]): Promise<Feeds> {
    if (inputs.length === 0) return {};
    if (this.#current?.role !== role) await this.#switchTo(role);
    const known = this.#feeds.get(inputs);
    if (known !== undefined) return known;
    const matrices = this.#current?.matrices ?? {};
    const feeds = Object.fromEntries(inputs.map((name) => [name, matrices[name] ?? this.#zerosFor(name)]));
    this.#feeds.set(inputs, feeds);
    return feeds;
  }

  async #switchTo(role: Role): Promise<void> {
    this.#feeds = new Map();
    for (const { data } of Object.values(this.#current?.matrices ?? {}))
      (data.buffer as ArrayBuffer).transfer(0);
    this.#current = undefined;
    const file = this.#files[role];
    const matrices: Record<string, Tensor<'float32'>> = {};
    for (const name of file?.names() ?? []) {
      if (file !== undefined) matrices[name] = float32(await file.readFloat32(name), file.get(name).shape);
    }
    this.#current = { role, matrices };
  }

  /** A zero matrix of rank 1: rank 0 would do on the CPU but breaks other providers. */
  #zerosFor(name: string): Tensor<'float32'> {
    const known = this.#zeros.get(name);
    if (known !== undefined) return known;
    const shape = Object.values(this.#files)
      .find((file) => file.has(name))
      ?.get(name).shape;
    if (shape === undefined) throw new EngineError('PACKAGE_DAMAGED', `No adapter file holds ${name}.`);
    const [rows = 0, columns = 0] = shape;
    const isA = name.endsWith('.lora_A');
    const size = isA ? rows : columns;
    const zeros = float32(new Float32Array(size), isA ? [size, 1] : [1, size]);
    this.#zeros.set(name, zeros);
    return zeros;
  }
}
