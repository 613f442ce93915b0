import { offeredEncodings } from '../../../electron/host/contract/encodings.ts';
import { Field } from '../../ui/Field.tsx';
import { Select } from '../../ui/Select.tsx';
import { sessionTexts } from '../texts.ts';

const texts = sessionTexts.imports;
const asFound = 'as-found';

export interface EncodingChoiceProps {
  /** What a person chose; absent: what the file looks like. */
  readonly encoding: string | undefined;
  /** What the file was read as; absent while that is not known. */
  readonly found: string | undefined;
  readonly onEncoding: (encoding: string | undefined) => void;
}

/** In which encoding a file of text is read. */
export function EncodingChoice({ encoding, found, onEncoding }: EncodingChoiceProps) {
  return (
    <Field label={texts.encoding}>
      {() => (
        <Select
          label={texts.encoding}
          value={encoding ?? asFound}
          options={[
            // Once one is chosen the file is no longer read as it looks.
            {
              value: asFound,
              label: encoding === undefined && found !== undefined ? texts.foundAs(found) : texts.found,
            },
            ...offeredEncodings.map((name) => ({ value: name, label: name.toUpperCase() })),
          ]}
          onChange={(value) => onEncoding(value === asFound ? undefined : value)}
        />
      )}
    </Field>
  );
}
