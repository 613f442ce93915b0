import { readFile } from 'node:fs/promises';
import { EngineError } from '../../../../native-models/protocol/errors.ts';
import { projectExportSchema } from '../../contract/project-export.ts';
import type { ProjectExport } from '../../contract/project-export.ts';

/** Reads a project as the `json` export writes it. @throws EngineError ANNOTATIONS_NOT_FOUND, ANNOTATIONS_INVALID */
export async function readProject(filePath: string): Promise<ProjectExport> {
  const text = await readFile(filePath, 'utf8').catch((cause: unknown) => {
    throw new EngineError('ANNOTATIONS_NOT_FOUND', `There is no project file ${filePath}.`, { cause });
  });
  const remedy = 'Give a project that was exported as JSON (Export, JSON).';
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new EngineError('ANNOTATIONS_INVALID', `${filePath} is not JSON.`, { remedy, cause });
  }
  const project = projectExportSchema.safeParse(json);
  if (project.success) return project.data;
  const [issue] = project.error.issues;
  const place = issue === undefined ? '' : `${issue.path.join('.')}: ${issue.message}`;
  throw new EngineError('ANNOTATIONS_INVALID', `${filePath} is no exported project: ${place}.`, {
    remedy,
    cause: project.error,
  });
}
