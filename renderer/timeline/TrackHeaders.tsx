import type { TimelineLayout, TimelineRow } from './layout.ts';
import { timelineTexts as texts } from './timeline-texts.ts';

/** Names of the rows, left of the canvas. */
export function TrackHeaders({ layout }: { readonly layout: TimelineLayout }) {
  return (
    <div className="timeline-headers" aria-hidden="true">
      {layout.rows.map((row) => {
        const { key, title, count, kind } = describe(row);
        return (
          <div key={key} className="timeline-header" data-kind={kind} style={{ height: row.height }}>
            <span className="timeline-header-title" title={title}>
              {title}
            </span>
            {count !== undefined && <span className="timeline-header-count">{count}</span>}
          </div>
        );
      })}
    </div>
  );
}

function describe(row: TimelineRow): { key: string; title: string; kind: string; count?: number } {
  switch (row.kind) {
    case 'ruler':
      return { key: 'ruler', title: '', kind: 'ruler' };
    case 'thumbnails':
      return { key: 'thumbnails', title: texts.rows.thumbnails, kind: 'thumbnails' };
    case 'waveform':
      return { key: 'waveform', title: texts.rows.waveform, kind: 'waveform' };
    case 'saliency':
      return { key: 'saliency', title: texts.rows.saliency, kind: 'saliency' };
    case 'sampled': {
      const { role, timesSec } = row.frames;
      return {
        key: `sampled:${role}`,
        title: `${texts.rows.sampled} ${role}`,
        kind: 'sampled',
        count: timesSec.length,
      };
    }
    case 'track': {
      const { track } = row.indexed;
      return { key: track.id, title: track.title, kind: track.kind, count: track.segments.length };
    }
  }
}
