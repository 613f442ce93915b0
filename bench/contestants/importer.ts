/**
 * Our importer as a contestant (contestant.ts): `importer.ts`. Serves import {basePath, adaptersPath, outPath,
 * precision}: a package is made, or made anew.
 */
import { importCheckpoint } from '../../native-models/checkpoints/import-checkpoint.ts';
import { importRequestSchema } from '../../native-models/protocol/import-request.ts';
import { serveRequests } from './serve-requests.ts';

await serveRequests({
  import: async (request) => {
    const report = await importCheckpoint(importRequestSchema.parse({ ...request, force: true }));
    return { sec: report.durationSec, packageBytes: report.bytes, layerErrors: report.layerErrors };
  },
});
