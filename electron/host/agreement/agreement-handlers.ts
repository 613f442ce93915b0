import type { Handlers } from '../../../native-models/protocol/server.ts';
import type { Agreement, AgreementRequest } from '../contract/agreement.ts';
import type { HostMethods } from '../contract/methods.ts';
import { required } from '../host-context.ts';
import type { HostContext } from '../host-context.ts';
import { comparedVideos, momentsOf } from './compared-sides.ts';
import type { ComparedProject } from './compared-sides.ts';
import { measureAgreement } from './measure-agreement.ts';

/** How two sides of a project agree. */
export function agreementOf(
  content: ComparedProject,
  { one, other, sameness, minIou }: Omit<AgreementRequest, 'projectId'>,
): Agreement {
  return measureAgreement({
    videos: comparedVideos(content),
    ones: momentsOf(one, content, sameness),
    others: momentsOf(other, content, sameness),
    minIou,
  });
}

/** Comparing what was marked by whom. */
export function agreementHandlers({ store }: HostContext): Pick<Handlers<HostMethods>, 'agreementMeasure'> {
  return {
    agreementMeasure: async (request) => {
      const { projectId } = request;
      const project = required(await store.call('findProject', { id: projectId }), 'project');
      const [{ annotations }, { runs }, videos] = await Promise.all([
        store.call('listAnnotations', { projectId }),
        store.call('listRuns', { projectId, limit: Number.MAX_SAFE_INTEGER - 1 }),
        store.call('listVideos'),
      ]);
      return agreementOf({ project, annotations, runs, videos }, request);
    },
  };
}
