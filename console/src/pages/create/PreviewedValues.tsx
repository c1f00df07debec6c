import Box from '@cloudscape-design/components/box';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import { useTexts } from '../../i18n/texts';
import { mappingTexts } from './mappingTexts';
import { membersOf, type Member } from './previewMembers';

const SHOWN = 12; // Fields that are seen at once.

function Values({ members, labels }: { members: Member[]; labels?: ReadonlyMap<string, string> }) {
  return (
    <dl style={{ margin: 0 }}>
      {members.map(({ name, text, kind }) => (
        <div key={name}>
          <dt style={{ display: 'inline' }}>
            <Box variant="span" color="text-body-secondary" display="inline">
              {labels?.get(name) ?? name}:{' '}
            </Box>
          </dt>
          <dd style={{ display: 'inline', margin: 0, overflowWrap: 'anywhere' }}>
            {kind === 'null' ? <i>null</i> : kind === 'text' && text === '' ? '""' : text}
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** A record, field by field; one that can't be read as it is. */
export function PreviewedValues({
  json,
  labels,
}: {
  json: string;
  labels?: ReadonlyMap<string, string>;
}) {
  const t = useTexts(mappingTexts);
  const members = membersOf(json);
  if (!members) return <Box variant="code">{json}</Box>;
  return (
    <>
      <Values members={members.slice(0, SHOWN)} labels={labels} />
      {members.length > SHOWN && (
        <ExpandableSection headerText={t.moreFields(members.length - SHOWN)}>
          <Values members={members.slice(SHOWN)} labels={labels} />
        </ExpandableSection>
      )}
    </>
  );
}
