import { Ban, LoaderCircle, Wrench } from 'lucide-react';
import type { Run } from '../../../electron/host/contract/runs.ts';
import type { ToolCall } from '../../../native-models/protocol/run-record.ts';
import { useApp } from '../../app/use-app.ts';
import { formatSeconds } from '../../player/timecode.ts';
import { Badge } from '../../ui/Badge.tsx';
import { sessionTexts } from '../texts.ts';
import { MomentLink } from './MomentLink.tsx';
import type { ThoughtPiece } from './run-view.ts';
import styles from './ToolThread.module.css';

const texts = sessionTexts.run.tools;

/** Most pictures of a call that are shown: the others are counted. */
const mostPictures = 8;

/** What a model that calls tools thought, called, and was shown, in the order in which it did. */
export function ToolThread({ run, pieces }: { readonly run: Run; readonly pieces: readonly ThoughtPiece[] }) {
  return (
    <ol className={styles.thread} aria-label={texts.thread}>
      {pieces.map((piece) =>
        piece.type === 'reasoning' ? (
          <li key={`thought-${piece.turn}`} className={styles.thought}>
            {piece.text}
          </li>
        ) : (
          <li key={`call-${piece.turn}-${piece.index}`} className={styles.call} data-ok={piece.result?.ok}>
            <Call run={run} piece={piece} />
          </li>
        ),
      )}
    </ol>
  );
}

function Call({
  run,
  piece,
}: {
  readonly run: Run;
  readonly piece: Extract<ThoughtPiece, { type: 'call' }>;
}) {
  const { name, result } = piece;
  return (
    <>
      <div className={styles.head}>
        <CallSign result={result} />
        <span className={styles.name}>{result?.kind === undefined ? name : texts.kinds[result.kind]}</span>
        {result?.spanSec !== undefined && (
          <MomentLink moment={{ startSec: result.spanSec[0], endSec: result.spanSec[1] }} />
        )}
        {result?.refusal !== undefined && <Badge look="warn">{texts.refusals[result.refusal]}</Badge>}
      </div>
      {result?.frameSec !== undefined && <Pictures run={run} call={result} />}
      {result !== undefined && result.text !== '' && <p className={styles.told}>{result.text}</p>}
      {result?.ok === false && <code className={styles.asked}>{piece.arguments}</code>}
    </>
  );
}

function CallSign({ result }: { readonly result: ToolCall | undefined }) {
  if (result === undefined)
    return <LoaderCircle size={14} className={styles.working} aria-label={texts.working} />;
  return result.ok ? <Wrench size={14} aria-hidden="true" /> : <Ban size={14} aria-hidden="true" />;
}

/** The frames that the model was shown, as pictures; a click shows the video there. */
function Pictures({ run, call }: { readonly run: Run; readonly call: ToolCall }) {
  const { bridge, player, timeline } = useApp();
  const times = call.frameSec ?? [];
  const shown = spread(times, mostPictures);
  return (
    <ul className={styles.pictures} aria-label={texts.frames(times.length)}>
      {shown.map((sec) => {
        const at = formatSeconds(sec, 1);
        return (
          <li key={sec}>
            <button
              type="button"
              className={styles.picture}
              aria-label={sessionTexts.run.goTo(at, at)}
              onClick={() => {
                player.actions.seekToSec(sec);
                timeline.actions.reveal(sec);
              }}
            >
              <img
                src={bridge.mediaUrl(`thumbnail/${run.question.videoId}/${Math.ceil(sec * 1000)}.jpg`)}
                alt=""
                loading="lazy"
              />
              <span>{at}</span>
            </button>
          </li>
        );
      })}
      {times.length > shown.length && (
        <li className={styles.more}>{texts.moreFrames(times.length - shown.length)}</li>
      )}
    </ul>
  );
}

/** At most so many of some times, spread over all. */
function spread(times: readonly number[], most: number): readonly number[] {
  if (times.length <= most) return times;
  return Array.from(
    { length: most },
    (_, index) => times[Math.round((index * (times.length - 1)) / (most - 1))] ?? 0,
  );
}
