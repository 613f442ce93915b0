import { memo } from 'react';
import type { Project } from '../../../electron/host/contract/library.ts';
import type { ReviewState } from '../../../electron/host/contract/annotations.ts';
import { sessionTexts } from '../../session/texts.ts';
import { FilterSelect } from '../FilterSelect.tsx';
import { overviewTexts } from '../texts.ts';
import { withoutLabel } from './moment-rows.ts';
import type { MomentFilter } from './moment-rows.ts';
import { RangeFields } from './RangeFields.tsx';

const titles = overviewTexts.columns;
const { states } = sessionTexts.review;

export interface MomentFiltersProps {
  readonly filter: Omit<MomentFilter, 'words'>;
  readonly project: Project;
  readonly annotators: readonly string[];
  readonly onChange: (changes: Partial<MomentFilter>) => void;
}

/**
 * Which moments are shown: by state, label, track and annotator, by score, length and overlap. Words are asked for
 * elsewhere: typing them draws none of these choices anew.
 */
export const MomentFilters = memo(function MomentFilters({
  filter,
  project,
  annotators,
  onChange,
}: MomentFiltersProps) {
  const named = ({ id, name }: { readonly id: string; readonly name: string }) => ({
    value: id,
    label: name,
  });
  return (
    <>
      <FilterSelect
        label={titles.state}
        value={filter.state}
        options={(['open', 'accepted', 'rejected'] as const).map((value) => ({
          value,
          label: states[value],
        }))}
        onChange={(state) => onChange({ state: state as ReviewState | '' })}
      />
      <FilterSelect
        label={titles.label}
        value={filter.labelId}
        options={[
          ...project.labels.map(named),
          { value: withoutLabel, label: overviewTexts.moments.withoutLabel },
        ]}
        onChange={(labelId) => onChange({ labelId })}
      />
      <FilterSelect
        label={titles.track}
        value={filter.trackId}
        options={project.tracks.map(named)}
        onChange={(trackId) => onChange({ trackId })}
      />
      {annotators.length > 0 && (
        <FilterSelect
          label={titles.annotator}
          value={filter.annotator}
          options={annotators.map((name) => ({ value: name, label: name }))}
          onChange={(annotator) => onChange({ annotator })}
        />
      )}
      <RangeFields
        label={titles.score}
        step={0.05}
        value={filter.score}
        onChange={(score) => onChange({ score })}
      />
      <RangeFields
        label={titles.length}
        step={0.5}
        value={filter.lengthSec}
        onChange={(lengthSec) => onChange({ lengthSec })}
      />
      <RangeFields
        label={titles.overlap}
        step={0.05}
        value={filter.overlap}
        onChange={(overlap) => onChange({ overlap })}
      />
    </>
  );
});
