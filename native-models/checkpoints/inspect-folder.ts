import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { EngineError } from '../protocol/errors.ts';
import type { FolderKind, InspectReport } from '../protocol/inspect-report.ts';
import { roleNames } from '../protocol/roles.ts';
import { adapterConfigFile } from './adapters/adapter.ts';
import { type Environment, resolveCheckpointFolder } from './base-location.ts';
import { countFolderBytes } from './inspect/folder-bytes.ts';
import { inspectBase, inspectLoneAdapter, inspectVideoMind } from './inspect/inspect-checkpoint.ts';
import { inspectPackage, manifestFile } from './inspect/inspect-package.ts';
import { Problems, summarizeNetwork } from './inspect/summaries.ts';
import { familyOfModelType } from '../architectures/families.ts';
import { isFile, type JsonObject, readJsonObject } from './read-file.ts';
import { describeUnsupportedNetwork, quantizationMethod, whatCanBeImported } from './unsupported-networks.ts';
import { modelsIn } from './wrong-folder.ts';

const weightEndings = ['.safetensors', '.bin', '.gguf', '.onnx', '.pt', '.pth', '.ckpt'];

async function describePlainly(
  folder: string,
  kind: FolderKind,
  summary: string,
  advice: string,
): Promise<InspectReport> {
  return {
    path: folder,
    kind,
    summary,
    advice,
    roles: [],
    adapters: [],
    groundingHead: false,
    bytes: await countFolderBytes(folder),
    problems: [],
  };
}

async function inspectOtherCheckpoint(folder: string, config: JsonObject): Promise<InspectReport> {
  const network = summarizeNetwork(config, undefined);
  const method = quantizationMethod(config);
  const weights = method === undefined ? '' : `, quantized with ${method}`;
  const { what, instead } = describeUnsupportedNetwork(network.architecture);
  const report = await describePlainly(
    folder,
    'other-checkpoint',
    `A checkpoint of ${what}${weights}, which cannot be imported.`,
    instead === whatCanBeImported ? instead : `${instead} ${whatCanBeImported}`,
  );
  return {
    ...report,
    network,
    problems: [
      { code: 'ARCHITECTURE_UNSUPPORTED', message: `${network.architecture}${weights} is not supported.` },
    ],
  };
}

async function inspectByConfig(
  folder: string,
  names: readonly string[],
  environment: Environment,
): Promise<InspectReport> {
  const problems = new Problems();
  const config = await problems.attempt(() => readJsonObject(join(folder, 'config.json')));
  if (config === undefined) {
    const report = await describePlainly(
      folder,
      'unknown',
      'A folder with a config.json that cannot be read.',
      'Download the checkpoint again.',
    );
    return { ...report, problems: problems.found };
  }
  const modelType = config['model_type'];
  const isAgent = typeof modelType === 'string' && modelType.startsWith('agent_');
  if (isAgent || roleNames.some((role) => names.includes(role))) {
    return inspectVideoMind(folder, config, environment);
  }
  const family = typeof modelType === 'string' ? familyOfModelType(modelType) : undefined;
  return family !== undefined && quantizationMethod(config) === undefined
    ? inspectBase(folder, config, family)
    : inspectOtherCheckpoint(folder, config);
}

/**
 * Says what a folder is: a model package, a VideoMind folder, its base, another checkpoint, or none of these; what is in
 * it, and what is missing or damaged. A damaged folder is described, not refused.
 * Throws FOLDER_NOT_FOUND when there is no folder, or it may not be read.
 */
export async function inspectFolder(
  path: string,
  environment: Environment = process.env,
): Promise<InspectReport> {
  const folder = await resolveCheckpointFolder(path);
  const names = await readdir(folder).catch((error: unknown) => {
    throw new EngineError('FOLDER_NOT_FOUND', `${folder} cannot be read.`, { cause: error });
  });
  if (names.length === 0) return describePlainly(folder, 'empty', 'An empty folder.', whatCanBeImported);
  if (await isFile(join(folder, manifestFile))) return inspectPackage(folder);
  if (names.includes('config.json')) return inspectByConfig(folder, names, environment);
  if (names.includes(adapterConfigFile)) {
    return inspectLoneAdapter(folder, environment);
  }
  const weights = names.find((name) => weightEndings.some((ending) => name.endsWith(ending)));
  if (weights !== undefined) {
    const summary = `Weights (${weights}) without a config.json.`;
    return describePlainly(folder, 'other-checkpoint', summary, whatCanBeImported);
  }
  const inside = await modelsIn(folder);
  const advice = inside.length === 0 ? whatCanBeImported : `Name what lies in it: ${inside.join(', ')}.`;
  return describePlainly(folder, 'unknown', 'A folder without a package or a checkpoint.', advice);
}
