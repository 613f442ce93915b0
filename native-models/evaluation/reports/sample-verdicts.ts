import type { z } from 'zod';
import type { EvalVerdictsRequest, evalVerdictsResultSchema } from '../../protocol/eval-report.ts';
import { isRight, readScoredSamples } from './scored-samples.ts';

/**
 * Whether each sample of a run is right, for windows that show them one by one.
 * @throws EngineError FOLDER_NOT_FOUND, CANCELLED
 */
export async function sampleVerdicts(
  { predictionsPath, benchmark, ...options }: EvalVerdictsRequest,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<z.infer<typeof evalVerdictsResultSchema>> {
  const samples = await readScoredSamples(predictionsPath, benchmark, { ...options, signal });
  return {
    samples: samples.map((sample) => {
      const right = isRight(sample);
      return { id: sample.id, ...(right !== undefined && { right }) };
    }),
  };
}
