import { FolderOpen, Pause, Play, X } from 'lucide-react';
import { useState } from 'react';
import { isDownload } from '../../../electron/host/contract/models.ts';
import type { Job } from '../../../electron/host/contract/models.ts';
import { clipsZipOf } from '../../session/exports/clips-zip.ts';
import { sessionTexts } from '../../session/texts.ts';
import { ErrorNote } from '../../ui/ErrorNote.tsx';
import { formatBytes, formatSpan } from '../../ui/format.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import { Meter } from '../../ui/Meter.tsx';
import { isOver } from '../library/selectors.ts';
import { appTexts } from '../texts.ts';
import { useApp } from '../use-app.ts';
import styles from './JobRow.module.css';

/** One piece of work in the background: how far it is, and what can be done with it. */
export function JobRow({ job }: { readonly job: Job }) {
  const { attempt, bridge, call } = useApp();
  const { id, outputPath } = job;
  // The engine stops between two pieces of work, which may take a moment.
  const [cancelling, setCancelling] = useState(false);
  const canPause = isDownload(job);
  return (
    <li className={styles.row}>
      <div className={styles.head}>
        <span className={styles.title}>{job.title}</span>
        <span className={styles.state}>
          {cancelling && !isOver(job) ? appTexts.cancelling : amountOf(job)}
        </span>
        {canPause && job.state === 'running' && (
          <IconButton
            label={appTexts.pause}
            icon={<Pause size={14} aria-hidden="true" />}
            onClick={() => void attempt(call('jobsPause', { id }))}
          />
        )}
        {canPause && (job.state === 'paused' || job.state === 'failed') && (
          <IconButton
            label={appTexts.resume}
            icon={<Play size={14} aria-hidden="true" />}
            onClick={() => void attempt(call('jobsResume', { id }))}
          />
        )}
        {(!isOver(job) || (canPause && job.state === 'failed')) && (
          <IconButton
            label={appTexts.cancel}
            disabled={cancelling}
            icon={<X size={14} aria-hidden="true" />}
            onClick={() => {
              setCancelling(true);
              void attempt(call('jobsCancel', { id })).finally(() => setCancelling(false));
            }}
          />
        )}
        {job.state === 'done' && outputPath !== undefined && bridge.revealPath !== undefined && (
          <IconButton
            label={appTexts.reveal}
            icon={<FolderOpen size={14} aria-hidden="true" />}
            onClick={() => void bridge.revealPath?.(outputPath)}
          />
        )}
      </div>
      {!isOver(job) && (
        <Meter label={job.title} done={job.done} total={job.total} paused={job.state !== 'running'} />
      )}
      {!isOver(job) && job.detail !== '' && <p className={styles.detail}>{job.detail}</p>}
      {job.state === 'done' && job.kind === 'export-clips' && bridge.revealPath === undefined && (
        <FetchedClips job={job} />
      )}
      {job.error !== undefined && <ErrorNote message={job.error.message} remedy={job.error.remedy} />}
    </li>
  );
}

/** The clips that lie with the program: to be fetched as one file, or where they are. */
function FetchedClips({ job }: { readonly job: Job }) {
  const { bridge } = useApp();
  const zip = clipsZipOf(job);
  if (zip === undefined) return <p className={styles.detail}>{job.outputPath}</p>;
  return (
    <p className={styles.detail}>
      <a href={bridge.mediaUrl(zip.path)} download={zip.name}>
        {sessionTexts.exports.download}
      </a>
    </p>
  );
}

/** How far a job is, in its own unit. */
function amountOf(job: Job): string {
  if (job.state !== 'running' && job.state !== 'paused') return appTexts.jobStates[job.state];
  if (job.total === 0) return appTexts.jobStates[job.state];
  const show = { bytes: formatBytes, seconds: formatSpan, items: String }[job.unit];
  return `${show(job.done)} / ${show(job.total)}`;
}
