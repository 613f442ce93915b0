import { readFile } from 'node:fs/promises';
import { EngineError } from '../../native-models/protocol/errors.ts';
import type { ParamsInput } from '../../native-models/protocol/methods.ts';
import { roleSchema } from '../../native-models/protocol/roles.ts';
import { runRecordSchema } from '../../native-models/protocol/run-record.ts';
import type { RunRecord } from '../../native-models/protocol/run-record.ts';

/** What a record says of how it was asked; video and model may lie elsewhere now. */
export type RecordedRequest = Omit<ParamsInput<'ask'>, 'trace' | 'saveFramesPath' | 'provenance'>;

/**
 * Reads a record that `ask --json` printed, to ask the same again.
 * @throws EngineError ARGUMENT_INVALID for a file that is no record, or one of a version that did not keep its settings
 */
export async function readRecord(filePath: string, option = '--from'): Promise<RunRecord> {
  const text = await readFile(filePath, 'utf8').catch((cause: unknown) => {
    throw new EngineError('ARGUMENT_INVALID', `The record ${filePath} cannot be read.`, {
      remedy: `Check the path after ${option}.`,
      cause,
    });
  });
  try {
    return runRecordSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new EngineError('ARGUMENT_INVALID', `${filePath} is no record of a run.`, {
      remedy: 'Give a file that `videomind ask … --json` printed.',
      cause,
    });
  }
}

/** The request that a record came of. @throws EngineError ARGUMENT_INVALID where the record does not say it all */
export function recordedRequest(record: RunRecord, filePath: string): RecordedRequest {
  const { settings, question, options, roles, video, model, verifierModel } = record;
  if (settings === undefined) {
    throw new EngineError('ARGUMENT_INVALID', `${filePath} does not say how its run was sampled.`, {
      remedy: 'Records of this version do; ask the question again with its options.',
    });
  }
  const verification =
    settings.reasoner?.verification === undefined || verifierModel === undefined
      ? undefined
      : { ...settings.reasoner.verification, modelPath: verifierModel.path };
  const chainRoles = roles.flatMap((role) => roleSchema.safeParse(role).data ?? []);
  const { reasoner, ...rest } = settings;
  return {
    videoPath: video.path,
    modelPath: model.path,
    question,
    ...(options === undefined ? {} : { options }),
    ...rest,
    ...(reasoner === undefined
      ? { roles: chainRoles }
      : { reasoner: { ...reasoner, ...(verification === undefined ? {} : { verification }) } }),
  };
}

/** A search of what a record says its own left out. @throws EngineError ARGUMENT_INVALID where that is nothing */
export function searchOfTheRest(
  { settings, search, candidates }: RunRecord,
  filePath: string,
): NonNullable<RecordedRequest['search']> {
  if (search === undefined || search.leftOut.length === 0) {
    throw new EngineError('ARGUMENT_INVALID', `The search of ${filePath} left nothing out.`, {
      remedy: 'Leave --go-on out to ask the same again.',
    });
  }
  const searched = search.windows.map(({ startSec, endSec }) => ({ startSec, endSec }));
  return { mode: 'windows', ...settings?.search, goOn: { searched, candidates } };
}
