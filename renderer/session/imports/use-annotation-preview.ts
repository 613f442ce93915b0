import { useEffect, useState } from 'react';
import type { AnnotationChoices, AnnotationPreview } from '../../../electron/host/contract/exports.ts';
import type { StoredError } from '../../../electron/host/contract/library.ts';
import { toEngineError } from '../../../native-models/protocol/errors.ts';
import type { Application } from '../../app/application.ts';

/** A file of annotations for a project, and what a person chose of it. */
export interface AskedPreview {
  readonly projectId: string;
  readonly path: string;
  readonly videoId: string | null;
  readonly choices: AnnotationChoices;
}

/** The parameters of the host's preview and import of it. */
export function importParams({ projectId, path, videoId, choices }: AskedPreview) {
  return { projectId, path, choices, ...(videoId !== null && { videoId }) };
}

/**
 * What the file would bring, anew after each choice; while that is read, what was last known stays.
 * @param videosKnown changes when more is known of the project's videos.
 */
export function useAnnotationPreview(
  app: Application,
  asked: AskedPreview,
  videosKnown: string,
): { readonly preview?: AnnotationPreview; readonly error?: StoredError; readonly reading: boolean } {
  const [known, setKnown] = useState<{ preview?: AnnotationPreview; error?: StoredError; key: string }>();
  const key = JSON.stringify({ asked, videosKnown });
  useEffect(() => {
    let current = true;
    const params = importParams((JSON.parse(key) as { readonly asked: AskedPreview }).asked);
    app.call('annotationsPreview', params).then(
      (preview) => {
        if (current) setKnown({ preview, key });
      },
      (thrown: unknown) => {
        const { code, message, remedy } = toEngineError(thrown);
        if (current) setKnown((last) => ({ ...last, error: { code, message, remedy }, key }));
      },
    );
    return () => {
      current = false;
    };
  }, [app, key]);
  return {
    reading: known?.key !== key,
    ...(known?.preview !== undefined && { preview: known.preview }),
    ...(known?.error !== undefined && { error: known.error }),
  };
}
