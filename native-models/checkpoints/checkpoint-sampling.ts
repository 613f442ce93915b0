import { z } from 'zod';
import type { CheckpointSampling } from './loaded-model.ts';

const number = z.number().positive().optional().catch(undefined);

const samplingSchema = z.object({
  temperature: number,
  top_k: number,
  top_p: number,
  repetition_penalty: number,
});

/** The sampling values of a checkpoint's generation_config.json; a value that is no positive number counts as absent. */
export function readSampling(generation: Readonly<Record<string, unknown>>): CheckpointSampling {
  const {
    temperature,
    top_k: topK,
    top_p: topP,
    repetition_penalty: repetitionPenalty,
  } = samplingSchema.parse(generation);
  return {
    ...(temperature === undefined ? {} : { temperature }),
    ...(topK === undefined ? {} : { topK }),
    ...(topP === undefined ? {} : { topP }),
    ...(repetitionPenalty === undefined ? {} : { repetitionPenalty }),
  };
}
