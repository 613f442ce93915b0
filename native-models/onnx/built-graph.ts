import type { OnnxElementType } from './model-format.ts';
import type { WeightRecipe } from './weight-recipe.ts';

/** A weight that a graph reads from the file beside it. */
export interface ExternalWeight {
  readonly name: string;
  readonly type: OnnxElementType;
  readonly dims: readonly number[];
  readonly recipe: WeightRecipe;
  /** Bytes from the start of the weight file; a multiple of the page size, for mapping. */
  readonly offset: number;
  readonly byteLength: number;
}

/** A finished graph: the model's bytes and the layout of its weight file. */
export interface BuiltGraph {
  readonly model: Uint8Array;
  readonly weights: readonly ExternalWeight[];
  readonly weightFileBytes: number;
}

/** Where a finished weight stands: a file beside the model, and its bytes there. */
export interface WeightPlace {
  readonly type: OnnxElementType;
  readonly dims: readonly number[];
  readonly location: string;
  readonly offset: number;
  readonly byteLength: number;
}

/** Where a graph's weights are: in a file to be written, or placed already, in files of another graph of the same network. */
export interface WeightFiles {
  readonly weightFile?: string;
  readonly places?: ReadonlyMap<string, WeightPlace> | undefined;
}
