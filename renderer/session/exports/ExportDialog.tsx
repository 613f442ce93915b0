import { Download, FolderOpen } from 'lucide-react';
import { useState } from 'react';
import type { ReviewState } from '../../../electron/host/contract/annotations.ts';
import { exportFormatSchema } from '../../../electron/host/contract/exports.ts';
import type { ExportFormat, ExportProgress, ExportResult } from '../../../electron/host/contract/exports.ts';
import type { StoredError } from '../../../electron/host/contract/library.ts';
import { toEngineError } from '../../../native-models/protocol/errors.ts';
import { useApp, useLibrary, useWorkspace } from '../../app/use-app.ts';
import { Button } from '../../ui/Button.tsx';
import { Choice } from '../../ui/Choice.tsx';
import { classNames } from '../../ui/class-names.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { ErrorNote } from '../../ui/ErrorNote.tsx';
import { formatBytes } from '../../ui/format.ts';
import { sessionTexts } from '../texts.ts';
import { clipsZipOf } from './clips-zip.ts';
import { ExportContent } from './ExportContent.tsx';
import { allLabelIds, hasOwnMoments, initialTrackIds } from './export-content.ts';
import { writeExport } from './write-export.ts';
import type { ExportScope } from './write-export.ts';
import styles from './ExportDialog.module.css';

const texts = sessionTexts.exports;

interface Outcome {
  /** The choices that it came of. */
  readonly chosen: string;
  readonly result?: ExportResult;
  readonly error?: StoredError;
}

/** Runs and annotations in the forms that others read. */
export function ExportDialog({ onClose }: { readonly onClose: () => void }) {
  const app = useApp();
  const videoId = useWorkspace((state) => state.videoId);
  const runId = useWorkspace((state) => state.runId);
  const hasProject = useLibrary((state) => state.projectId !== null);
  const [scope, setScope] = useState<ExportScope>('project');
  const [state, setState] = useState<ReviewState | 'all'>('all');
  const [format, setFormat] = useState<ExportFormat>('json');
  const [clipMode, setClipMode] = useState<'encode' | 'copy'>('encode');
  const [trackIds, setTrackIds] = useState(() => initialTrackIds(app));
  const [labelIds, setLabelIds] = useState(() => allLabelIds(app));
  const [withFound, setWithFound] = useState(() => !hasOwnMoments(app));
  const [writing, setWriting] = useState(false);
  const [progress, setProgress] = useState<ExportProgress>();
  // What came of an export is said only until something else is chosen.
  const [outcome, setOutcome] = useState<Outcome>();
  const chosen = JSON.stringify([scope, state, format, clipMode, trackIds, labelIds, withFound]);
  const { result, error } = outcome?.chosen === chosen ? outcome : {};

  const write = async (): Promise<void> => {
    setWriting(true);
    setOutcome(undefined);
    try {
      setOutcome({
        chosen,
        result: await writeExport(
          app,
          {
            ...{ scope, state, format, clipMode },
            ...{ trackIds, labelIds, withFound },
          },
          setProgress,
        ),
      });
    } catch (thrown) {
      const { code, message, remedy } = toEngineError(thrown);
      if (code !== 'CANCELLED') setOutcome({ chosen, error: { code, message, remedy } });
    }
    setWriting(false);
    setProgress(undefined);
  };

  return (
    <Dialog
      title={texts.title}
      open
      wide
      onClose={onClose}
      actions={
        <Button look="primary" disabled={writing || !hasProject} onClick={() => void write()}>
          {writing ? texts.writing(progress) : texts.write}
        </Button>
      }
    >
      <div className={styles.choices}>
        <Choice
          label={texts.what}
          value={scope}
          onChange={setScope}
          options={[
            { value: 'project', label: texts.whatProject },
            ...(videoId === null ? [] : [{ value: 'video' as const, label: texts.whatVideo }]),
            ...(runId === null ? [] : [{ value: 'run' as const, label: texts.whatRun }]),
          ]}
        />
        <Choice
          label={texts.states}
          value={state}
          onChange={setState}
          options={[
            { value: 'all', label: texts.allStates },
            ...(['accepted', 'open', 'rejected'] as const).map((value) => ({
              value,
              label: sessionTexts.review.states[value],
            })),
          ]}
        />
      </div>
      <ExportContent
        {...{ trackIds, labelIds, withFound }}
        onTrackIds={setTrackIds}
        onLabelIds={setLabelIds}
        onWithFound={setWithFound}
      />
      <div className={styles.formats} role="radiogroup" aria-label={texts.format}>
        {exportFormatSchema.options.map((each) => {
          const [name, hint] = texts.formats[each];
          return (
            <label key={each} className={classNames(styles.format, each === format && styles.chosen)}>
              <input
                type="radio"
                name="export-format"
                className="only-heard"
                checked={each === format}
                onChange={() => setFormat(each)}
              />
              <span className={styles.name}>{name}</span>
              <span className={styles.hint}>{hint}</span>
            </label>
          );
        })}
      </div>
      {format === 'clips' && (
        <Choice
          label={texts.clipMode}
          value={clipMode}
          onChange={setClipMode}
          options={[
            { value: 'encode', label: texts.encode },
            { value: 'copy', label: texts.copy },
          ]}
        />
      )}
      {error !== undefined && <ErrorNote message={error.message} remedy={error.remedy} />}
      {result !== undefined && <Written result={result} />}
    </Dialog>
  );
}

function Written({ result }: { readonly result: ExportResult }) {
  const { bridge } = useApp();
  const { path, jobId } = result;
  const job = useLibrary((state) => (jobId === undefined ? undefined : state.jobs[jobId]));
  const zip = job && clipsZipOf(job);
  const mediaPath = zip?.path ?? result.mediaPath;
  return (
    <div className={styles.written} role="status">
      <div className={styles.words}>
        <p className={styles.name}>{result.fileName}</p>
        <p className={styles.hint}>
          {result.jobId === undefined
            ? `${texts.done(result.moments)} · ${formatBytes(result.bytes)}`
            : texts.clipsJob}
        </p>
        {result.jobId !== undefined && <p className={styles.hint}>{path}</p>}
        {result.leftOut.map(({ reason, count }) => (
          <p key={reason} className={styles.hint}>
            {texts.leftOut(count, reason)}
          </p>
        ))}
      </div>
      {mediaPath !== undefined && bridge.kind === 'browser' && (
        <a
          className={styles.download}
          href={bridge.mediaUrl(mediaPath as `export/${string}`)}
          download={zip?.name ?? result.fileName}
        >
          <Download size={15} aria-hidden="true" /> {texts.download}
        </a>
      )}
      {bridge.revealPath !== undefined && (
        <Button
          icon={<FolderOpen size={15} aria-hidden="true" />}
          onClick={() => void bridge.revealPath?.(path)}
        >
          {texts.reveal}
        </Button>
      )}
    </div>
  );
}
